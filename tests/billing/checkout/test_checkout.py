"""One order for one tap, at the price that was shown, or none."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from redis.exceptions import RedisError
from sqlalchemy import text

from kram.billing.checkout import idempotency
from kram.billing.checkout import tasks as checkout_tasks
from kram.billing.checkout.errors import (
    CheckoutBusy,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    ShopPaused,
    StillRunning,
)
from kram.billing.checkout.service import place_order
from kram.billing.checkout.tasks import Answer, Checkout
from kram.billing.providers.errors import UnknownProvider
from kram.kit.clock import utc_now
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError, InvalidInput
from kram.kit.money import LARGEST_PAYABLE, Money
from kram.shop.cart.errors import OrderTooLarge
from kram.shop.cart.store import CartStore
from kram.shop.cart.view import Change
from kram.shop.catalog.models import Variant
from kram.shop.inventory.errors import OutOfStock
from kram.shop.orders.errors import GoodsGone, OrderEmpty, TotalChanged
from kram.shop.orders.models import DeliveryMethod
from kram.tenants.models import ShopStatus
from tests.factories.billing import COURIER_MINOR, Stall, checkout_request
from tests.factories.inventory import stock_of

pytestmark = pytest.mark.anyio

KEY = "key-00000001"


async def place(stall: Stall, customer_id: UUID, key: str = KEY, **changes: Any) -> Answer:
    return await stall.checkout.place(stall.card, customer_id, key, checkout_request(**changes))


async def nothing_happened(stall: Stall, variant_id: UUID, customer_id: UUID) -> None:
    assert await stall.orders() == []
    assert stall.acquirer.book.payments() == []
    cart = await stall.carts.get(stall.tenant.id, customer_id)
    assert [line.variant_id for line in cart.lines] == [variant_id]
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert (await stock_of(tx, variant_id))[1] == 0
        assert await tx.scalar(text("SELECT count(*) FROM idempotency_key")) == 0


async def test_order_freezes_the_cart_and_empties_it(stall: Stall) -> None:
    variant_id = await stall.stock(5)
    customer_id = await stall.shopper_with(variant_id, 2)
    answer = await place(
        stall, customer_id, total_minor=2 * 12_500 + COURIER_MINOR, comment=" Ring twice "
    )
    order, [payment], _ = await stall.look(answer.placed.order_id)
    assert (order.subtotal_minor, order.delivery_minor, order.total_minor) == (
        25_000,
        COURIER_MINOR,
        34_000,
    )
    assert (order.recipient, order.phone, order.address, order.comment) == (
        "Ivan Franko",
        "+380441234567",
        "Lviv, Rynok 1",
        "Ring twice",
    )
    assert (order.delivery_method, order.payment_method) == ("courier", "sandbox")
    assert [(line.quantity, line.unit_price_minor) for line in order.lines] == [(2, 12_500)]
    assert payment.expires_at == order.created_at + timedelta(minutes=30)
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert await stock_of(tx, variant_id) == (5, 2)
    assert (await stall.carts.get(stall.tenant.id, customer_id)).lines == ()


async def test_pick_up_is_free_and_needs_no_address(stall: Stall) -> None:
    customer_id = await stall.shopper_with(await stall.stock(1))
    answer = await place(
        stall, customer_id, total_minor=12_500, delivery=DeliveryMethod.PICKUP, address=""
    )
    order, _, _ = await stall.look(answer.placed.order_id)
    assert (order.delivery_method, order.total_minor, order.address) == ("pickup", 12_500, "")


async def test_repeated_request_gets_the_same_answer(stall: Stall) -> None:
    customer_id = await stall.shopper_with(await stall.stock(5))
    first = await place(stall, customer_id)
    assert await place(stall, customer_id) == first
    assert len(await stall.orders()) == 1
    assert len(stall.acquirer.book.payments()) == 1


async def test_same_key_for_another_request_is_refused(stall: Stall) -> None:
    customer_id = await stall.shopper_with(await stall.stock(5))
    await place(stall, customer_id)
    with pytest.raises(IdempotencyKeyReused):
        await place(stall, customer_id, comment="another")
    assert len(await stall.orders()) == 1


async def test_two_shoppers_may_use_the_same_key(stall: Stall) -> None:
    variant_id = await stall.stock(5)
    for _ in range(2):
        await place(stall, await stall.shopper_with(variant_id))
    assert len(await stall.orders()) == 2


async def test_refusal_frees_the_key(stall: Stall) -> None:
    variant_id = await stall.stock(1)
    customer_id = await stall.shopper_with(variant_id, 2)
    with pytest.raises(OutOfStock):
        await place(stall, customer_id, total_minor=2 * 12_500 + COURIER_MINOR)
    await nothing_happened(stall, variant_id, customer_id)
    await stall.put(customer_id, variant_id, 1)
    await place(stall, customer_id)
    assert len(await stall.orders()) == 1


async def test_price_that_changed_is_shown_and_not_charged(stall: Stall) -> None:
    variant_id = await stall.stock(5)
    customer_id = await stall.shopper_with(variant_id)
    async with stall.db.tenant(stall.tenant) as tx:
        variant = await tx.get(Variant, variant_id)
        assert variant is not None
        variant.price_minor = 13_000
    with pytest.raises(TotalChanged) as refused:
        await place(stall, customer_id)
    assert refused.value.extra["total"] == Money(22_000, "UAH")
    view = refused.value.extra["cart"]
    assert view.subtotal == Money(13_000, "UAH")
    assert view.lines[0].changes == (Change.DEARER,)
    await nothing_happened(stall, variant_id, customer_id)


@pytest.mark.parametrize("minor", [0, 21_499, 21_501, 10**15])
async def test_total_that_the_shopper_invents_is_refused(stall: Stall, minor: int) -> None:
    variant_id = await stall.stock(5)
    customer_id = await stall.shopper_with(variant_id)
    with pytest.raises(TotalChanged):
        await place(stall, customer_id, total_minor=minor)
    await nothing_happened(stall, variant_id, customer_id)


async def test_the_largest_sum_that_can_be_paid_is_ordered(stall: Stall) -> None:
    price = (LARGEST_PAYABLE - COURIER_MINOR) // 100
    customer_id = await stall.shopper_with(await stall.stock(100, price_minor=price), 100)
    total = 100 * price + COURIER_MINOR
    answer = await place(stall, customer_id, total_minor=total)
    order, [payment], _ = await stall.look(answer.placed.order_id)
    assert (order.total_minor, payment.status) == (total, "pending")


async def test_a_larger_sum_is_refused_with_what_to_do(stall: Stall) -> None:
    price = (LARGEST_PAYABLE - COURIER_MINOR) // 100 + 1
    variant_id = await stall.stock(100, price_minor=price)
    customer_id = await stall.shopper_with(variant_id, 100)
    with pytest.raises(OrderTooLarge):
        await place(stall, customer_id, total_minor=100 * price + COURIER_MINOR)
    await nothing_happened(stall, variant_id, customer_id)


async def test_product_that_is_gone_is_named(stall: Stall) -> None:
    variant_id = await stall.stock(5)
    customer_id = await stall.shopper_with(variant_id)
    async with stall.db.tenant(stall.tenant) as tx:
        variant = await tx.get(Variant, variant_id)
        assert variant is not None
        variant.archived_at = tx.now
    with pytest.raises(GoodsGone) as refused:
        await place(stall, customer_id)
    assert refused.value.extra["cart"].lines[0].changes == (Change.GONE,)
    await nothing_happened(stall, variant_id, customer_id)


async def test_empty_cart_is_no_order(stall: Stall) -> None:
    with pytest.raises(OrderEmpty):
        await place(stall, await stall.customer())
    assert await stall.orders() == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"payment": "stars"}, UnknownProvider),
        ({"phone": "no"}, InvalidInput),
        ({"recipient": "x" * 201}, InvalidInput),
        ({"comment": "x" * 1001}, InvalidInput),
        ({"address": ""}, InvalidInput),
    ],
)
async def test_bad_input_changes_nothing(
    stall: Stall, changes: dict[str, Any], refusal: type[AppError]
) -> None:
    variant_id = await stall.stock(5)
    customer_id = await stall.shopper_with(variant_id)
    with pytest.raises(refusal):
        await place(stall, customer_id, **changes)
    await nothing_happened(stall, variant_id, customer_id)


async def test_key_is_required(stall: Stall) -> None:
    variant_id = await stall.stock(5)
    customer_id = await stall.shopper_with(variant_id)
    with pytest.raises(IdempotencyKeyMissing):
        await place(stall, customer_id, key="")
    await nothing_happened(stall, variant_id, customer_id)


async def test_paused_shop_takes_no_orders(stall: Stall) -> None:
    variant_id = await stall.stock(5)
    customer_id = await stall.shopper_with(variant_id)
    stall.card = replace(stall.card, status=ShopStatus.PAUSED)
    with pytest.raises(ShopPaused):
        await place(stall, customer_id)
    await nothing_happened(stall, variant_id, customer_id)


async def test_way_to_pay_that_the_merchant_switched_off_is_refused(stall: Stall) -> None:
    variant_id = await stall.stock(5)
    customer_id = await stall.shopper_with(variant_id)
    stall.card = replace(stall.card, payment_methods=("cod",))
    with pytest.raises(UnknownProvider):
        await place(stall, customer_id)
    await nothing_happened(stall, variant_id, customer_id)


async def test_cart_that_cannot_be_read_frees_the_key(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant_id = await stall.stock(5)
    customer_id = await stall.shopper_with(variant_id)

    async def away(*_: object) -> None:
        raise RedisError

    with monkeypatch.context() as patched:
        patched.setattr(CartStore, "get", away)
        with pytest.raises(RedisError):
            await place(stall, customer_id)
    await nothing_happened(stall, variant_id, customer_id)


async def test_cart_that_cannot_be_emptied_does_not_undo_the_order(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise RedisError

    monkeypatch.setattr(CartStore, "clear", away)
    customer_id = await stall.shopper_with(await stall.stock(5))
    answer = await place(stall, customer_id)
    assert [order_id for order_id, _, _ in await stall.orders()] == [answer.placed.order_id]


async def test_crowd_before_one_shelf_is_told_to_come_back(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant_id = await stall.stock(5)
    customer_id = await stall.shopper_with(variant_id)

    async def impatient(tx: TenantTx, *rest: Any) -> Any:
        await tx.execute(text("SET LOCAL lock_timeout = '50ms'"))
        return await place_order(tx, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(checkout_tasks, "place_order", impatient)
        async with stall.db.tenant(stall.tenant) as other:
            await other.execute(text("SELECT 1 FROM stock FOR UPDATE"))
            with pytest.raises(CheckoutBusy):
                await place(stall, customer_id)
    await nothing_happened(stall, variant_id, customer_id)
    await place(stall, customer_id)


async def test_failure_nobody_foresaw_frees_the_key(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant_id = await stall.stock(5)
    customer_id = await stall.shopper_with(variant_id)

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "finish", broken)
        with pytest.raises(ZeroDivisionError):
            await place(stall, customer_id)
    await nothing_happened(stall, variant_id, customer_id)


async def test_lost_answer_of_a_commit_leaves_the_key_with_its_order(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer_id = await stall.shopper_with(await stall.stock(5))
    effect = Checkout._effect

    async def lost(self: Checkout, *rest: Any) -> Any:
        await effect(self, *rest)
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr(Checkout, "_effect", lost)
        with pytest.raises(ConnectionResetError):
            await place(stall, customer_id)
    again = await place(stall, customer_id)
    assert [order_id for order_id, _, _ in await stall.orders()] == [again.placed.order_id]


async def test_orders_of_two_shops_do_not_meet(stall: Stall, other_tenant: Tenant) -> None:
    await stall.order()
    async with stall.db.tenant_read(other_tenant) as tx:
        for table in ("orders", "payment", "idempotency_key"):
            count = text("SELECT count(*) FROM " + table)
            assert await tx.scalar(count) == 0


# --- the key's life ---------------------------------------------------------------------------


async def claim(stall: Stall, fingerprint: bytes = b"f") -> idempotency.Claim:
    async with stall.db.tenant(stall.tenant) as tx:
        return await idempotency.claim(
            tx, actor="customer:1", operation="checkout", key=KEY, fingerprint=fingerprint
        )


async def let_the_lease_end(stall: Stall) -> None:
    async with stall.db.tenant(stall.tenant) as tx:
        await tx.execute(text("UPDATE idempotency_key SET lease_until = now()"))


async def test_who_comes_while_it_runs_is_told_to_wait(stall: Stall) -> None:
    await claim(stall)
    with pytest.raises(StillRunning) as busy:
        await claim(stall)
    assert busy.value.extra["retry_after"] == 1
    with pytest.raises(IdempotencyKeyReused):
        await claim(stall, b"g")


async def test_nobody_queues_behind_a_request_that_is_at_work(stall: Stall) -> None:
    first = await claim(stall)
    async with stall.db.tenant(stall.tenant) as tx:
        await idempotency.begin(tx, first)
        async with asyncio.timeout(1):
            with pytest.raises(StillRunning):
                await claim(stall)


async def test_lease_ends_within_a_minute_and_then_the_next_one_runs(stall: Stall) -> None:
    first = await claim(stall)
    assert first.lease_until - utc_now() <= timedelta(seconds=60)
    await let_the_lease_end(stall)
    second = await claim(stall)
    assert second.answer is None
    async with stall.db.tenant(stall.tenant) as tx:
        await idempotency.begin(tx, second)
    with pytest.raises(StillRunning):
        async with stall.db.tenant(stall.tenant) as tx:
            await idempotency.begin(tx, first)


async def test_late_loser_does_not_free_the_key_of_the_next_one(stall: Stall) -> None:
    first = await claim(stall)
    await let_the_lease_end(stall)
    await claim(stall)
    async with stall.db.tenant(stall.tenant) as tx:
        await idempotency.give_up(tx, first)
    with pytest.raises(StillRunning):
        await claim(stall)


async def test_answers_are_kept_for_three_days(stall: Stall) -> None:
    first = await claim(stall)
    async with stall.db.tenant(stall.tenant) as tx:
        await idempotency.begin(tx, first)
        await idempotency.finish(tx, first, {"order": "1"})
    assert (await claim(stall)).answer == {"order": "1"}
    async with stall.db.tenant(stall.tenant) as tx:
        await tx.execute(
            text("UPDATE idempotency_key SET created_at = now() - interval '73 hours'")
        )
    assert (await claim(stall)).answer is None
