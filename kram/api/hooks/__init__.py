"""Door for what providers call back: verify over the raw bytes, store, answer.

Nothing is decided here. A callback that is not stored is answered 503, so that it comes again;
one that was stored before is answered 200. What it means is worked off by `billing.payments`.
"""

from kram.api.hooks.payments import HookServices, routes

__all__ = ["HookServices", "routes"]
