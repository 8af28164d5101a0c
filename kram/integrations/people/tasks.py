"""Handlers: what people's rows need after a commit elsewhere."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import msgspec

from kram.billing.payments.events import RefundSucceeded
from kram.integrations.people import queries
from kram.integrations.people.counting import recount, recount_of_order
from kram.integrations.people.events import ExportEnded, ExportRequested
from kram.integrations.people.exporting import KEPT_FOR, collect, file_key
from kram.integrations.people.joining import join
from kram.integrations.people.models import ExportState, PersonExport
from kram.integrations.people.report import archive
from kram.kit.clock import utc_now
from kram.kit.db.tx import TenantTx
from kram.kit.events.handling import Delivery
from kram.kit.i18n import nearest
from kram.kit.storage import Storage
from kram.shop.cart.errors import CartFull
from kram.shop.cart.store import Cart, CartStore
from kram.shop.customers.errors import CustomerMissing, ProfileErased, ProfilesDiffer
from kram.shop.customers.events import (
    CustomerErased,
    CustomerMerged,
    MatchFound,
    MergeRequested,
)
from kram.shop.orders.events import OrderEvent
from kram.tenants.actor import Actor, ActorKind
from kram.tenants.registry import Registry


async def count_order(tx: TenantTx, event: OrderEvent) -> None:
    """Hears every order's event."""
    await recount(tx, event.customer_id)


async def count_refund(tx: TenantTx, event: RefundSucceeded) -> None:
    await recount_of_order(tx, event.order_id)


async def join_matched(tx: TenantTx, event: MatchFound) -> None:
    await _join(tx, event.customer_id, event.other_id, Actor.system("join"), by_staff=False)


async def join_requested(tx: TenantTx, event: MergeRequested) -> None:
    staff = Actor(ActorKind.MERCHANT, event.actor_id, event.actor_name)
    await _join(tx, event.customer_id, event.other_id, staff, by_staff=True)


async def _join(tx: TenantTx, one: UUID, other: UUID, actor: Actor, *, by_staff: bool) -> None:
    """Who was erased in between stays erased."""
    try:
        await join(tx, one, other, actor, by_staff=by_staff)
    except (CustomerMissing, ProfileErased, ProfilesDiffer):
        return


@dataclass(frozen=True, slots=True)
class PeopleElsewhere:
    """What lies outside the database: carts and files."""

    carts: CartStore
    storage: Storage
    registry: Registry

    async def move_cart(self, delivery: Delivery[CustomerMerged]) -> None:
        """What both put in; where both did, the quantity of the profile that stays."""
        tenant_id, event = delivery.tenant.id, delivery.message
        seen_at = utc_now()
        left = await self.carts.get(tenant_id, event.merged_id)
        if left.lines or left.aside:
            kept = await self.carts.get(tenant_id, event.customer_id)
            known = {line.key for line in (*kept.lines, *kept.aside)}
            missing = Cart(
                tuple(line for line in left.lines if line.key not in known),
                tuple(line for line in left.aside if line.key not in known),
            )
            with suppress(CartFull):  # what fitted is in
                await self.carts.settle(tenant_id, event.customer_id, missing, seen_at)
            await self.carts.forget(tenant_id, event.merged_id)
        async with delivery.done():
            return

    async def forget(self, delivery: Delivery[CustomerErased]) -> None:
        """Carts and exported files of who was erased."""
        tenant_id = delivery.tenant.id
        for customer_id in delivery.message.ids:
            await self.carts.forget(tenant_id, customer_id)
        async with delivery.done():
            return

    async def export(self, delivery: Delivery[ExportRequested]) -> None:
        """Makes the file; killed at any point, it is made again under the same name."""
        async with delivery.db.tenant_read(delivery.tenant) as tx:
            export = await tx.get(PersonExport, delivery.message.export_id)
            if export is None or export.state == ExportState.DONE:
                content = None
            else:
                content = await collect(tx, export.customer_id)
        if export is None or content is None:
            async with delivery.done():
                return
        key = file_key(delivery.tenant.id, export.id)
        cart = await self.carts.get(delivery.tenant.id, export.customer_id)
        card = await self.registry.by_id(delivery.tenant.id)
        assert card is not None, "the row's tenant was found a moment ago"
        body = archive(
            {**content, "cart": _told(cart)},
            card.name,
            nearest(export.language, "en"),
            export.created_at,
        )
        await self.storage.put(key, body, "application/zip")
        await self._finish(delivery, key)

    async def _finish(self, delivery: Delivery[ExportRequested], key: str) -> None:
        export_id = delivery.message.export_id
        async with delivery.done() as tx:
            expires_at = tx.now + KEPT_FOR
            is_wanted = await queries.finish_export(tx, export_id, key, expires_at)
            # A file of who was erased meanwhile goes the way that an old one goes, at once.
            tx.publish(ExportEnded(export_id=export_id), due_at=expires_at if is_wanted else tx.now)

    async def end_export(self, delivery: Delivery[ExportEnded]) -> None:
        await self.storage.delete(file_key(delivery.tenant.id, delivery.message.export_id))
        async with delivery.done() as tx:
            export = await tx.get(PersonExport, delivery.message.export_id, lock=True)
            if export is not None:
                export.file_key = None


def _told(cart: Cart) -> list[dict[str, object]]:
    return [msgspec.to_builtins(line) for line in (*cart.lines, *cart.aside)]
