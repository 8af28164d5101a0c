"""What makes an order cheaper, through its whole life."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.cart.extras import Extras
from kram.shop.customers.service import add_group, put_in_groups
from kram.shop.giftcards import service as giftcards
from kram.shop.giftcards.errors import GiftCardSpent
from kram.shop.giftcards.models import GiftCard
from kram.shop.loyalty import service as loyalty
from kram.shop.loyalty.rules import Loyalty
from kram.shop.orders import service
from kram.shop.orders.errors import TotalChanged
from kram.shop.orders.models import Order
from kram.shop.orders.pricing import Pricing
from kram.shop.promotions import queries as promotions
from kram.shop.promotions.errors import PromotionUsedUp
from kram.shop.promotions.models import PromoUse
from kram.shop.promotions.personal import HOLDER
from kram.shop.promotions.rule import AmountOffOrder, Conditions, FreeDelivery, Goods, PercentOff
from kram.shop.segments.service import save_segment
from kram.shop.taxes import service as taxes
from kram.shop.taxes.rules import TaxMode, TaxPolicy, TaxRate
from tests.factories.catalog import make_category, make_product, make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF
from tests.factories.orders import SHOPPER, make_order, order_draft
from tests.factories.promotions import make_promotion
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def everything(tx: TenantTx, buyer: UUID, variant: UUID, **more: object) -> Order:
    """One order with a code, points, tax on top and a gift card."""
    await make_promotion(tx, PercentOff(1_000), code="TEN", total_limit=1)
    await taxes.save(tx, TaxPolicy(mode=TaxMode.ADDED, rates=(TaxRate("VAT", 200_000),)))
    await loyalty.save(tx, Loyalty(is_active=True, spend_limit=5_000))
    await loyalty.adjust(tx, buyer, 1_000, STAFF, "")
    [card] = await giftcards.issue(tx, Money(2_000, "UAH"), STAFF)
    extras = Extras(("ten",), card.id, use_points=True)
    return await make_order(
        tx,
        lines={variant: 2},
        customer_id=buyer,
        extras=extras,
        **more,  # type: ignore[arg-type]
    )


async def test_all_at_once_is_frozen_and_given_back(tx: TenantTx) -> None:
    """2 × 100.00 − 20.00 − 10.00 = 170.00; + 70.00 delivery; + 20 % of both; − 20.00 by card."""
    buyer = (await make_customer(tx)).id
    variant = await make_variant(tx, stock=5, price_minor=10_000)
    order = await everything(tx, buyer, variant)
    assert (order.subtotal_minor, order.discount_minor, order.delivery_minor) == (
        20_000,
        3_000,
        7_000,
    )
    assert (order.tax_minor, order.tax_added_minor) == (4_800, 4_800)
    assert (order.total_minor, order.gift_card_minor, order.to_pay_minor) == (
        28_800,
        2_000,
        26_800,
    )
    [line] = order.lines
    assert (line.discount_minor, line.tax_minor, line.to_pay_minor) == (3_000, 3_400, 20_400)
    frozen = msgspec.convert(order.pricing, Pricing)
    assert [(each.name, each.code, each.amount_minor) for each in frozen.promotions] == [
        ("Sale", "ten", 2_000)
    ]
    assert (frozen.points, frozen.delivery_tax_minor, frozen.tax_mode) == (
        1_000,
        1_400,
        TaxMode.ADDED,
    )
    assert await loyalty.balance(tx, buyer) == 0
    assert await tx.scalar(select(GiftCard.balance_minor)) == 0

    await service.cancel(tx, order.id, STAFF, "")
    await service.cancel(tx, order.id, STAFF, "")
    assert await loyalty.balance(tx, buyer) == 1_000
    assert await tx.scalar(select(GiftCard.balance_minor)) == 2_000
    assert [use.state for use in await promotions.uses_of(tx, order.id)] == ["released"]


async def test_expiry_gives_back_and_late_money_takes_again(tx: TenantTx) -> None:
    buyer = (await make_customer(tx)).id
    variant = await make_variant(tx, stock=5, price_minor=10_000)
    order = await everything(tx, buyer, variant, pay_until=tx.now + timedelta(minutes=5))
    await service.expire(tx, order.id)
    assert await loyalty.balance(tx, buyer) == 1_000
    await service.mark_paid(tx, order.id, STAFF)
    assert (order.status, order.payment_state) == ("placed", "paid")
    assert await loyalty.balance(tx, buyer) == 0
    assert await tx.scalar(select(GiftCard.balance_minor)) == 0


async def test_late_money_for_a_price_that_is_gone(tx: TenantTx) -> None:
    """The code's last use is somebody else's by now: nothing is changed, the money goes back."""
    buyer = (await make_customer(tx)).id
    variant = await make_variant(tx, stock=5, price_minor=10_000)
    order = await everything(tx, buyer, variant, pay_until=tx.now + timedelta(minutes=5))
    await service.expire(tx, order.id)
    await make_order(tx, lines={variant: 1}, extras=Extras(("TEN",)))
    with pytest.raises(PromotionUsedUp):
        await service.mark_paid(tx, order.id, STAFF)
    assert order.status == "cancelled"
    assert await loyalty.balance(tx, buyer) == 1_000
    assert await tx.scalar(select(GiftCard.balance_minor)) == 2_000


async def test_a_card_that_pays_all_gets_all_back(tx: TenantTx) -> None:
    [card] = await giftcards.issue(tx, Money(50_000, "UAH"), STAFF)
    order = await make_order(tx, extras=Extras(gift_card_id=card.id))
    assert order.to_pay_minor == 0
    await service.mark_paid(tx, order.id, STAFF)
    await service.cancel(tx, order.id, STAFF, "")
    assert order.payment_state == "refunded"
    assert await tx.scalar(select(GiftCard.balance_minor)) == 50_000


async def test_who_agreed_to_less_is_not_charged_more(tx: TenantTx) -> None:
    [card] = await giftcards.issue(tx, Money(5_000, "UAH"), STAFF)
    buyer = (await make_customer(tx)).id
    draft = order_draft(
        buyer,
        {await make_variant(tx, stock=1): 1},
        expected_total_minor=19_500,
        extras=Extras(gift_card_id=card.id),
    )
    draft = msgspec.structs.replace(draft, expected_to_pay=Money(14_500, "UAH"))
    await giftcards.redeem(tx, card.id, draft.customer_id, 1_000, SHOPPER)
    with pytest.raises(TotalChanged):
        await service.place(tx, draft, SHOPPER)
    await giftcards.redeem(tx, card.id, draft.customer_id, 4_000, SHOPPER)
    with pytest.raises(GiftCardSpent):
        await service.place(tx, draft, SHOPPER)


async def test_a_first_order_is_the_first(tx: TenantTx) -> None:
    await make_promotion(tx, when=Conditions(first_order=True))
    buyer = (await make_customer(tx)).id
    first, second = [await make_order(tx, customer_id=buyer) for _ in range(2)]
    assert (first.discount_minor, second.discount_minor) == (1_250, 0)


async def test_a_first_order_that_ran_out_of_time_gives_way_to_the_next(tx: TenantTx) -> None:
    await make_promotion(tx, when=Conditions(first_order=True))
    buyer = (await make_customer(tx)).id
    late = await make_order(tx, customer_id=buyer, pay_until=tx.now + timedelta(minutes=5))
    await service.expire(tx, late.id)
    assert (await make_order(tx, customer_id=buyer)).discount_minor == 1_250
    with pytest.raises(PromotionUsedUp):
        await service.mark_paid(tx, late.id, STAFF)
    assert late.status == "cancelled"


async def test_who_is_one_person_after_all_had_two_first_orders(tx: TenantTx) -> None:
    await make_promotion(tx, when=Conditions(first_order=True))
    one, other = [(await make_customer(tx)).id for _ in range(2)]
    for buyer in (one, other):
        await make_order(tx, customer_id=buyer)
    await HOLDER.move(tx, one, other)
    marks = select(PromoUse.is_first_order).where(PromoUse.customer_id == other)
    assert sorted(await tx.scalars(marks)) == [False, True]


async def test_a_group_and_a_segment_have_prices_of_their_own(tx: TenantTx) -> None:
    group = await add_group(tx, "Wholesale")
    named = await save_segment(tx, "Everybody", {"is": "and", "rules": []})
    member, stranger = [(await make_customer(tx)).id for _ in range(2)]
    await put_in_groups(tx, member, [group])
    await make_promotion(tx, AmountOffOrder(300), when=Conditions(groups=(group,)))
    await make_promotion(tx, AmountOffOrder(50), when=Conditions(segments=(named.id,)))
    await make_promotion(tx, AmountOffOrder(7), when=Conditions(segments=(new_id(),)))
    discounts = [
        (await make_order(tx, customer_id=each)).discount_minor for each in (member, stranger)
    ]
    assert discounts == [350, 50]


async def test_a_category_and_its_tax(tx: TenantTx) -> None:
    shelf = await make_category(tx, "Books")
    book = await make_product(tx, stock=1, price_minor=10_700, category_id=shelf.id)
    cup = await make_product(tx, stock=1, price_minor=12_000)
    await make_promotion(tx, AmountOffOrder(700), goods=Goods(categories=(shelf.id,)))
    rates = (TaxRate("VAT", 200_000), TaxRate("Books", 0, "UA", shelf.id))
    await taxes.save(tx, TaxPolicy(mode=TaxMode.INCLUDED, rates=rates, taxes_delivery=False))
    order = await make_order(tx, lines={book.variants[0].id: 1, cup.variants[0].id: 1})
    assert [(line.discount_minor, line.tax_minor) for line in order.lines] == [
        (700, 0),
        (0, 2_000),
    ]
    assert (order.tax_minor, order.tax_added_minor, order.total_minor) == (2_000, 0, 29_000)


async def test_free_delivery_lives_on_the_order(tx: TenantTx) -> None:
    await make_promotion(tx, FreeDelivery())
    order = await make_order(tx)
    assert (order.delivery_minor, order.discount_minor, order.total_minor) == (
        7_000,
        7_000,
        12_500,
    )
    assert [line.discount_minor for line in order.lines] == [0]


async def test_as_many_statements_for_a_hundred_lines_as_for_one(
    db: Database, tenant: Tenant
) -> None:
    """With everything that can be asked: goods, the buyer, a code, a card, points, taxes."""
    counts = []
    for lines in (1, 100):
        async with db.tenant(tenant) as tx:
            wanted = {await make_variant(tx, stock=1): 1 for _ in range(lines)}
            buyer = (await make_customer(tx)).id
            code = f"CODE{lines}"
            await make_promotion(
                tx, code=code, when=Conditions(first_order=True), goods=Goods(tags=("x",))
            )
            await loyalty.save(tx, Loyalty(is_active=True))
            await loyalty.adjust(tx, buyer, 100, STAFF, "")
            [card] = await giftcards.issue(tx, Money(100, "UAH"), STAFF)
        async with db.tenant(tenant) as tx:
            with statements(db) as sent:
                extras = Extras((code,), card.id, use_points=True)
                await service.place(tx, order_draft(buyer, wanted, extras=extras), SHOPPER)
            counts.append(len(sent))
    assert counts == [10, 10]
