"""Keys of a pool are the units of its variant."""

import pytest
from sqlalchemy import select

from kram.kit.crypto import KeyRing, generate_key
from kram.kit.db.tx import TenantTx
from kram.shop.digital import queries
from kram.shop.digital.errors import KeyMissing, KeysRefused, NotAPool
from kram.shop.digital.models import LicenceKey
from kram.shop.digital.service import add_keys, pools, withdraw
from kram.shop.digital.service.pool import free_keys, mask, read_keys
from kram.shop.inventory import service as inventory
from kram.shop.inventory.errors import StockOfKeys, StockTooLow
from kram.shop.inventory.models import MAIN_WAREHOUSE, MoveCause, StockMove
from kram.shop.inventory.queries.shelves import ledger_difference
from kram.shop.inventory.service import transfers
from tests.factories.catalog import make_variant
from tests.factories.digital import free, make_pool
from tests.factories.inventory import STAFF, make_warehouse, stock_of
from tests.factories.orders import make_order

pytestmark = pytest.mark.anyio


async def test_keys_are_received_like_units(tx: TenantTx, keys: KeyRing) -> None:
    pool = await make_pool(tx, keys)
    added = await add_keys(tx, keys, pool, ["A-1", "A-2", "A-1"], STAFF)
    assert (added.added, added.known) == (2, 1)
    again = await add_keys(tx, keys, pool, ["A-2", "A-3"], STAFF)
    assert (again.added, again.known) == (1, 1)
    assert await stock_of(tx, pool) == (3, 0)
    causes = (await tx.scalars(select(StockMove.cause).order_by(StockMove.id))).all()
    assert causes == [MoveCause.RECEIVED, MoveCause.RECEIVED]
    assert await queries.pool_difference(tx) == 0 == await ledger_difference(tx)


async def test_the_same_keys_again_are_nothing(tx: TenantTx, keys: KeyRing) -> None:
    pool = await make_pool(tx, keys)
    await add_keys(tx, keys, pool, ["A-1"], STAFF)
    again = await add_keys(tx, keys, pool, ["A-1", " A-1 "], STAFF)
    assert (again.added, again.known) == (0, 2)
    other = await make_pool(tx, keys)
    assert (await add_keys(tx, keys, other, ["A-1"], STAFF)).added == 1


async def test_a_key_is_known_after_the_master_key_was_changed(tx: TenantTx) -> None:
    old = f"old:{generate_key()}"
    pool = await make_pool(tx, KeyRing.parse(old))
    await add_keys(tx, KeyRing.parse(old), pool, ["A-1"], STAFF)
    changed = KeyRing.parse(f"new:{generate_key()},{old}")
    assert (await add_keys(tx, changed, pool, ["A-1", "A-2"], STAFF)).added == 1


async def test_keys_are_sealed_and_bound_to_their_row(tx: TenantTx, keys: KeyRing) -> None:
    pool = await make_pool(tx, keys)
    await add_keys(tx, keys, pool, ["SECRET-OF-THE-HOUSE"], STAFF)
    row = (await tx.scalars(select(LicenceKey))).one()
    assert b"SECRET" not in row.sealed + row.fingerprint
    shown = await free_keys(tx, keys, pool, 10)
    assert [(each.id, each.ending) for each in shown] == [(row.id, "…OUSE")]


def test_a_mask_hides_most_of_a_key() -> None:
    assert [mask(key) for key in ("a", "abc", "abcdef", "a" * 30)] == ["…", "…c", "…ef", "…aaaa"]


async def test_a_withdrawn_key_is_written_off(tx: TenantTx, keys: KeyRing) -> None:
    pool = await make_pool(tx, keys, 2)
    key_id = (await queries.free_keys(tx, pool, 1))[0].id
    await withdraw(tx, pool, key_id, STAFF)
    assert await stock_of(tx, pool) == (1, 0)
    assert (await pools(tx, [pool]))[pool].free == 1
    assert await queries.pool_difference(tx) == 0
    with pytest.raises(KeyMissing):
        await withdraw(tx, pool, key_id, STAFF)


async def test_a_promised_key_is_not_withdrawn(tx: TenantTx, keys: KeyRing) -> None:
    pool = await make_pool(tx, keys, 1)
    key_id = (await queries.free_keys(tx, pool, 1))[0].id
    await make_order(tx, lines={pool: 1})
    with pytest.raises(StockTooLow):
        await withdraw(tx, pool, key_id, STAFF)
    assert (await free(tx, pool), await stock_of(tx, pool)) == (1, (1, 1))


async def test_nothing_but_keys_moves_the_units(tx: TenantTx, keys: KeyRing) -> None:
    pool, kettle = await make_pool(tx, keys, 3), await make_variant(tx, stock=5)
    for delta in (1, -1):
        with pytest.raises(StockOfKeys):
            await inventory.receive_many(
                tx, {kettle: delta, pool: delta}, MoveCause.CORRECTED, STAFF
            )
    assert (await stock_of(tx, pool), await stock_of(tx, kettle)) == ((3, 0), (5, 0))
    await inventory.recount(tx, {pool: 9, kettle: 4}, STAFF)
    assert (await stock_of(tx, pool), await stock_of(tx, kettle)) == ((3, 0), (4, 0))


async def test_keys_change_their_place_at_once_or_not(tx: TenantTx, keys: KeyRing) -> None:
    pool, depot = await make_pool(tx, keys, 3), await make_warehouse(tx)
    await transfers.send(tx, MAIN_WAREHOUSE, depot, {pool: 2}, STAFF, at_once=True)
    assert (await stock_of(tx, pool), await queries.pool_difference(tx)) == ((3, 0), 0)
    with pytest.raises(StockOfKeys):
        await transfers.send(tx, MAIN_WAREHOUSE, depot, {pool: 1}, STAFF)


async def test_only_pools_take_keys(tx: TenantTx, keys: KeyRing) -> None:
    with pytest.raises(NotAPool):
        await add_keys(tx, keys, await make_variant(tx), ["A-1"], STAFF)


@pytest.mark.parametrize("typed", ["", " \n\n", "x" * 501, "a\0b", "\n".join("abc") * 5000])
def test_lists_that_are_no_keys(typed: str) -> None:
    with pytest.raises(KeysRefused):
        read_keys(typed)


def test_a_pasted_list_is_read_line_by_line() -> None:
    assert read_keys("  A-1 \r\n\r\n\tB 2\u200e\n") == ["A-1", "B 2"]


async def test_many_keys_cost_few_statements(tx: TenantTx, keys: KeyRing) -> None:
    pool = await make_pool(tx, keys)
    added = await add_keys(tx, keys, pool, [f"K-{number}" for number in range(2_500)], STAFF)
    assert (added.added, await free(tx, pool)) == (2_500, 2_500)
