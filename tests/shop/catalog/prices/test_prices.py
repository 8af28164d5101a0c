"""The price of a variant: for whom, how many, in which currency, when."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.cart.store import Cart, CartLine
from kram.shop.cart.view import view
from kram.shop.catalog import service
from kram.shop.catalog.errors import PriceListMissing, VariantMissing
from kram.shop.catalog.events import CatalogDue
from kram.shop.catalog.models import PriceHistory
from kram.shop.catalog.offer_queries import CUSTOMER
from kram.shop.catalog.queries import offers
from kram.shop.catalog.service import PriceListDraft, Sale, TierPrice, VariantChange
from kram.shop.customers.models import Customer
from kram.shop.orders.service import place
from tests.factories.catalog import (
    make_product,
    make_variant,
    product_draft,
    product_row,
    variant_draft,
    variant_row,
)
from tests.factories.customers import make_customer
from tests.factories.orders import SHOPPER, order_draft
from tests.statements import statements

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
FRIENDS, STAFF = new_id(), new_id()


def price_list(**changes: object) -> PriceListDraft:
    return PriceListDraft(**{"name": "Friends", "currency": "UAH", "group_id": FRIENDS, **changes})  # type: ignore[arg-type]


async def set_sale(
    tx: TenantTx, product_id: UUID, variant_id: UUID, sale: Sale | None, **more: int
) -> None:
    change = VariantChange(id=variant_id, sale=sale, **more)  # type: ignore[arg-type]
    await service.change_variants(tx, product_id, [change])


async def price(
    tx: TenantTx,
    variant_id: UUID,
    quantity: int = 1,
    *,
    groups: tuple[UUID, ...] = (),
    currency: str | None = None,
    at: datetime | None = None,
) -> Money | None:
    found = await offers(tx, {variant_id: quantity}, groups=groups, currency=currency, at=at)
    return found[variant_id].price if variant_id in found else None


async def test_a_sale_counts_between_its_dates(tx: TenantTx) -> None:
    product = await make_product(tx, price_minor=1_000)
    variant = product.variants[0].id
    await set_sale(tx, product.id, variant, Sale(800, tx.now + DAY, tx.now + 2 * DAY))
    shown = [await price(tx, variant, at=tx.now + DAY * days) for days in (0, 1, 1.9, 2)]
    assert [each and each.minor for each in shown] == [1_000, 800, 800, 1_000]
    due = {pending.due_at for pending in tx.pending_events if isinstance(pending.event, CatalogDue)}
    assert due == {tx.now + DAY, tx.now + 2 * DAY}
    offer = (await offers(tx, [variant], at=tx.now + DAY))[variant]
    assert (offer.reduced, offer.regular) == (True, Money(1_000, "UAH"))
    await set_sale(tx, product.id, variant, None)
    assert await price(tx, variant, at=tx.now + DAY) == Money(1_000, "UAH")


async def test_the_lowest_price_that_applies_wins(tx: TenantTx) -> None:
    variant = await make_variant(tx, price_minor=1_000)
    everybody = await service.create_price_list(tx, price_list(group_id=None, name="Tiers"))
    friends = await service.create_price_list(tx, price_list())
    await service.set_prices(
        tx, everybody.id, [TierPrice(variant, 900, 3), TierPrice(variant, 700, 10)]
    )
    await service.set_prices(tx, friends.id, [TierPrice(variant, 800), TierPrice(variant, 750, 5)])

    async def minor(quantity: int, *groups: UUID) -> int:
        found = await price(tx, variant, quantity, groups=groups)
        assert found is not None
        return found.minor

    assert [await minor(count) for count in (1, 2, 3, 9, 10)] == [1_000, 1_000, 900, 900, 700]
    assert [await minor(count, FRIENDS) for count in (1, 4, 5, 10)] == [800, 800, 750, 700]
    assert await minor(1, STAFF) == 1_000
    assert await minor(1, STAFF, FRIENDS) == 800


async def test_a_tier_counts_the_units_of_its_own_line(tx: TenantTx) -> None:
    cup, mug = await make_variant(tx, price_minor=1_000), await make_variant(tx, price_minor=1_000)
    everybody = await service.create_price_list(tx, price_list(group_id=None))
    await service.set_prices(tx, everybody.id, [TierPrice(cup, 700, 10), TierPrice(mug, 700, 10)])
    found = await offers(tx, {cup: 1, mug: 10})
    assert [found[each].price.minor for each in (cup, mug)] == [1_000, 700]


async def test_a_list_counts_between_its_dates_and_while_it_is_active(tx: TenantTx) -> None:
    variant = await make_variant(tx, price_minor=1_000)
    draft = price_list(starts_at=tx.now + DAY, ends_at=tx.now + 2 * DAY)
    made = await service.create_price_list(tx, draft)
    await service.set_prices(tx, made.id, [TierPrice(variant, 1)])
    shown = [
        await price(tx, variant, groups=(FRIENDS,), at=tx.now + DAY * days) for days in (0, 1, 2)
    ]
    assert [each and each.minor for each in shown] == [1_000, 1, 1_000]
    await service.change_price_list(tx, made.id, price_list(is_active=False))
    assert await price(tx, variant, groups=(FRIENDS,)) == Money(1_000, "UAH")
    await service.remove_price_list(tx, made.id)
    with pytest.raises(PriceListMissing):
        await service.set_prices(tx, made.id, [])


async def test_in_another_currency_only_what_a_list_prices_is_sold(tx: TenantTx) -> None:
    priced, other = await make_variant(tx, price_minor=1_000), await make_variant(tx)
    euros = await service.create_price_list(tx, price_list(currency="EUR", group_id=None))
    await service.set_prices(tx, euros.id, [TierPrice(priced, 25)])
    assert await price(tx, priced, currency="EUR") == Money(25, "EUR")
    assert await price(tx, other, currency="EUR") is None
    assert await price(tx, priced) == Money(1_000, "UAH")


async def test_wrong_lists_and_prices_are_refused(tx: TenantTx) -> None:
    variant = await make_variant(tx)
    for draft in (
        price_list(name=" "),
        price_list(currency="XXX1"),
        price_list(starts_at=tx.now, ends_at=tx.now),
    ):
        with pytest.raises(InvalidInput):
            await service.create_price_list(tx, draft)
    everybody = await service.create_price_list(tx, price_list(group_id=None))
    for wrong in (
        [TierPrice(variant, 1)],
        [TierPrice(variant, -1, 2)],
        [TierPrice(variant, 1, 1000)],
        [TierPrice(variant, 1, 2), TierPrice(variant, 2, 2)],
    ):
        with pytest.raises(InvalidInput):
            await service.set_prices(tx, everybody.id, wrong)
    with pytest.raises(VariantMissing):
        await service.set_prices(tx, everybody.id, [TierPrice(new_id(), 1, 2)])
    assert await price(tx, variant, 500) == Money(12_500, "UAH")


async def test_a_customers_groups_count_in_the_cart_and_in_the_order(tx: TenantTx) -> None:
    variant = await make_variant(tx, price_minor=1_000, stock=5)
    buyer, stranger = await make_customer(tx), await make_customer(tx)
    await tx.execute(
        update(Customer).where(Customer.id == buyer.id).values(group_ids=[STAFF, FRIENDS])
    )
    friends = await service.create_price_list(tx, price_list())
    await service.set_prices(tx, friends.id, [TierPrice(variant, 800), TierPrice(variant, 700, 3)])
    cart = Cart((CartLine(variant, 3, "Kettle", Money(700, "UAH")),))
    for person, each in ((buyer, 700), (stranger, 1_000)):
        shown = await view(tx, cart, "UAH", person.id)
        assert [line.price.minor for line in shown.lines] == [each]
    order = await place(tx, order_draft(buyer.id, {variant: 3}), SHOPPER)
    assert [(line.unit_price_minor, line.total_minor) for line in order.lines] == [(700, 2_100)]
    other = await place(tx, order_draft(stranger.id, {variant: 1}), SHOPPER)
    assert [line.unit_price_minor for line in other.lines] == [1_000]


def test_the_customers_table_is_the_real_one() -> None:
    real = Customer.__table__.c
    for column in CUSTOMER.c:
        assert str(real[column.name].type) == str(column.type)


async def test_one_statement_for_one_and_for_a_hundred(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        variants = [await make_variant(tx) for _ in range(100)]
    for asked in (variants[:1], variants):
        async with db.tenant_read(tenant) as reading:
            with statements(db) as sent:
                assert len(await offers(reading, asked)) == len(asked)
            assert len(sent) == 1


# --- what it cost before ------------------------------------------------------------------------


async def history(tx: TenantTx, variant_id: UUID, *rows: tuple[float, int, int | None]) -> None:
    """Rewrites a variant's history: (days from now, price, sale going on since then)."""
    for days, minor, sale in rows:
        at = tx.now + DAY * days
        await tx.execute(
            insert(PriceHistory).values(
                variant_id=variant_id, at=at, price_minor=minor, sale_minor=sale,
                sale_from=at if sale is not None else None, sale_until=None, currency="UAH",
            )
        )  # fmt: skip


async def test_a_sale_tells_the_lowest_price_of_30_days_before(tx: TenantTx) -> None:
    product = await make_product(tx, price_minor=1_000)
    variant = product.variants[0].id
    await history(
        tx, variant, (-90, 500, None), (-45, 900, None), (-20, 1_000, 850), (-10, 1_200, None)
    )
    assert await service.lowest_before_sale(tx, [variant]) == {}
    await set_sale(tx, product.id, variant, Sale(700))
    assert await service.lowest_before_sale(tx, [variant]) == {variant: 850}
    # A sale made deeper goes on: what counts is the time before it began.
    await set_sale(tx, product.id, variant, Sale(600))
    assert await service.lowest_before_sale(tx, [variant]) == {variant: 850}


async def test_a_price_of_the_last_of_the_30_days_counts(tx: TenantTx) -> None:
    product = await make_product(tx, price_minor=1_000)
    variant = product.variants[0].id
    await history(tx, variant, (-60, 400, None), (-29.5, 900, None))
    await set_sale(tx, product.id, variant, Sale(100))
    assert await service.lowest_before_sale(tx, [variant]) == {variant: 400}


async def test_without_a_history_it_is_the_ordinary_price(tx: TenantTx) -> None:
    product = await make_product(tx, price_minor=1_000)
    variant = product.variants[0].id
    sale = Sale(100, tx.now - DAY)
    await set_sale(tx, product.id, variant, sale)
    assert await service.lowest_before_sale(tx, [variant]) == {variant: 1_000}


async def test_every_way_to_change_a_price_is_remembered(tx: TenantTx) -> None:
    product = await make_product(tx, sku="T", price_minor=100)
    variant = product.variants[0].id
    draft = product_draft(variant_draft(sku="T", price_minor=200))
    await service.update_product(tx, product.id, draft)
    await service.update_product(tx, product.id, draft)
    await service.upsert_products(tx, [product_row(variant_row(sku="T", price_minor=300))])
    await set_sale(tx, product.id, variant, None, price_minor=400)
    query = select(PriceHistory.price_minor).where(PriceHistory.variant_id == variant)
    found = list(await tx.scalars(query.order_by(PriceHistory.at)))
    assert found == [100, 200, 300, 400]
