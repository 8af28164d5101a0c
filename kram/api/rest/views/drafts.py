"""Orders that the staff writes up."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.kit.money import Money
from kram.shop.catalog.queries import Offer
from kram.shop.configurator.lines import LineKey
from kram.shop.orders.desk.content import read
from kram.shop.orders.desk.models import DraftOrder
from kram.shop.orders.pricing import Quote


class DraftLineView(View, frozen=True):
    """`agreed` null: at the catalogue's price. `title` is empty for what is no longer sold, or can
    no longer be made as its `design` says."""

    variant_id: UUID
    design: str
    title: str
    quantity: int
    agreed: Money | None
    unit_price: Money | None


class DraftView(View, frozen=True):
    """`total` is what it would cost if it was placed now; `credit` what returned goods can pay of
    it: what they do not goes back as money."""

    id: UUID
    code: str
    state: str
    version: int
    customer_id: UUID | None
    recipient: str
    phone: str
    address: str
    comment: str
    delivery_method: str
    delivery: Money
    discount: Money
    discount_reason: str
    credit: Money
    lines: tuple[DraftLineView, ...]
    total: Money
    order_id: UUID | None
    author: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, draft: DraftOrder, quote: Quote, sold: Mapping[LineKey, Offer]) -> "DraftView":
        content = read(draft.content)
        currency = quote.currency
        return cls(
            id=draft.id,
            code=draft.code,
            state=draft.state,
            version=draft.version,
            customer_id=content.customer_id,
            recipient=content.recipient,
            phone=content.phone,
            address=content.address,
            comment=content.comment,
            delivery_method=content.delivery_method,
            delivery=Money(content.delivery_minor, currency),
            discount=Money(content.discount_minor, currency),
            discount_reason=content.discount_reason,
            credit=Money(content.credit.amount_minor if content.credit else 0, currency),
            lines=tuple(
                DraftLineView(
                    variant_id=line.variant_id,
                    design=line.design,
                    title=sold[line.key].title if line.key in sold else "",
                    quantity=line.quantity,
                    agreed=_money(line.agreed_minor, currency),
                    unit_price=sold[line.key].price if line.key in sold else None,
                )
                for line in content.lines
            ),
            total=quote.total,
            order_id=draft.order_id,
            author=draft.author,
            created_at=draft.created_at,
            updated_at=draft.updated_at,
        )


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


class DraftCard(View, frozen=True):
    id: UUID
    code: str
    state: str
    recipient: str
    phone: str
    author: str
    created_at: datetime


class DraftPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[DraftCard]
    next_cursor: str | None
