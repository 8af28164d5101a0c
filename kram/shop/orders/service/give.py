"""What is not sent is given: files, keys and gift cards, as soon as it is paid."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from kram.kit.crypto import KeyRing
from kram.kit.db.tx import TenantTx
from kram.shop.catalog.models import VariantKind
from kram.shop.digital import service as digital
from kram.shop.digital.models import DigitalGrant
from kram.shop.digital.terms import read_terms
from kram.shop.inventory import service as inventory
from kram.shop.inventory.queries.promises import held
from kram.shop.inventory.queries.shelves import lock_rows
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders import queries
from kram.shop.orders.errors import NothingGiven
from kram.shop.orders.events import DigitalGiven, DigitalRevoked, OrderDelivered
from kram.shop.orders.models import Order, OrderLine, OrderStatus, PaymentState, StepKind
from kram.shop.orders.service.parcels import contents, renew_status
from kram.shop.orders.service.step import facts, lock, write_down
from kram.tenants.actor import Actor, ActorKind


async def give(tx: TenantTx, order: Order, actor: Actor) -> int:
    """Takes what the order has paid for off the shelves and makes its grants; how many units.

    Keys that it still waits for are left out. The order is locked by the caller, who tells of it
    by `announce_given`. Again gives nothing.
    """
    if order.payment_state != PaymentState.PAID or order.status == OrderStatus.CANCELLED:
        return 0
    lines = [line for line in await queries.lines_of(tx, order.id) if line.ungiven_quantity]
    if not lines:
        return 0
    wants = await _wants(tx, order, lines)
    keys = sum_by_variant(
        (want.variant_id, want.units) for want in wants if want.kind is VariantKind.KEYS
    )
    if keys:
        await inventory.take_part(tx, order.id, keys, actor, order.id)
    await digital.grant(tx, order.id, order.currency, wants)
    given = {want.line_id: want.units for want in wants}
    for line in lines:
        line.fulfilled_quantity += given.get(line.id, 0)
        line.shipped_quantity += given.get(line.id, 0)
    return sum(given.values())


async def _wants(tx: TenantTx, order: Order, lines: Sequence[OrderLine]) -> list[digital.Want]:
    has_keys = any(line.kind == VariantKind.KEYS for line in lines)
    left = await held(tx, order.id) if has_keys else {}
    wants = []
    for line in lines:
        units = line.ungiven_quantity
        if line.kind == VariantKind.KEYS:
            units = min(units, left.get(line.variant_id, 0))
            left[line.variant_id] = left.get(line.variant_id, 0) - units
        if units:
            kind, terms = VariantKind(line.kind), read_terms(line.terms)
            wants.append(
                digital.Want(
                    line_id=line.id,
                    variant_id=line.variant_id,
                    kind=kind,
                    before=line.fulfilled_quantity,
                    units=units,
                    quantity=line.quantity,
                    terms=terms,
                )
            )
    return wants


async def announce_given(tx: TenantTx, order: Order, units: int, actor: Actor) -> None:
    """Writes it down and tells it; an order of nothing else is delivered by that."""
    if not units:
        return
    write_down(tx, order, StepKind.GIVEN, actor, detail={"units": units})
    tx.publish(DigitalGiven(**facts(order), units=units))
    inside = await contents(tx, order)
    if inside.only_given and order.status != OrderStatus.DELIVERED:
        renew_status(tx, inside)
        write_down(tx, order, StepKind.DELIVERED, actor)
        tx.publish(OrderDelivered(**facts(order)))


async def give_waiting(tx: TenantTx, order_id: UUID) -> int:
    """Keys came that a paid order waits for. Raises: OrderMissing."""
    order, actor = await lock(tx, order_id), Actor.system("keys came")
    units = await give(tx, order, actor)
    await announce_given(tx, order, units, actor)
    return units


async def take_back(
    tx: TenantTx, order: Order, actor: Actor, grant_id: UUID | None = None
) -> digital.Revoked:
    """Ends what stands of the order's grants, or that one; the order is locked by the caller.

    Raises: GrantMissing (of one that does not stand).
    """
    lines = await queries.lines_of(tx, order.id)
    if all(line.is_sent for line in lines):
        return digital.Revoked(0, 0)
    if any(line.kind == VariantKind.KEYS for line in lines):
        # All shelves of the order before one of them changes: they are locked by id.
        await lock_rows(tx, {part for line in lines for part in line.shelf_units(1)})
    ended = await digital.revoke(tx, order.id, actor, grant_id)
    if ended.grants:
        write_down(tx, order, StepKind.TAKEN_BACK, actor, detail={"units": ended.grants})
        tx.publish(DigitalRevoked(**facts(order), units=ended.grants))
    return ended


async def revoke(tx: TenantTx, order_id: UUID, actor: Actor, grant_id: UUID | None = None) -> Order:
    """The staff ends the access, to one thing or all. Raises: OrderMissing, GrantMissing."""
    order = await lock(tx, order_id)
    await take_back(tx, order, actor, grant_id)
    order.updated_at = tx.now
    return order


async def give_again(tx: TenantTx, order_id: UUID, grant_id: UUID, actor: Actor) -> Order:
    """Another key instead of one that did not work, a new card, downloads from the beginning.

    When it raises, leave the transaction. Raises: OrderMissing, GrantMissing, OutOfStock (no key
    is free), CardUsed, NothingGiven (the money went back).
    """
    order = await lock(tx, order_id)
    if order.payment_state != PaymentState.PAID or order.status == OrderStatus.CANCELLED:
        raise NothingGiven
    grant = await tx.get(DigitalGrant, grant_id)
    if grant is not None and grant.order_id == order_id and grant.key_id is not None:
        units = {grant.variant_id: 1}
        await inventory.reserve_more(tx, order_id, units, None)
        await inventory.take_part(tx, order_id, units, actor, order_id)
    line = None if grant is None else await tx.get(OrderLine, grant.line_id)
    days = None if line is None else read_terms(line.terms).days
    until = None if days is None else tx.now + timedelta(days=days)
    await digital.replace(tx, order_id, grant_id, files_until=until)
    write_down(tx, order, StepKind.GIVEN_AGAIN, actor)
    order.updated_at = tx.now
    tx.publish(DigitalGiven(**facts(order), units=1))
    return order


async def tell_again(tx: TenantTx, order_id: UUID) -> Order:
    """The shopper gets the message once more. Raises: OrderMissing, NothingGiven."""
    order = await lock(tx, order_id)
    if not await digital.given_to(tx, order_id):
        raise NothingGiven
    tx.publish(DigitalGiven(**facts(order), units=0))
    return order


async def open_grant(
    tx: TenantTx, ring: KeyRing, order_id: UUID, grant_id: UUID, actor: Actor
) -> str:
    """The key or code. Who of the staff has read it is written down. Raises like the slice's."""
    opened = await digital.open_grant(tx, ring, order_id, grant_id)
    if actor.kind is not ActorKind.SHOPPER:
        order = await lock(tx, order_id)
        write_down(tx, order, StepKind.KEY_READ, actor)
    return opened
