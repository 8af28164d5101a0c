"""How a bot comes by its updates: it asks (`polling.py`) or is called (`webhooks.py`)."""
