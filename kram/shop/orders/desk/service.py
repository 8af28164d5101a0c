"""Write up, change, drop and place a draft."""

from datetime import datetime
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id, public_code
from kram.kit.money import Money
from kram.shop.configurator.lines import Sold, sold
from kram.shop.customers import service as customers
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders.desk.content import DraftContent, read
from kram.shop.orders.desk.errors import DraftChanged, DraftMissing, DraftMoved, ReasonMissing
from kram.shop.orders.desk.models import DraftOrder, DraftState
from kram.shop.orders.desk.queries import customer_by_phone
from kram.shop.orders.drafts import Agreement, DraftLine, OrderDraft
from kram.shop.orders.events import CreditLeft
from kram.shop.orders.models import Order
from kram.shop.orders.pricing import Goods, Quote, ReturnCredit, agreed_quote, pricing_of
from kram.shop.orders.service import place
from kram.tenants.actor import Actor


async def open_draft(
    tx: TenantTx, content: DraftContent, actor: Actor, return_id: UUID | None = None
) -> DraftOrder:
    """Raises: ReasonMissing."""
    draft = DraftOrder(
        id=new_id(),
        code=public_code(),
        state=DraftState.OPEN,
        version=1,
        content=_stored(content),
        return_id=return_id,
        author=actor.name,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.add(draft)
    return draft


async def change_draft(
    tx: TenantTx, draft_id: UUID, version: int, content: DraftContent
) -> DraftOrder:
    """Its credit stays. Raises: DraftMissing, DraftMoved, DraftChanged, ReasonMissing."""
    draft = await _hold(tx, draft_id)
    if draft.version != version:
        raise DraftChanged(version=draft.version)
    content = msgspec.structs.replace(content, credit=read(draft.content).credit)
    draft.content, draft.version, draft.updated_at = _stored(content), version + 1, tx.now
    return draft


async def drop_draft(tx: TenantTx, draft_id: UUID) -> DraftOrder:
    """What came back and was to pay for it is paid out. Raises: DraftMissing, DraftMoved."""
    draft = await _hold(tx, draft_id)
    draft.state, draft.updated_at = DraftState.DROPPED, tx.now
    credit = read(draft.content).credit
    if credit is not None:
        _give_up(tx, credit, credit.amount_minor, dropped=True)
    return draft


async def place_draft(
    tx: TenantTx,
    draft_id: UUID,
    currency: str,
    payment_method: str,
    pay_until: datetime | None,
    actor: Actor,
) -> Order:
    """The order of a draft, whose units are reserved now. A placed draft has its order already.

    When it raises, leave the transaction. Raises: DraftMissing, DraftMoved, and what
    `orders.place` raises.
    """
    draft = await _hold(tx, draft_id)
    content = read(draft.content)
    wanted = OrderDraft(
        customer_id=await _customer(tx, content),
        lines=tuple(
            DraftLine(each.variant_id, each.quantity, each.key.design) for each in content.lines
        ),
        payment_method=payment_method,
        delivery_method=content.delivery_method,
        pay_until=pay_until,
        delivery=Money(content.delivery_minor, currency),
        recipient=content.recipient,
        phone=content.phone,
        address=content.address,
        comment=content.comment,
        language=content.language,
        agreed=_agreement(content),
    )
    draft.state, draft.updated_at = DraftState.PLACED, tx.now
    order = await place(tx, wanted, actor)
    draft.order_id = order.id
    used = pricing_of(order).credit
    if content.credit is not None and used is not None:
        left = content.credit.amount_minor - used.amount_minor
        if left:
            _give_up(tx, content.credit, left, dropped=False)
    return order


async def quoted(tx: TenantRead, content: DraftContent, currency: str) -> tuple[Quote, Sold]:
    """What it would cost its customer now, of those goods that are sold."""
    wanted = sum_by_variant((each.key, each.quantity) for each in content.lines)
    found = await sold(tx, wanted, customer_id=await _known(tx, content))
    goods = [
        Goods.of(found.offers[each.key], each.quantity, each.agreed_minor)
        for each in content.lines
        if each.key in found.offers
    ]
    total = sum(each.unit_price_minor * each.quantity for each in goods)
    quote = await agreed_quote(
        tx,
        goods,
        currency=currency,
        delivery_minor=content.delivery_minor,
        discount_minor=sum(_agreement(content).off(total)),
    )
    return quote, found


def _give_up(tx: TenantTx, credit: ReturnCredit, left_minor: int, *, dropped: bool) -> None:
    tx.publish(
        CreditLeft(
            return_id=credit.return_id,
            refund_id=new_id(),
            amount_minor=left_minor,
            dropped=dropped,
        )
    )


async def _hold(tx: TenantTx, draft_id: UUID) -> DraftOrder:
    draft = await tx.get(DraftOrder, draft_id, lock=True)
    if draft is None:
        raise DraftMissing
    if draft.state != DraftState.OPEN:
        raise DraftMoved(state=draft.state)
    return draft


def _stored(content: DraftContent) -> dict[str, object]:
    tidy = content.tidy()
    if tidy.discount_minor and not tidy.discount_reason:
        raise ReasonMissing
    kept: dict[str, object] = msgspec.to_builtins(tidy)
    return kept


def _agreement(content: DraftContent) -> Agreement:
    return Agreement(
        {each.key: each.agreed_minor for each in content.lines if each.agreed_minor is not None},
        content.discount_minor,
        content.discount_reason,
        content.credit,
    )


async def _known(tx: TenantRead, content: DraftContent) -> UUID | None:
    if content.customer_id is not None or not content.phone:
        return content.customer_id
    return await customer_by_phone(tx, content.phone)


async def _customer(tx: TenantTx, content: DraftContent) -> UUID:
    known = await _known(tx, content)
    if known is not None:
        return await customers.living(tx, known)
    customer_id = new_id()
    await customers.remember_guest(
        tx, customer_id, name=content.recipient, language=content.language
    )
    await customers.save_contact(tx, customer_id, name=content.recipient, phone=content.phone)
    return customer_id
