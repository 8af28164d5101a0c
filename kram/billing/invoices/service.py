"""Issue an invoice."""

from uuid import UUID

import msgspec

from kram.billing.invoices import queries
from kram.billing.invoices.content import InvoiceContent, content_of
from kram.billing.invoices.errors import NothingToInvoice, SellerUnknown
from kram.billing.invoices.models import Invoice
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.orders.models import Order, OrderStatus
from kram.shop.orders.queries import order_with_lines
from kram.shop.orders.service.step import lock
from kram.shop.orders.settings import order_settings
from kram.tenants.actor import Actor

_NOT_SOLD = frozenset({OrderStatus.AWAITING_PAYMENT, OrderStatus.CANCELLED})


async def issue(tx: TenantTx, order_id: UUID, shop: str, actor: Actor) -> Invoice:
    """The order's invoice as it stands now; asked for again, the same one.

    `shop` is its name. Locks the order, then the counter of numbers: do nothing after it. Raises:
    OrderMissing, NothingToInvoice, SellerUnknown.
    """
    order = await lock(tx, order_id)
    known = await queries.invoice_of(tx, order_id, order.version)
    if known is not None:
        return known
    if order.status in _NOT_SOLD:
        raise NothingToInvoice
    choices = await order_settings(tx)
    if not choices.seller.legal_name:
        raise SellerUnknown
    whole = await order_with_lines(tx, order_id)
    assert whole is not None, "orders are never deleted"
    return await _issued(
        tx, order, choices.invoice_series, content_of(whole, choices.seller, shop), actor
    )


async def _issued(
    tx: TenantTx, order: Order, series: str, content: InvoiceContent, actor: Actor
) -> Invoice:
    invoice_id, frozen = new_id(), msgspec.to_builtins(content)
    await tx.flush()
    number = await queries.issue(
        tx,
        {
            "id": invoice_id,
            "order": order.id,
            "version": order.version,
            "series": series,
            "content": frozen,
            "at": tx.now,
            "step": new_id(),
            "actor_kind": actor.kind.value,
            "actor_id": actor.id,
            "actor_name": actor.name,
        },
    )
    # Not added to the session: it is in the table already.
    return Invoice(
        id=invoice_id,
        order_id=order.id,
        order_version=order.version,
        series=series,
        number=number,
        content=frozen,
        issued_at=tx.now,
    )
