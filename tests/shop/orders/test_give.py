"""What is not sent is given when it is paid, and what becomes of it afterwards."""

from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from kram.kit.crypto import KeyRing
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.catalog.models import VariantKind
from kram.shop.catalog.queries import offers
from kram.shop.customers.holder import Erasure
from kram.shop.digital import queries as pool
from kram.shop.digital.errors import CardUsed, GrantMissing
from kram.shop.digital.models import GrantKind
from kram.shop.digital.service import download, given_to, issue_cards, open_grant, set_kind
from kram.shop.digital.terms import Terms
from kram.shop.giftcards.models import GiftCard
from kram.shop.giftcards.service import find, redeem
from kram.shop.inventory.errors import OutOfStock
from kram.shop.inventory.queries.shelves import ledger_difference
from kram.shop.orders import queries, service
from kram.shop.orders.errors import DeliveryNeeded, GoodsGiven, NothingGiven
from kram.shop.orders.models import DeliveryMethod, Order, OrderLine, OrderStatus, StepKind
from kram.shop.orders.personal import HOLDER
from kram.shop.orders.service import give as giving
from kram.shop.orders.service.edit import OrderEdit, edit
from kram.shop.orders.service.pay import mark_refunded
from kram.shop.orders.service.rest import cancel_rest
from kram.shop.returns.errors import ReturnTooLarge
from kram.shop.returns.models import ReturnReason
from kram.shop.returns.service.request import Wish, request, returnable
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.digital import (
    free,
    grants,
    make_card,
    make_digital,
    make_file,
    make_pool,
    put_keys,
    soon,
)
from tests.factories.inventory import STAFF, stock_of, to_order
from tests.factories.orders import SHOPPER, make_order, order_draft

pytestmark = pytest.mark.anyio


async def paid(tx: TenantTx, lines: dict[UUID, int]) -> Order:
    order = await make_order(tx, lines=lines, pay_until=soon())
    await service.mark_paid(tx, order.id, STAFF)
    return await looked(tx, order.id)


async def looked(tx: TenantTx, order_id: UUID) -> Order:
    await tx.flush()
    tx.session.expire_all()
    order = await queries.order_with_lines(tx, order_id)
    assert order is not None
    return order


async def in_step(tx: TenantTx) -> bool:
    return await pool.pool_difference(tx) == 0 == await ledger_difference(tx)


def events(tx: TenantTx) -> list[str]:
    names = [pending.event.name for pending in tx.pending_events]
    return [name for name in names if name.startswith("order.")]


async def test_an_order_of_keys_is_delivered_by_its_payment(tx: TenantTx, keys: KeyRing) -> None:
    variant_id = await make_pool(tx, keys, 3)
    order = await paid(tx, {variant_id: 2})
    assert (order.status, order.delivery_method) == (OrderStatus.DELIVERED, DeliveryMethod.DIGITAL)
    assert (order.delivery_minor, order.address) == (0, "")
    given = [(each.unit, each.kind) for each in await grants(tx, order.id)]
    assert sorted(given) == [(0, "files"), (1, "key"), (2, "key")]
    assert (await free(tx, variant_id), await stock_of(tx, variant_id)) == (1, (1, 0))
    assert await in_step(tx)
    assert [step.kind for step in order.steps] == [
        StepKind.CREATED,
        StepKind.PAID,
        StepKind.GIVEN,
        StepKind.DELIVERED,
    ]
    assert events(tx) == [
        "order.placed.v1",
        "order.paid.v1",
        "order.digital_given.v1",
        "order.delivered.v1",
    ]


async def test_told_twice_of_the_payment_it_gives_once(tx: TenantTx, keys: KeyRing) -> None:
    variant_id = await make_pool(tx, keys, 3)
    order = await paid(tx, {variant_id: 1})
    await service.mark_paid(tx, order.id, STAFF)
    assert await giving.give_waiting(tx, order.id) == 0
    assert await free(tx, variant_id) == 2
    assert events(tx).count("order.digital_given.v1") == 1


async def test_two_lines_never_share_a_key(tx: TenantTx, keys: KeyRing) -> None:
    first, second = await make_pool(tx, keys, 3), await make_pool(tx, keys, 3)
    order = await paid(tx, {first: 2, second: 3})
    given = [each.key_id for each in await grants(tx, order.id) if each.key_id]
    assert len(set(given)) == len(given) == 5
    assert await in_step(tx)


async def test_a_mixed_order_sends_only_the_rest(tx: TenantTx, keys: KeyRing) -> None:
    key, mug = await make_pool(tx, keys, 1), await make_variant(tx, stock=1)
    order = await paid(tx, {key: 1, mug: 1})
    assert (order.status, order.delivery_method) == (OrderStatus.PLACED, DeliveryMethod.COURIER)
    assert len(await grants(tx, order.id)) == 2
    await service.accept(tx, order.id, STAFF)
    await service.ship(tx, order.id, STAFF)
    order = await looked(tx, order.id)
    [parcel] = order.parcels
    mug_line = next(line for line in order.lines if line.variant_id == mug)
    assert parcel.units == {mug_line.id: 1}
    assert order.status == OrderStatus.SHIPPED
    await service.deliver(tx, order.id, STAFF)
    assert (await looked(tx, order.id)).status == OrderStatus.DELIVERED
    assert await in_step(tx)


async def test_the_rest_of_a_mixed_order_can_be_cancelled(tx: TenantTx, keys: KeyRing) -> None:
    key, mug = await make_pool(tx, keys, 1), await make_variant(tx, stock=1)
    order = await paid(tx, {key: 1, mug: 1})
    await service.accept(tx, order.id, STAFF)
    await cancel_rest(tx, order.id, STAFF, "no mugs")
    order = await looked(tx, order.id)
    assert order.status == OrderStatus.DELIVERED
    assert len([each for each in await grants(tx, order.id) if each.revoked_at is None]) == 2
    assert await stock_of(tx, mug) == (1, 0)


async def test_cash_on_delivery_gives_when_the_cash_is_there(tx: TenantTx, keys: KeyRing) -> None:
    key, mug = await make_pool(tx, keys, 1), await make_variant(tx, stock=1)
    order = await make_order(tx, lines={key: 1, mug: 1})
    for step in (service.accept, service.ship, service.deliver):
        await step(tx, order.id, STAFF)
    assert await grants(tx, order.id) == []
    assert (await looked(tx, order.id)).status == OrderStatus.DELIVERED
    await service.mark_paid(tx, order.id, STAFF)
    assert len(await grants(tx, order.id)) == 2
    assert await in_step(tx)


async def test_goods_that_are_sent_need_a_way(tx: TenantTx, keys: KeyRing) -> None:
    mug = await make_variant(tx, stock=1)
    draft = order_draft((await make_customer(tx)).id, {mug: 1})
    draft = msgspec.structs.replace(draft, delivery_method=DeliveryMethod.DIGITAL)
    with pytest.raises(DeliveryNeeded):
        await service.place(tx, draft, SHOPPER)


async def test_an_unpaid_order_frees_its_keys(tx: TenantTx, keys: KeyRing) -> None:
    variant_id = await make_pool(tx, keys, 2)
    order = await make_order(tx, lines={variant_id: 2}, pay_until=soon())
    assert await stock_of(tx, variant_id) == (2, 2)
    await service.expire(tx, order.id)
    assert (await stock_of(tx, variant_id), await grants(tx, order.id)) == ((2, 0), [])
    await service.mark_paid(tx, order.id, STAFF)  # late, and there are keys left
    assert await free(tx, variant_id) == 0
    assert await in_step(tx)


async def test_a_cancelled_order_gives_back_what_nobody_saw(tx: TenantTx, keys: KeyRing) -> None:
    key, mug = await make_pool(tx, keys, 2), await make_variant(tx, stock=1)
    order = await paid(tx, {key: 2, mug: 1})
    seen = next(each for each in await grants(tx, order.id) if each.key_id)
    await open_grant(tx, keys, order.id, seen.id)
    await service.cancel(tx, order.id, STAFF, "", restock=False)
    assert all(each.revoked_at for each in await grants(tx, order.id))
    assert (await free(tx, key), await stock_of(tx, key)) == (1, (1, 0))
    assert await stock_of(tx, mug) == (0, 0)
    assert await in_step(tx)
    with pytest.raises(GrantMissing):
        await open_grant(tx, keys, order.id, seen.id)


async def test_a_parcel_that_is_lost_loses_no_keys(tx: TenantTx, keys: KeyRing) -> None:
    key, mug = await make_pool(tx, keys, 1), await make_variant(tx, stock=1)
    order = await make_order(tx, lines={key: 1, mug: 1})
    await service.cancel(tx, order.id, STAFF, "", restock=False)
    assert (await stock_of(tx, key), await stock_of(tx, mug)) == ((1, 0), (0, 0))
    assert await in_step(tx)


async def test_a_refunded_order_ends_the_access(tx: TenantTx, keys: KeyRing) -> None:
    order = await paid(tx, {await make_pool(tx, keys, 1): 1, await make_digital(tx): 1})
    await mark_refunded(tx, order.id)
    assert await given_to(tx, order.id) == []
    assert (await looked(tx, order.id)).steps[-1].kind == StepKind.TAKEN_BACK
    with pytest.raises(NothingGiven):
        await giving.tell_again(tx, order.id)
    with pytest.raises(NothingGiven):
        await giving.give_again(tx, order.id, (await grants(tx, order.id))[0].id, STAFF)


async def test_another_key_for_one_that_does_not_work(tx: TenantTx, keys: KeyRing) -> None:
    variant_id = await make_pool(tx, keys, 2)
    order = await paid(tx, {variant_id: 1})
    old = next(each for each in await grants(tx, order.id) if each.key_id)
    await giving.give_again(tx, order.id, old.id, STAFF)
    old, new = (each for each in await grants(tx, order.id) if each.kind == GrantKind.KEY)
    assert old.revoked_at is not None
    assert (new.unit, new.revoked_at, new.key_id != old.key_id) == (1, None, True)
    assert (await free(tx, variant_id), await stock_of(tx, variant_id)) == (0, (0, 0))
    assert await in_step(tx)
    with pytest.raises(OutOfStock):
        await giving.give_again(tx, order.id, new.id, STAFF)


async def test_one_thing_is_taken_back(tx: TenantTx, keys: KeyRing) -> None:
    variant_id = await make_pool(tx, keys, 2)
    order = await paid(tx, {variant_id: 2})
    one = next(each for each in await grants(tx, order.id) if each.key_id)
    await giving.revoke(tx, order.id, STAFF, one.id)
    assert (await free(tx, variant_id), await stock_of(tx, variant_id)) == (1, (1, 0))
    with pytest.raises(GrantMissing):
        await giving.revoke(tx, order.id, STAFF, one.id)
    assert await in_step(tx)


async def test_keys_that_come_later_are_given_then(tx: TenantTx, keys: KeyRing) -> None:
    variant_id = await make_pool(tx, keys, 1)
    await to_order(tx, variant_id)
    order = await paid(tx, {variant_id: 3})
    assert order.status == OrderStatus.PLACED
    assert len([each for each in await grants(tx, order.id) if each.key_id]) == 1
    await put_keys(tx, keys, variant_id, 5)
    assert await giving.give_waiting(tx, order.id) == 2
    order = await looked(tx, order.id)
    assert order.status == OrderStatus.DELIVERED
    assert sorted(each.unit for each in await grants(tx, order.id)) == [0, 1, 2, 3]
    assert (await free(tx, variant_id), await stock_of(tx, variant_id)) == (3, (3, 0))
    assert await in_step(tx)


async def test_an_edit_leaves_what_was_given(tx: TenantTx, keys: KeyRing) -> None:
    key, mug = await make_pool(tx, keys, 3), await make_variant(tx, stock=3)
    order = await paid(tx, {key: 1, mug: 1})
    line = {each.variant_id: each.id for each in order.lines}
    with pytest.raises(GoodsGiven):
        await edit(tx, order.id, OrderEdit(version=1, quantities={line[key]: 0}), STAFF)
    await edit(tx, order.id, OrderEdit(version=1, quantities={line[mug]: 2}), STAFF)
    await edit(tx, order.id, OrderEdit(version=2, added={key: 1}), STAFF)
    assert (await stock_of(tx, key), await stock_of(tx, mug)) == ((2, 1), (3, 2))
    await service.mark_paid(tx, order.id, STAFF)
    assert (await stock_of(tx, key), await free(tx, key)) == ((1, 0), 1)
    assert len([each for each in await grants(tx, order.id) if each.key_id]) == 2
    assert await in_step(tx)


async def test_what_was_read_is_not_returned(tx: TenantTx, keys: KeyRing) -> None:
    key, mug = await make_pool(tx, keys, 1), await make_variant(tx, stock=1)
    order = await paid(tx, {key: 1, mug: 1})
    for step in (service.accept, service.ship, service.deliver):
        await step(tx, order.id, STAFF)
    order = await looked(tx, order.id)
    line = {each.variant_id: each.id for each in order.lines}
    assert await returnable(tx, order) == {line[mug]: 1}
    with pytest.raises(ReturnTooLarge):
        wish = Wish(units={line[key]: 1}, reason=ReturnReason.OTHER)
        await request(tx, order.id, wish, STAFF)


async def test_terms_are_those_of_the_day_of_the_order(tx: TenantTx) -> None:
    variant_id = await make_digital(tx, Terms(downloads=2, days=10))
    await make_file(tx, variant_id)
    order = await make_order(tx, lines={variant_id: 3}, pay_until=soon())
    await set_kind(tx, variant_id, VariantKind.DIGITAL, Terms(downloads=9))
    await service.mark_paid(tx, order.id, STAFF)
    [grant] = await grants(tx, order.id)
    assert grant.download_limit == 6
    assert grant.expires_at is not None
    assert (grant.expires_at - tx.now).days == 10


async def test_gift_cards_are_issued_one_for_each_unit(tx: TenantTx, keys: KeyRing) -> None:
    order = await paid(tx, {await make_card(tx, 50_000): 2})
    assert [each.ready for each in await given_to(tx, order.id)] == [False, False]
    assert await issue_cards(tx, keys, order.id, order.code) == 2
    assert await issue_cards(tx, keys, order.id, order.code) == 0
    first, second = await given_to(tx, order.id)
    codes = [await open_grant(tx, keys, order.id, each.id) for each in (first, second)]
    found = [await find(tx, code, "UAH") for code in codes]
    assert [(card.id, card.balance.minor) for card in found if card] == [
        (first.card_id, 50_000),
        (second.card_id, 50_000),
    ]
    cards = (await tx.scalars(select(GiftCard))).all()
    assert {card.note for card in cards} == {order.code}


async def test_a_refund_blocks_the_cards(tx: TenantTx, keys: KeyRing) -> None:
    order = await paid(tx, {await make_card(tx): 1})
    await issue_cards(tx, keys, order.id, order.code)
    [given] = await given_to(tx, order.id)
    code = await open_grant(tx, keys, order.id, given.id)
    await mark_refunded(tx, order.id)
    assert await find(tx, code, "UAH") is None


async def test_a_card_that_was_lost_is_replaced_unless_used(tx: TenantTx, keys: KeyRing) -> None:
    order = await paid(tx, {await make_card(tx): 1})
    await issue_cards(tx, keys, order.id, order.code)
    [given] = await given_to(tx, order.id)
    lost = await open_grant(tx, keys, order.id, given.id)
    await giving.give_again(tx, order.id, given.id, STAFF)
    await issue_cards(tx, keys, order.id, order.code)
    [again] = await given_to(tx, order.id)
    code = await open_grant(tx, keys, order.id, again.id)
    assert await find(tx, lost, "UAH") is None
    card = await find(tx, code, "UAH")
    assert card is not None
    await redeem(tx, card.id, order.id, 100, STAFF)
    with pytest.raises(CardUsed):
        await giving.give_again(tx, order.id, again.id, STAFF)


async def test_a_card_is_not_issued_for_what_was_taken_back(tx: TenantTx, keys: KeyRing) -> None:
    order = await paid(tx, {await make_card(tx): 1})
    await giving.revoke(tx, order.id, STAFF)
    assert await issue_cards(tx, keys, order.id, order.code) == 0
    assert (await tx.scalars(select(GiftCard))).all() == []


async def test_lines_of_the_release_before_are_goods(tx: TenantTx) -> None:
    order = await make_order(tx)
    [line] = (await tx.scalars(select(OrderLine).where(OrderLine.order_id == order.id))).all()
    assert (line.kind, line.is_sent, line.left_quantity) == ("goods", True, 1)
    assert len(await offers(tx, [line.variant_id])) == 1


async def test_a_person_is_told_of_what_was_given_and_forgotten(
    tx: TenantTx, keys: KeyRing
) -> None:
    pool_id, file_variant = await make_pool(tx, keys, 1), await make_digital(tx)
    file_id = (await make_file(tx, file_variant)).id
    order = await paid(tx, {pool_id: 1, file_variant: 1, await make_card(tx): 1})
    order_id, buyer = order.id, order.customer_id
    await issue_cards(tx, keys, order_id, order.code)
    files = next(
        each
        for each in await grants(tx, order_id)
        if each.kind == GrantKind.FILES and each.variant_id == file_variant
    )
    await download(tx, files.id, file_id, new_id().hex)
    told = (await HOLDER.tell(tx, [buyer]))["digital_goods"]
    assert sorted((each["kind"], each["downloads"]) for each in told) == [
        ("card", 0),
        ("files", 0),
        ("files", 1),
        ("key", 0),
    ]
    await HOLDER.erase(tx, Erasure(ids=[buyer], telegram_ids=[]))
    left = await grants(tx, order_id)
    assert all(each.revoked_at and not each.downloads and each.sealed is None for each in left)
    assert await in_step(tx)
