"""Carts in Valkey."""

import asyncio
from uuid import UUID

import msgspec
import pytest
from redis.asyncio import Redis

from kram.kit.db.scope import TenantId
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.cart.errors import CartFull, CartQuantityInvalid
from kram.shop.cart.store import MOST_LINES, Cart, CartLine, CartStore
from kram.shop.catalog.queries import Offer

pytestmark = pytest.mark.anyio

TENANT, CUSTOMER = TenantId(new_id()), new_id()


def offer(title: str = "Cup", price_minor: int = 100) -> Offer:
    price = Money(price_minor, "UAH")
    return Offer(new_id(), new_id(), "cup", title, "", "C-1", price, None)


@pytest.fixture
def store(valkey: Redis) -> CartStore:
    return CartStore(valkey)


async def lines(store: CartStore, customer: UUID = CUSTOMER) -> list[tuple[str, int]]:
    return [(line.title, line.quantity) for line in (await store.get(TENANT, customer)).lines]


async def test_nobody_has_a_cart_at_first(store: CartStore) -> None:
    assert await store.get(TENANT, CUSTOMER) == Cart()


async def test_a_line_remembers_what_was_seen(store: CartStore) -> None:
    cup = offer()
    await store.put_line(TENANT, CUSTOMER, cup, 3)
    cart = await store.get(TENANT, CUSTOMER)
    assert cart.lines == (CartLine(cup.variant_id, 3, "Cup", Money(100, "UAH")),)
    assert cart.units == 3


async def test_lines_stay_in_the_order_they_came(store: CartStore) -> None:
    offers = [offer(title) for title in ("a", "b", "c", "d")]
    for each in offers:
        await store.put_line(TENANT, CUSTOMER, each, 1)
    await store.put_line(TENANT, CUSTOMER, offers[1], 9)
    assert await lines(store) == [("a", 1), ("b", 9), ("c", 1), ("d", 1)]


async def test_the_last_write_of_a_line_wins(store: CartStore) -> None:
    cup = offer()
    await store.put_line(TENANT, CUSTOMER, cup, 3)
    dearer = msgspec.structs.replace(cup, price=Money(150, "UAH"))
    await store.put_line(TENANT, CUSTOMER, dearer, 2)
    [line] = (await store.get(TENANT, CUSTOMER)).lines
    assert (line.quantity, line.price.minor) == (2, 150)


async def test_another_devices_lines_are_merged(store: CartStore) -> None:
    cup, pot, pan = offer("cup"), offer("pot"), offer("pan")
    await store.put_lines(TENANT, CUSTOMER, [(cup, 1), (pot, 1)])
    await store.put_lines(TENANT, CUSTOMER, [(pot, 5), (pan, 2)])
    assert dict(await lines(store)) == {"cup": 1, "pot": 5, "pan": 2}


async def test_zero_takes_a_line_out_like_remove(store: CartStore) -> None:
    cup, pot, pan = offer("cup"), offer("pot"), offer("pan")
    await store.put_lines(TENANT, CUSTOMER, [(cup, 1), (pot, 1), (pan, 1)])
    await store.put_line(TENANT, CUSTOMER, cup, 0)
    await store.remove(TENANT, CUSTOMER, pot.variant_id)
    await store.remove(TENANT, CUSTOMER, new_id())
    assert await lines(store) == [("pan", 1)]
    await store.clear(TENANT, CUSTOMER)
    assert await lines(store) == []


@pytest.mark.parametrize("quantity", [-1, 1000])
async def test_a_senseless_quantity_is_refused(store: CartStore, quantity: int) -> None:
    cup = offer()
    await store.put_line(TENANT, CUSTOMER, cup, 999)
    with pytest.raises(CartQuantityInvalid):
        await store.put_lines(TENANT, CUSTOMER, [(offer(), 1), (cup, quantity)])
    assert await lines(store) == [("Cup", 999)]


async def test_a_full_cart_takes_no_new_line_but_changes_old_ones(store: CartStore) -> None:
    offers = [offer() for _ in range(MOST_LINES)]
    await store.put_lines(TENANT, CUSTOMER, [(each, 1) for each in offers])
    with pytest.raises(CartFull):
        await store.put_line(TENANT, CUSTOMER, offer(), 1)
    await store.put_line(TENANT, CUSTOMER, offers[0], 7)
    cart = await store.get(TENANT, CUSTOMER)
    assert (len(cart.lines), cart.units) == (MOST_LINES, MOST_LINES + 6)


async def test_two_devices_together_cannot_overfill(store: CartStore) -> None:
    await store.put_lines(TENANT, CUSTOMER, [(offer(), 1) for _ in range(MOST_LINES - 1)])
    ended = await asyncio.gather(
        *(store.put_line(TENANT, CUSTOMER, offer(), 1) for _ in range(10)), return_exceptions=True
    )
    assert sum(isinstance(result, CartFull) for result in ended) == 9
    assert len((await store.get(TENANT, CUSTOMER)).lines) == MOST_LINES


async def test_a_cart_is_kept_for_thirty_days_after_the_last_change(
    store: CartStore, valkey: Redis
) -> None:
    cup = offer()
    await store.put_line(TENANT, CUSTOMER, cup, 1)
    key = f"cart:{TENANT}:{CUSTOMER}"
    assert await valkey.keys() == [key.encode()]
    await valkey.expire(key, 5)
    await store.put_line(TENANT, CUSTOMER, cup, 2)
    assert 30 * 86_400 - 5 <= await valkey.ttl(key) <= 30 * 86_400


async def test_an_emptied_valkey_is_an_empty_cart(store: CartStore, valkey: Redis) -> None:
    await store.put_line(TENANT, CUSTOMER, offer(), 1)
    await valkey.flushall()
    await valkey.script_flush()
    assert await store.get(TENANT, CUSTOMER) == Cart()
    await store.put_line(TENANT, CUSTOMER, offer(), 2)
    assert await lines(store) == [("Cup", 2)]


async def test_a_line_of_another_shape_is_dropped(store: CartStore, valkey: Redis) -> None:
    await store.put_line(TENANT, CUSTOMER, offer(), 1)
    key = f"cart:{TENANT}:{CUSTOMER}"
    await valkey.hset(key, new_id().hex, b'1 {"amount": 3}')
    assert await lines(store) == [("Cup", 1)]


async def test_carts_of_other_people_and_shops_are_apart(store: CartStore) -> None:
    await store.put_line(TENANT, CUSTOMER, offer("mine"), 1)
    await store.put_line(TENANT, new_id(), offer("theirs"), 1)
    await store.put_line(TenantId(new_id()), CUSTOMER, offer("elsewhere"), 1)
    assert await lines(store) == [("mine", 1)]
