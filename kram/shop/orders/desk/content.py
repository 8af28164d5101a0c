"""What stands in a draft, and how it is checked."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from kram.kit.ids import read_code
from kram.kit.money import LARGEST_PAYABLE
from kram.kit.text import line, lines
from kram.shop.configurator.lines import LineKey
from kram.shop.orders.drafts import MOST_LINES, MOST_UNITS
from kram.shop.orders.models import DeliveryMethod
from kram.shop.orders.pricing import ReturnCredit

Amount = Annotated[int, Meta(ge=0, le=LARGEST_PAYABLE)]


class DeskLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """`agreed_minor` None: at the catalogue's price of the moment when it is placed. `design` is
    the code of what the customer put together."""

    variant_id: UUID
    quantity: Annotated[int, Meta(ge=1, le=MOST_UNITS)]
    agreed_minor: Amount | None = None
    design: Annotated[str, Meta(max_length=40)] = ""

    @property
    def key(self) -> LineKey:
        return LineKey(self.variant_id, read_code(self.design))


class DraftContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`customer_id` None: whose phone that was proved to be, or a new customer. `credit` stays as
    it is whatever is changed."""

    lines: Annotated[tuple[DeskLine, ...], Meta(max_length=MOST_LINES)] = ()
    customer_id: UUID | None = None
    recipient: Annotated[str, Meta(max_length=200)] = ""
    phone: Annotated[str, Meta(max_length=32)] = ""
    address: Annotated[str, Meta(max_length=500)] = ""
    comment: Annotated[str, Meta(max_length=1000)] = ""
    language: str = "uk"
    delivery_method: DeliveryMethod = DeliveryMethod.PICKUP
    delivery_minor: Amount = 0
    discount_minor: Amount = 0
    discount_reason: Annotated[str, Meta(max_length=200)] = ""
    credit: ReturnCredit | None = None

    @property
    def departs_from_prices(self) -> bool:
        """Whether it takes a person who may agree to other prices."""
        agreed = any(each.agreed_minor is not None for each in self.lines)
        return agreed or self.discount_minor > 0

    def tidy(self) -> "DraftContent":
        return msgspec.structs.replace(
            self,
            recipient=_kept(line(self.recipient)),
            phone=_kept(line(self.phone)),
            address=_kept(lines(self.address)),
            comment=_kept(lines(self.comment)),
            discount_reason=_kept(line(self.discount_reason)),
        )


def _kept(text: str) -> str:
    return text.replace("\0", "")


def read(stored: object) -> DraftContent:
    return msgspec.convert(stored, DraftContent)
