"""Keys that everybody wants at once: each is given once, and what was seen is not given again."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import TextClause, text

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.shop.digital import grant_queries, queries
from kram.shop.digital.errors import DownloadRefused
from kram.shop.digital.service import add_keys, download, issue_cards, open_grant, withdraw
from kram.shop.digital.terms import Terms
from kram.shop.inventory.errors import OutOfStock, StockTooLow
from kram.shop.inventory.queries.shelves import ledger_difference
from kram.shop.orders import service
from kram.shop.orders.service import give as giving
from tests.factories.customers import make_customer
from tests.factories.digital import (
    free,
    given_keys,
    grants,
    make_card,
    make_digital,
    make_file,
    make_pool,
)
from tests.factories.inventory import STAFF, stock_of
from tests.factories.orders import SHOPPER, make_order, order_draft

pytestmark = pytest.mark.anyio

BUYERS, KEYS = 50, 30
Step = Callable[[TenantTx], Awaitable[object]]


async def together(db: Database, tenant: Tenant, *steps: Step) -> Counter[str]:
    turn = asyncio.Semaphore(30)

    async def run(step: Step) -> str:
        try:
            async with turn, db.tenant(tenant) as tx:
                await step(tx)
        except AppError as error:
            return error.code
        return "done"

    return Counter(await asyncio.gather(*map(run, steps)))


async def late_orders(db: Database, tenant: Tenant, pool: UUID) -> list[UUID]:
    """Orders of one key each that ran out of time; their money may still come."""
    ids = []
    async with db.tenant(tenant) as tx:
        customer = (await make_customer(tx)).id
        for _ in range(BUYERS):
            draft = order_draft(customer, {pool: 1}, pay_until=tx.now + timedelta(hours=1))
            order = await service.place(tx, draft, SHOPPER)
            await tx.flush()
            await service.expire(tx, order.id)
            ids.append(order.id)
    return ids


async def test_50_payments_for_30_keys_give_30(db: Database, tenant: Tenant, keys: KeyRing) -> None:
    async with db.tenant(tenant) as tx:
        pool = await make_pool(tx, keys, KEYS)
    orders = await late_orders(db, tenant, pool)

    def payment(order_id: UUID) -> Step:
        async def pay(tx: TenantTx) -> None:
            await service.mark_paid(tx, order_id, STAFF)

        return pay

    # Each webhook comes twice.
    ended = await together(db, tenant, *map(payment, orders), *map(payment, orders))
    assert ended == {"done": 2 * KEYS, OutOfStock.code: 2 * (BUYERS - KEYS)}
    async with db.tenant(tenant) as tx:
        given = await given_keys(tx)
        assert (len(given), len(set(given)), await free(tx, pool)) == (KEYS, KEYS, 0)
        assert await stock_of(tx, pool) == (0, 0)
        assert await queries.pool_difference(tx) == 0 == await ledger_difference(tx)


_UNGUARDED = text(
    str(grant_queries._GIVE_KEYS)
    .replace("FOR UPDATE SKIP LOCKED", "")
    .replace("AND licence_key.given_at IS NULL\n", "\n")
)


async def give_straight(
    db: Database, tenant: Tenant, keys: KeyRing, statement: TextClause, patch: pytest.MonkeyPatch
) -> tuple[int, int]:
    """Fifty at once, without the stock before it; (grants, different keys)."""
    patch.setattr(grant_queries, "_GIVE_KEYS", statement)
    async with db.tenant(tenant) as tx:
        pool = await make_pool(tx, keys, KEYS)
        order = await make_order(tx, lines={pool: 1})
        await tx.flush()
        order_id, line_id = order.id, order.lines[0].id

    def step(unit: int) -> Step:
        async def give(tx: TenantTx) -> None:
            await grant_queries.give_keys(tx, order_id, [(line_id, unit, pool)])
            await asyncio.sleep(0.01)

        return give

    await together(db, tenant, *map(step, range(1, BUYERS + 1)))
    async with db.tenant(tenant) as tx:
        given = await given_keys(tx)
    return len(given), len(set(given))


async def test_the_statement_alone_gives_each_key_once(
    db: Database, tenant: Tenant, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = grant_queries._GIVE_KEYS
    assert await give_straight(db, tenant, keys, guarded, monkeypatch) == (KEYS, KEYS)


async def test_without_its_guard_it_gives_keys_twice(
    db: Database,
    tenant: Tenant,
    owner: asyncpg.Connection,
    keys: KeyRing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control."""
    await owner.execute(f"DROP INDEX {tenant.schema}.uq_digital_grant_key")
    given, different = await give_straight(db, tenant, keys, _UNGUARDED, monkeypatch)
    assert given > different


async def test_the_index_stops_what_the_statement_lets_through(
    db: Database, tenant: Tenant, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Exception, match="uq_digital_grant_key"):
        await give_straight(db, tenant, keys, _UNGUARDED, monkeypatch)


async def test_what_is_read_while_it_is_taken_back_is_not_given_again(
    db: Database, tenant: Tenant, keys: KeyRing
) -> None:
    async with db.tenant(tenant) as tx:
        pool = await make_pool(tx, keys, 20)
        buyer = (await make_customer(tx)).id
        orders = [
            await make_order(tx, lines={pool: 1}, customer_id=buyer, pay_until=tx.now)
            for _ in range(20)
        ]
        for order in orders:
            await service.mark_paid(tx, order.id, STAFF)
        ids = [(order.id, (await grants(tx, order.id))) for order in orders]
    pairs = [(order_id, next(each.id for each in found if each.key_id)) for order_id, found in ids]
    read: list[str] = []

    def opening(order_id: UUID, grant_id: UUID) -> Step:
        async def step(tx: TenantTx) -> None:
            read.append(await open_grant(tx, keys, order_id, grant_id))

        return step

    def ending(order_id: UUID) -> Step:
        async def step(tx: TenantTx) -> None:
            await giving.revoke(tx, order_id, STAFF)

        return step

    steps = [step for pair in pairs for step in (opening(*pair), ending(pair[0]))]
    await together(db, tenant, *steps)
    async with db.tenant(tenant) as tx:
        assert await free(tx, pool) == 20 - len(read)
        assert await stock_of(tx, pool) == (20 - len(read), 0)
        assert await queries.pool_difference(tx) == 0


async def test_checkouts_withdrawals_and_uploads_at_once(
    db: Database, tenant: Tenant, keys: KeyRing
) -> None:
    async with db.tenant(tenant) as tx:
        pool = await make_pool(tx, keys, 20)
        customer = (await make_customer(tx)).id
        ids = [row.id for row in await queries.free_keys(tx, pool, 20)]

    async def buy(tx: TenantTx) -> None:
        draft = order_draft(customer, {pool: 1}, pay_until=tx.now + timedelta(hours=1))
        order = await service.place(tx, draft, SHOPPER)
        await service.mark_paid(tx, order.id, STAFF)

    def drop(key_id: UUID) -> Step:
        return lambda tx: withdraw(tx, pool, key_id, STAFF)

    async def upload(tx: TenantTx) -> None:
        await add_keys(tx, keys, pool, ["SAME-1", "SAME-2", "SAME-3"], STAFF)

    ended = await together(db, tenant, *[buy] * 20, *map(drop, ids), *[upload] * 5)
    assert set(ended) <= {"done", "out_of_stock", "key_not_found", StockTooLow.code}
    async with db.tenant(tenant) as tx:
        given = await given_keys(tx)
        assert len(given) == len(set(given))
        assert (await stock_of(tx, pool))[0] == await free(tx, pool)
        assert await queries.pool_difference(tx) == 0 == await ledger_difference(tx)


async def test_twenty_downloads_of_a_limit_of_five(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        variant_id = await make_digital(tx, Terms(downloads=5))
        file_id = (await make_file(tx, variant_id)).id
        order = await make_order(tx, lines={variant_id: 1}, pay_until=tx.now)
        await service.mark_paid(tx, order.id, STAFF)
        grant_id = (await grants(tx, order.id))[0].id

    async def fetch(tx: TenantTx) -> None:
        await download(tx, grant_id, file_id, new_id().hex)

    ended = await together(db, tenant, *[fetch] * 20)
    assert ended == {"done": 5, DownloadRefused.code: 15}


async def test_ten_workers_issue_a_card_once(db: Database, tenant: Tenant, keys: KeyRing) -> None:
    async with db.tenant(tenant) as tx:
        order = await make_order(tx, lines={await make_card(tx): 3}, pay_until=tx.now)
        await service.mark_paid(tx, order.id, STAFF)

    async def issue(tx: TenantTx) -> None:
        await issue_cards(tx, keys, order.id, "note")

    await together(db, tenant, *[issue] * 10)
    async with db.tenant(tenant) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM gift_card")) == 3
