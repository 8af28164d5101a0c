"""The Bot API's methods, one file per group; `registry.py` finds them by name."""
