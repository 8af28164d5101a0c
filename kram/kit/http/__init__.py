"""Requests to addresses that people give us, which must never reach our own network.

`policy.py` judges the text of a URL (when it is saved, and again when it is used), `addresses.py`
judges the addresses a name resolves to, `client.py` connects to exactly an address that was judged.
"""

from kram.kit.http.client import (
    NotDelivered,
    OutgoingClient,
    OutgoingError,
    OutgoingResponse,
    TargetRefused,
)
from kram.kit.http.policy import UrlPolicy, UrlRefused

__all__ = [
    "NotDelivered",
    "OutgoingClient",
    "OutgoingError",
    "OutgoingResponse",
    "TargetRefused",
    "UrlPolicy",
    "UrlRefused",
]
