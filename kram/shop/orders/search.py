"""What orders are looked for by."""

from dataclasses import dataclass
from datetime import datetime

from kram.shop.orders.models import PaymentState


@dataclass(frozen=True, slots=True)
class Search:
    """All of it must hold. `text` is a number, a code, a phone's end or a recipient's name.

    `since` is inside, `until` outside of the span of time.
    """

    text: str = ""
    payment: PaymentState | None = None
    tag: str = ""
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = Search()
