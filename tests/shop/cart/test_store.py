"""Carts in Valkey."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from kram.kit.clock import utc_now
from kram.kit.db.scope import TenantId
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.cart.errors import CartFull, CartQuantityInvalid
from kram.shop.cart.store import MOST_LINES, Cart, CartLine, CartStore
from kram.shop.catalog.queries import Offer
from kram.shop.configurator.lines import LineKey

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
    await store.remove(TENANT, CUSTOMER, LineKey(pot.variant_id))
    await store.remove(TENANT, CUSTOMER, LineKey(new_id()))
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
    await valkey.flushdb()
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


async def aside(store: CartStore) -> list[tuple[str, int]]:
    return [(line.title, line.quantity) for line in (await store.get(TENANT, CUSTOMER)).aside]


async def test_a_line_lies_in_the_cart_or_aside_and_never_in_both(store: CartStore) -> None:
    cup, pot = offer("cup"), offer("pot")
    await store.put_lines(TENANT, CUSTOMER, [(cup, 1), (pot, 2)])
    await store.put_line(TENANT, CUSTOMER, cup, 3, aside=True)
    assert (await lines(store), await aside(store)) == ([("pot", 2)], [("cup", 3)])
    await store.put_line(TENANT, CUSTOMER, cup, 4)
    assert (await lines(store), await aside(store)) == ([("cup", 4), ("pot", 2)], [])


async def test_what_is_aside_outlives_an_order_but_not_the_person(
    store: CartStore, valkey: Redis
) -> None:
    cup, pot = offer("cup"), offer("pot")
    await store.put_line(TENANT, CUSTOMER, cup, 1)
    await store.put_line(TENANT, CUSTOMER, pot, 2, aside=True)
    await store.clear(TENANT, CUSTOMER)
    assert (await lines(store), await aside(store)) == ([], [("pot", 2)])
    await store.forget(TENANT, CUSTOMER)
    assert await valkey.keys() == []


async def test_goods_aside_count_among_the_most_lines(store: CartStore) -> None:
    offers = [offer() for _ in range(MOST_LINES)]
    await store.put_lines(TENANT, CUSTOMER, [(each, 1) for each in offers])
    await store.put_line(TENANT, CUSTOMER, offers[0], 1, aside=True)
    with pytest.raises(CartFull):
        await store.put_line(TENANT, CUSTOMER, offer(), 1)
    await store.remove(TENANT, CUSTOMER, LineKey(offers[0].variant_id))
    await store.put_line(TENANT, CUSTOMER, offer("new"), 1)
    cart = await store.get(TENANT, CUSTOMER)
    assert (len(cart.lines), len(cart.aside)) == (MOST_LINES, 0)


async def test_a_late_wish_loses_against_a_later_one(store: CartStore) -> None:
    cup, pot, pan = offer("cup"), offer("pot"), offer("pan")
    before = utc_now()
    await store.put_lines(TENANT, CUSTOMER, [(cup, 1), (pot, 1)])
    await store.remove(TENANT, CUSTOMER, LineKey(pot.variant_id))
    for each in (cup, pot, pan):
        await store.put_line(TENANT, CUSTOMER, each, 9, wanted_at=before)
    assert await lines(store) == [("cup", 1), ("pan", 9)]
    await store.remove(TENANT, CUSTOMER, LineKey(cup.variant_id), before)
    await store.put_line(TENANT, CUSTOMER, cup, 5, wanted_at=utc_now())
    assert await lines(store) == [("cup", 5), ("pan", 9)]


async def test_without_the_moment_of_the_wish_the_last_to_come_wins(store: CartStore) -> None:
    """What `wanted_at` is for: the same two wishes, and the one of before undoes the later."""
    cup = offer()
    await store.put_line(TENANT, CUSTOMER, cup, 1)
    await store.put_line(TENANT, CUSTOMER, cup, 9)
    assert await lines(store) == [("Cup", 9)]


async def test_a_wish_of_before_the_order_does_not_fill_the_emptied_cart(store: CartStore) -> None:
    cup = offer()
    await store.put_line(TENANT, CUSTOMER, cup, 1)
    before = utc_now()
    await store.clear(TENANT, CUSTOMER)
    await store.put_line(TENANT, CUSTOMER, cup, 2, wanted_at=before)
    assert await lines(store) == []
    await store.put_line(TENANT, CUSTOMER, cup, 3)
    assert await lines(store) == [("Cup", 3)]


async def test_an_order_leaves_what_another_device_put_in_meanwhile(store: CartStore) -> None:
    cup, pot = offer("cup"), offer("pot")
    await store.put_line(TENANT, CUSTOMER, cup, 1)
    seen_at = utc_now()
    await store.put_line(TENANT, CUSTOMER, pot, 2)
    await store.clear(TENANT, CUSTOMER, seen_at)
    assert await lines(store) == [("pot", 2)]


async def test_settling_brings_nothing_back_that_was_taken_out_meanwhile(
    store: CartStore,
) -> None:
    cup = offer()
    await store.put_line(TENANT, CUSTOMER, cup, 2)
    seen_at = utc_now()
    seen = await store.get(TENANT, CUSTOMER)
    await store.remove(TENANT, CUSTOMER, LineKey(cup.variant_id))
    await store.settle(TENANT, CUSTOMER, seen, seen_at)
    assert await lines(store) == []


async def test_an_emptied_cart_is_known_and_a_lost_one_is_not(
    store: CartStore, valkey: Redis
) -> None:
    assert not (await store.get(TENANT, CUSTOMER)).is_known
    await store.put_line(TENANT, CUSTOMER, offer(), 1)
    await store.clear(TENANT, CUSTOMER)
    assert await store.get(TENANT, CUSTOMER) == Cart(is_known=True)
    await valkey.flushdb()
    assert await store.get(TENANT, CUSTOMER) == Cart()


async def test_the_release_before_reads_the_lines_in_the_cart_and_no_others(
    store: CartStore, valkey: Redis
) -> None:
    """As it did: every field split, sorted by its number, decoded or dropped."""
    cup, pot, pan = offer("cup"), offer("pot"), offer("pan")
    await store.clear(TENANT, CUSTOMER)
    await store.put_lines(TENANT, CUSTOMER, [(cup, 1), (pot, 2), (pan, 3)])
    await store.put_line(TENANT, CUSTOMER, pot, 2, aside=True)
    await store.remove(TENANT, CUSTOMER, LineKey(pan.variant_id))
    found = await valkey.hgetall(f"cart:{TENANT}:{CUSTOMER}")
    read = []
    for _, body in sorted((value.split(b" ", 1) for value in found.values()), key=lambda p: p[0]):
        with suppress(msgspec.MsgspecError):
            read.append(msgspec.json.decode(body, type=CartLine).title)
    assert (len(found), read) == (4, ["cup"])


async def test_a_line_of_the_release_before_is_read_and_written_over(
    store: CartStore, valkey: Redis
) -> None:
    cup = offer("cup")
    old = msgspec.json.encode(CartLine(cup.variant_id, 2, "cup", cup.price))
    await valkey.hset(f"cart:{TENANT}:{CUSTOMER}", cup.variant_id.hex, b"1 " + old)
    assert await lines(store) == [("cup", 2)]
    await store.put_line(TENANT, CUSTOMER, cup, 3, wanted_at=utc_now())
    assert await lines(store) == [("cup", 3)]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(0, 3),
            st.booleans(),
        ),
        max_size=8,
    ).flatmap(lambda wishes: st.tuples(st.just(wishes), st.permutations(range(len(wishes)))))
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
async def test_wishes_come_in_any_order_and_end_alike(
    store: CartStore, told: tuple[list[tuple[int, int, bool]], list[int]]
) -> None:
    """Each with the moment at which it was wanted: the last wish of a line is what there is."""
    wishes, arriving = told
    offers = [offer(title) for title in ("a", "b", "c")]
    customer, start = new_id(), utc_now()
    wanted: dict[int, tuple[int, bool]] = {}
    for which, quantity, to_side in wishes:
        wanted[which] = (quantity, to_side)
    for place in arriving:
        which, quantity, to_side = wishes[place]
        at = start + timedelta(milliseconds=place)
        if quantity:
            await store.put_line(
                TENANT, customer, offers[which], quantity, aside=to_side, wanted_at=at
            )
        else:
            await store.remove(TENANT, customer, LineKey(offers[which].variant_id), at)
    cart = await store.get(TENANT, customer)
    found = {line.title: (line.quantity, False) for line in cart.lines}
    found |= {line.title: (line.quantity, True) for line in cart.aside}
    assert found == {"abc"[which]: wish for which, wish in wanted.items() if wish[0]}
