"""A row is done only when its handlers' own transactions say so."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.events import queries
from kram.kit.events.event import Event
from kram.kit.events.handling import (
    Delivery,
    Handler,
    Hopeless,
    InboxMessage,
    Subscribers,
    in_tx,
)
from kram.kit.events.inbox import receive
from kram.kit.events.queries import LeasedRow
from kram.kit.events.relay import Relay
from kram.kit.events.runner import MAX_ATTEMPTS
from tests.house import House, empty, make_due

pytestmark = pytest.mark.anyio


class KettleBoiled(Event, frozen=True, kw_only=True):
    name = "test.kettle_boiled.v1"
    litres: int


def house_of(db: Database, tenant: Tenant, **handlers: Handler[Any]) -> House:
    """`read` hears the inbox, all others the kettle."""
    heard = {KettleBoiled.name: [name for name in handlers if name != "read"]}
    inbox = {"payment": [name for name in handlers if name == "read"]}
    return House(db, [tenant], handlers, events=heard, inbox=inbox)


@pytest.fixture(autouse=True)
async def empty_relay(owner: asyncpg.Connection) -> None:
    await empty(owner)


async def pour(tx: TenantTx, event: KettleBoiled) -> None:
    await tx.execute(
        text("UPDATE catalog_version SET version = version + :litres"), {"litres": event.litres}
    )


async def poured(db: Database, tenant: Tenant) -> int:
    async with db.tenant_read(tenant) as tx:
        return int(await tx.scalar(text("SELECT version FROM catalog_version"))) - 1


async def boil(db: Database, tenant: Tenant, litres: int = 2) -> UUID:
    async with db.tenant(tenant) as tx:
        return tx.publish(KettleBoiled(litres=litres))


async def outbox(owner: asyncpg.Connection, row_id: UUID) -> asyncpg.Record:
    return await owner.fetchrow("SELECT * FROM relay.outbox WHERE id = $1", row_id)


async def test_published_event_reaches_its_handler_and_is_done(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    house = house_of(db, tenant, pour=in_tx(pour))
    row_id = await boil(db, tenant)
    assert await house.relay.step() == 1
    assert await poured(db, tenant) == 2
    assert (await outbox(owner, row_id))["done_at"] is not None


async def test_rolled_back_change_publishes_nothing(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.tenant(tenant) as tx:
            tx.publish(KettleBoiled(litres=1))
            raise ZeroDivisionError
    assert await owner.fetchval("SELECT count(*) FROM relay.outbox") == 0


async def test_lost_message_is_sent_again_after_the_lease(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    house = house_of(db, tenant, pour=in_tx(pour))
    house.asleep = True  # the queue loses everything
    row_id = await boil(db, tenant)
    await house.relay.step()
    house.asleep = False
    assert await house.relay.step() == 0, "the lease has not ended"
    await make_due(owner)
    assert await house.relay.step() == 1
    assert await poured(db, tenant) == 2
    assert (await outbox(owner, row_id))["attempts"] == 2


async def test_effect_happens_once_however_often_it_is_delivered(
    db: Database, tenant: Tenant
) -> None:
    house = house_of(db, tenant, pour=in_tx(pour))
    house.asleep = True
    await boil(db, tenant)
    await house.relay.step()
    [(row, name)] = house.sent
    await asyncio.gather(*(house.runner.run(row, name) for _ in range(20)))
    assert await poured(db, tenant) == 2


async def test_without_the_handled_row_it_happens_twenty_times(
    db: Database, tenant: Tenant
) -> None:
    """The negative control of the test above."""

    async def unguarded(delivery: Delivery[KettleBoiled]) -> None:
        async with delivery.db.tenant(delivery.tenant) as tx:
            await pour(tx, delivery.message)

    house = house_of(db, tenant, pour=unguarded)
    house.asleep = True
    await boil(db, tenant)
    await house.relay.step()
    [(row, name)] = house.sent
    await asyncio.gather(*(house.runner.run(row, name) for _ in range(20)))
    assert await poured(db, tenant) == 40


async def test_only_the_handler_that_failed_runs_again(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    failures = [ConnectionError("the carrier is away")]

    async def fragile(tx: TenantTx, event: KettleBoiled) -> None:
        await pour(tx, event)
        if failures:
            raise failures.pop()

    house = house_of(db, tenant, pour=in_tx(pour), fragile=in_tx(fragile))
    row_id = await boil(db, tenant)
    await house.relay.step()
    row = await outbox(owner, row_id)
    assert (row["done_at"], "carrier is away" in row["last_error"]) == (None, True)
    assert await poured(db, tenant) == 2, "the failed effect was rolled back"
    await make_due(owner)
    await house.relay.step()
    assert await poured(db, tenant) == 4
    assert [name for _, name in house.sent] == ["pour", "fragile", "fragile"]
    assert (await outbox(owner, row_id))["done_at"] is not None


async def test_timer_waits_for_its_moment(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    house = house_of(db, tenant, pour=in_tx(pour))
    async with db.tenant(tenant) as tx:
        tx.publish(KettleBoiled(litres=1), due_at=tx.now + timedelta(hours=1))
    assert await house.relay.step() == 0
    await make_due(owner)
    assert await house.relay.step() == 1


def always(error: Exception) -> Callable[[TenantTx, KettleBoiled], object]:
    async def fail(tx: TenantTx, event: KettleBoiled) -> None:
        raise error

    return fail


async def test_hopeless_row_is_set_aside_at_once(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    house = house_of(db, tenant, bad=in_tx(always(Hopeless("no such address"))))  # type: ignore[arg-type]
    row_id = await boil(db, tenant)
    await house.relay.step()
    row = await outbox(owner, row_id)
    assert (row["dead_at"] is not None, row["last_error"]) == (True, "bad: no such address")


async def test_row_that_keeps_failing_is_given_up(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    house = house_of(db, tenant, bad=in_tx(always(OSError("down"))))  # type: ignore[arg-type]
    row_id = await boil(db, tenant)
    for _ in range(MAX_ATTEMPTS):
        await make_due(owner)
        await house.relay.step()
    assert (await outbox(owner, row_id))["dead_at"] is not None
    await make_due(owner)
    assert await house.relay.step() == 0


async def test_event_nobody_hears_is_done(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    house = house_of(db, tenant)
    row_id = await boil(db, tenant)
    await house.relay.step()
    assert (await outbox(owner, row_id))["done_at"] is not None


async def test_two_relays_never_lease_the_same_row(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    houses = [house_of(db, tenant, pour=in_tx(pour)) for _ in range(4)]
    for house in houses:
        house.relay.lease = timedelta(minutes=1)
        house.relay.batch = 7
    for _ in range(60):
        await boil(db, tenant, litres=1)
    while any(await asyncio.gather(*(house.relay.step() for house in houses))):
        pass
    sent = [row.id for house in houses for row, _ in house.sent]
    assert (len(sent), len(set(sent))) == (60, 60)
    assert await poured(db, tenant) == 60


async def test_inbox_message_is_stored_once_and_handled_once(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    bodies: list[bytes] = []

    async def read(delivery: Delivery[InboxMessage]) -> None:
        async with delivery.done():
            bodies.append(delivery.message.body)

    house = house_of(db, tenant, read=read)
    seen = []
    for _ in range(3):
        async with db.platform() as tx:
            seen.append(
                await receive(
                    tx,
                    tenant_id=tenant.id,
                    kind="payment",
                    source="pay:sandbox",
                    external_id="evt_1",
                    body=b"{}",
                )
            )
    await house.relay.step()
    assert (seen, bodies) == ([True, False, False], [b"{}"])
    assert await owner.fetchval("SELECT done_at IS NOT NULL FROM relay.inbox")


async def test_event_of_another_shop_finds_no_tenant(
    db: Database, tenant: Tenant, other_tenant: Tenant, owner: asyncpg.Connection
) -> None:
    house = house_of(db, tenant, pour=in_tx(pour))
    row_id = await boil(db, other_tenant)
    await house.relay.step()
    assert (await outbox(owner, row_id))["last_error"] == "pour: the shop is gone"
    assert await poured(db, tenant) == 0


async def test_queue_that_is_away_loses_nothing(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    house = house_of(db, tenant, pour=in_tx(pour))
    send = house.relay.send

    async def away(row: LeasedRow, name: str) -> None:
        raise ConnectionError("valkey is away")

    house.relay.send = away
    await boil(db, tenant)
    await house.relay.step()
    house.relay.send = send
    await make_due(owner)
    await house.relay.step()
    assert await poured(db, tenant) == 2


async def test_finished_rows_are_forgotten_after_a_while(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    house = house_of(db, tenant, pour=in_tx(pour))
    await boil(db, tenant)
    await house.relay.step()
    async with db.platform() as tx:
        assert await queries.forget_done(tx, "outbox", utc_now(), batch=100) == 1
    counts = "SELECT (SELECT count(*) FROM relay.outbox), (SELECT count(*) FROM relay.handled)"
    assert tuple(await owner.fetchrow(counts)) == (0, 0)


async def test_a_relay_turns_also_while_the_queue_is_away_and_not_when_it_is_stuck(
    db: Database, tenant: Tenant
) -> None:
    turns, stop, woken, let_go = 0, asyncio.Event(), asyncio.Event(), asyncio.Event()
    is_stuck = False

    async def send(row: LeasedRow, handler: str) -> None:
        if is_stuck:
            await let_go.wait()
        raise ConnectionError

    def turned() -> None:
        nonlocal turns
        turns += 1

    async def quiet() -> int:
        await asyncio.sleep(0.3)
        return turns

    relay = Relay(db, Subscribers({KettleBoiled.name: ["pour"]}, {}), send)
    async with asyncio.TaskGroup() as group:
        group.create_task(relay.run(stop, woken, poll_seconds=0.02, turned=turned))
        await boil(db, tenant)
        away = await quiet()
        assert away > 0
        is_stuck = True
        await boil(db, tenant)
        stuck = await quiet()
        assert stuck == await quiet()
        let_go.set()
        assert await quiet() > stuck
        stop.set()
