"""Collections, attributes, filters, translations, old addresses: on both access paths."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.catalog import queries, service
from kram.shop.catalog.attributes.filters import AttributeFilter, Filters
from kram.shop.catalog.attributes.queries import attributes
from kram.shop.catalog.collections.queries import ids_found_by
from kram.shop.catalog.collections.rules import kept_rule, read_rule
from kram.shop.catalog.errors import (
    AttributeCodeTaken,
    CollectionMissing,
    ProductMissing,
    SlugTaken,
)
from kram.shop.catalog.models import AttributeKind, AttributeScope
from kram.shop.catalog.service import (
    AttributeDraft,
    CategoryDetails,
    Choice,
    CollectionDraft,
    OptionDraft,
    PriceListDraft,
    ProductDetails,
    Sale,
    TierPrice,
    ValueDraft,
    VariantChange,
)
from kram.shop.catalog.storefront import StorefrontReader
from tests.factories.catalog import make_category, make_picture, make_product
from tests.shop.catalog.reading import CountingLanes

pytestmark = pytest.mark.anyio

COLOURS = (Choice("red", "Red", {"uk": "Червоний"}, "#ff0000"), Choice("blue", "Blue"))


async def make_attributes(tx: TenantTx) -> None:
    for code, kind, scope in (
        ("colour", AttributeKind.COLOUR, AttributeScope.PRODUCT),
        ("weight", AttributeKind.NUMBER, AttributeScope.PRODUCT),
        ("made", AttributeKind.DATE, AttributeScope.PRODUCT),
        ("note", AttributeKind.TEXT, AttributeScope.PRODUCT),
        ("like", AttributeKind.REFERENCE, AttributeScope.PRODUCT),
        ("fit", AttributeKind.NUMBER, AttributeScope.VARIANT),
    ):
        draft = AttributeDraft(
            code=code,
            label=code.title(),
            kind=kind,
            scope=scope,
            unit="kg" if code == "weight" else "",
            choices=COLOURS if kind is AttributeKind.COLOUR else (),
        )
        await service.create_attribute(tx, draft)


async def tell(tx: TenantTx, product_id: Any, **details: Any) -> None:
    await service.change_details(tx, product_id, ProductDetails(**details))


async def test_values_are_kept_by_their_kind(tx: TenantTx) -> None:
    await make_attributes(tx)
    other = await make_product(tx)
    product = await make_product(tx)
    given = {
        "colour": "red",
        "weight": "1,5",
        "made": "2026-01-31",
        "note": "  by  hand ",
        "like": str(other.id),
    }
    await tell(tx, product.id, attributes={**given, "made": "2026-01-31"})
    assert product.attributes == {
        "colour": ["red"],
        "weight": 1.5,
        "made": "2026-01-31",
        "note": "by hand",
        "like": str(other.id),
    }
    await tell(tx, product.id, attributes={"weight": None, "note": ""})
    assert product.attributes == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "green"},
        {"colour": ["red", 1]},
        {"weight": "heavy"},
        {"weight": True},
        {"weight": 1e300},
        {"weight": float("inf")},
        {"made": "31.01.2026"},
        {"made": 5},
        {"note": "x" * 201},
        {"note": 5},
        {"like": "5"},
        {"like": "00000000-0000-7000-8000-000000000009"},
        {"fit": 5},
        {"unknown": 5},
    ],
)
async def test_a_value_that_does_not_fit_is_refused(tx: TenantTx, wrong: dict[str, Any]) -> None:
    await make_attributes(tx)
    product = await make_product(tx)
    with pytest.raises(InvalidInput) as refused:
        await tell(tx, product.id, attributes=wrong)
    assert [error.pointer for error in refused.value.errors] == [f"/attributes/{next(iter(wrong))}"]


async def test_definitions_are_judged_and_removed_with_their_values(tx: TenantTx) -> None:
    await make_attributes(tx)
    product = await make_product(tx)
    await tell(tx, product.id, attributes={"weight": 3, "note": "x"})
    for wrong in (
        AttributeDraft(code="Ä", label="A", kind=AttributeKind.TEXT),
        AttributeDraft(code="a", label="", kind=AttributeKind.TEXT),
        AttributeDraft(code="a", label="A", kind=AttributeKind.CHOICE),
        AttributeDraft(code="a", label="A", kind=AttributeKind.TEXT, choices=COLOURS),
        AttributeDraft(code="a", label="A", kind=AttributeKind.CHOICE, choices=COLOURS[:1] * 2),
    ):
        with pytest.raises(InvalidInput):
            await service.create_attribute(tx, wrong)
    from_code = {each.code: each for each in await attributes(tx)}
    await service.remove_attribute(tx, from_code["weight"].id)
    await tx.session.refresh(product)
    assert product.attributes == {"note": "x"}
    with pytest.raises(AttributeCodeTaken):
        await service.create_attribute(
            tx, AttributeDraft(code="note", label="N", kind=AttributeKind.TEXT)
        )


async def fill(db: Database, tenant: Tenant) -> dict[str, Any]:
    """Four goods that differ in all that can be asked for."""
    async with db.tenant(tenant) as tx:
        await make_attributes(tx)
        top = await make_category(tx, "Top")
        below = await make_category(tx, "Below", parent_id=top.id)
        red = await make_product(tx, title="Red", price_minor=100, stock=1, category_id=below.id)
        blue = await make_product(tx, title="Blue", price_minor=200, category_id=top.id)
        both = await make_product(tx, title="Both", price_minor=300, stock=1)
        plain = await make_product(tx, title="Plain", price_minor=400)
        on_sale, fitting = both.variants[0].id, plain.variants[0].id
        await tell(tx, red.id, attributes={"colour": "red", "weight": 1}, tags=("New", "Hot"))
        await tell(tx, blue.id, attributes={"colour": "blue", "weight": 2.5}, tags=("Hot",))
        await tell(
            tx, both.id, attributes={"colour": ["red", "blue"], "made": "2026-02-01"}, tags=("new",)
        )
        await service.change_variants(
            tx, plain.id, [VariantChange(id=fitting, attributes={"fit": 7})]
        )
        await service.change_variants(tx, both.id, [VariantChange(id=on_sale, sale=Sale(150))])
        return {"top": top.id, "red": red.id, "blue": blue.id, "both": both.id, "plain": plain.id}


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        (Filters(tags=("Hot",)), ["Blue", "Red"]),
        (Filters(tags=("Hot", "New")), ["Red"]),
        (Filters(attributes=(AttributeFilter("colour", ("red",)),)), ["Both", "Red"]),
        (
            Filters(attributes=(AttributeFilter("colour", ("red", "blue")),)),
            ["Both", "Blue", "Red"],
        ),
        (
            Filters(
                attributes=(
                    AttributeFilter("colour", ("blue",)),
                    AttributeFilter("weight", low="2", high="3"),
                )
            ),
            ["Blue"],
        ),
        (Filters(attributes=(AttributeFilter("weight", high="1"),)), ["Red"]),
        (Filters(attributes=(AttributeFilter("weight", low="heavy"),)), []),
        (Filters(attributes=(AttributeFilter("made", low="2026-01-01"),)), ["Both"]),
        (Filters(attributes=(AttributeFilter("fit", ("7",)),)), ["Plain"]),
        (Filters(attributes=(AttributeFilter("note", ('"||1==1||"',)),)), []),
        (
            Filters(attributes=(AttributeFilter("nobody", ("x",)),)),
            ["Plain", "Both", "Blue", "Red"],
        ),
        (Filters(price_low=150, price_high=200), ["Both", "Blue"]),
        (Filters(available=True), ["Both", "Red"]),
        (Filters(on_sale=True), ["Both"]),
        (Filters(available=True, price_high=100, tags=("New",)), ["Red"]),
    ],
)
async def test_a_list_is_narrowed(
    db: Database, tenant: Tenant, reader: StorefrontReader, filters: Filters, titles: list[str]
) -> None:
    await fill(db, tenant)
    found = await reader.list_products(tenant, filters=filters)
    assert [card.title for card in found.items] == titles


async def test_rules_are_composed(db: Database, tenant: Tenant, reader: StorefrontReader) -> None:
    ids = await fill(db, tenant)
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"is": "tag", "tag": "Hot"}, ["Blue", "Red"]),
        ({"is": "category", "category_id": str(ids["top"])}, ["Blue", "Red"]),
        ({"is": "price", "low": 150, "high": 250}, ["Both", "Blue"]),
        ({"is": "available"}, ["Both", "Red"]),
        ({"is": "on_sale"}, ["Both"]),
        ({"is": "attribute", "code": "colour", "values": ["red"]}, ["Both", "Red"]),
        ({"is": "attribute", "code": "weight", "values": [2.5]}, ["Blue"]),
        ({"is": "created", "days": 1}, ["Plain", "Both", "Blue", "Red"]),
        ({"is": "not", "of": {"is": "tag", "tag": "Hot"}}, ["Plain", "Both"]),
        ({"is": "all", "of": []}, ["Plain", "Both", "Blue", "Red"]),
        ({"is": "any", "of": []}, []),
        (
            {
                "is": "all",
                "of": [
                    {"is": "available"},
                    {"is": "any", "of": [{"is": "on_sale"}, {"is": "tag", "tag": "New"}]},
                ],
            },
            ["Both", "Red"],
        ),
    ]
    for number, (rule, titles) in enumerate(cases):
        async with db.tenant(tenant) as tx:
            draft = CollectionDraft(title=f"C {number}", rule=rule)
            made = await service.create_collection(tx, draft)
            slow = await ids_found_by(tx, read_rule(rule))
        page = await reader.collection(tenant, made.slug)
        assert page is not None
        assert [card.title for card in page.goods.items] == titles, rule
        assert {card.id for card in page.goods.items} == slow


def nested(depth: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"is": "available"}
    for _ in range(depth - 1):
        rule = {"is": "not", "of": rule}
    return rule


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"is": "nonsense"},
        {"is": "tag"},
        {"is": "tag", "tag": ""},
        {"is": "tag", "tag": "a\0"},
        {"is": "tag", "tag": "a", "more": 1},
        {"is": "price", "low": -1},
        {"is": "price", "low": 10**14},
        {"is": "created", "days": 0},
        {"is": "attribute", "code": "a", "values": []},
        {"is": "attribute", "code": "a", "values": ["\0"]},
        {"is": "all", "of": [{"is": "available"}] * 50},
        nested(6),
        [],
        "available",
    ],
)
def test_a_rule_that_cannot_be_understood_is_refused(rule: Any) -> None:
    with pytest.raises(InvalidInput):
        read_rule(rule)


CONDITION = st.recursive(
    st.one_of(
        st.builds(
            lambda tag: {"is": "tag", "tag": tag}, st.from_regex(r"[a-z]{1,9}", fullmatch=True)
        ),
        st.builds(lambda days: {"is": "created", "days": days}, st.integers(1, 3650)),
        st.just({"is": "available"}),
    ),
    lambda inner: st.one_of(
        st.builds(lambda of: {"is": "all", "of": of}, st.lists(inner, max_size=3)),
        st.builds(lambda of: {"is": "not", "of": of}, inner),
    ),
    max_leaves=6,
)


@given(CONDITION)
def test_a_rule_is_read_as_it_was_kept(rule: dict[str, Any]) -> None:
    try:
        read = read_rule(rule)
    except InvalidInput:
        return
    assert read_rule(kept_rule(read)) == read


async def test_a_collection_by_hand_keeps_its_order_over_pages(
    db: Database, tenant: Tenant, reader: StorefrontReader, lanes: CountingLanes
) -> None:
    ids = await fill(db, tenant)
    order = [ids["blue"], ids["plain"], ids["red"]]
    async with db.tenant(tenant) as tx:
        shelf = await service.create_collection(tx, CollectionDraft(title="Best"))
        await service.arrange_collection(tx, shelf.id, order)
        with pytest.raises(ProductMissing):
            await service.arrange_collection(tx, shelf.id, [new_id()])
        hidden = await service.create_collection(tx, CollectionDraft(title="No", is_shown=False))
        with pytest.raises(CollectionMissing):
            await service.remove_collection(tx, new_id())
    lanes.sent = 0
    first = await reader.collection(tenant, shelf.slug, limit=2)
    assert lanes.sent == 2
    assert first is not None
    rest = await reader.collection(tenant, shelf.slug, limit=2, cursor=first.goods.next_cursor)
    assert rest is not None
    assert [card.id for card in (*first.goods.items, *rest.goods.items)] == order
    assert rest.goods.next_cursor is None
    assert await reader.collection(tenant, hidden.slug) is None
    assert [link.title for link in await reader.collections(tenant)] == ["Best"]


async def test_old_addresses_lead_to_the_new_one(
    db: Database, tenant: Tenant, reader: StorefrontReader
) -> None:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx, title="Cup")
        other = await make_product(tx, title="Pot")
        category = await make_category(tx, "Dishes")
        await tell(tx, product.id, slug="mug")
        await tell(tx, product.id, slug="big mug")
        with pytest.raises(SlugTaken):
            await tell(tx, product.id, slug=other.slug)
        await service.describe_category(tx, category.id, CategoryDetails(slug="plates"))
    assert await reader.moved(tenant, "product", "cup") == "big-mug"
    assert await reader.moved(tenant, "product", "mug") == "big-mug"
    assert await reader.moved(tenant, "category", "dishes") == "plates"
    assert await reader.moved(tenant, "product", "dishes") is None
    async with db.tenant(tenant) as tx:
        await tell(tx, product.id, slug="cup")
    assert await reader.moved(tenant, "product", "big-mug") == "cup"
    assert await reader.moved(tenant, "product", "cup") is None


async def test_a_page_speaks_its_language_and_falls_back(
    db: Database, tenant: Tenant, reader: StorefrontReader
) -> None:
    async with db.tenant(tenant) as tx:
        dishes = await make_category(tx, "Dishes")
        await service.describe_category(
            tx, dishes.id, CategoryDetails(translations={"uk": {"name": "Посуд", "x": "y"}})
        )
        product = await make_product(tx, title="Cup", category_id=dishes.id)
        await tell(tx, product.id, translations={"uk": {"title": " Чашка ", "description": ""}})
        await service.set_options(
            tx,
            product.id,
            [
                OptionDraft(
                    name="Colour",
                    names={"uk": "Колір"},
                    values=(ValueDraft(name="Red", names={"uk": "Червона"}), ValueDraft(name="X")),
                )
            ],
        )
        picture = await make_picture(tx, product.id, alt="A cup")
        await service.describe_media(tx, picture.id, "A cup", {"uk": "Чашка"})
        with pytest.raises(InvalidInput):
            await tell(tx, product.id, translations={"xx": {"title": "?"}})
    for language, title, name, values, alt in (
        ("uk", "Чашка", "Посуд", ["Червона", "X"], "Чашка"),
        ("ru", "Cup", "Dishes", ["Red", "X"], "A cup"),
    ):
        page = await reader.product(tenant, "cup", language)
        assert page is not None
        assert page.category is not None
        assert (page.title, page.category.name, page.pictures[0].alt) == (title, name, alt)
        assert [variant.title for variant in page.variants] == values
        assert [value.name for value in page.options[0].values] == values
        [card] = (await reader.list_products(tenant, language=language)).items
        assert (card.title, card.picture and card.picture.alt) == (title, alt)
        assert (await reader.categories(tenant, language))[0].name == name


async def test_a_page_tells_sales_tiers_properties_and_related_goods(
    db: Database, tenant: Tenant, reader: StorefrontReader, lanes: CountingLanes
) -> None:
    ids = await fill(db, tenant)
    async with db.tenant(tenant) as tx:
        everybody = await service.create_price_list(
            tx, PriceListDraft(name="Tiers", currency="UAH")
        )
        product = await queries.product_with_parts(tx, ids["both"])
        assert product is not None
        variant = product.offered[0].id
        await service.set_prices(
            tx,
            everybody.id,
            [TierPrice(variant, 160, 2), TierPrice(variant, 120, 5), TierPrice(variant, 110, 10)],
        )
        await tell(
            tx, ids["both"], related=(ids["plain"], ids["red"]), video_url="https://v.example/1"
        )
        for wrong in (
            "http://v.example",
            "https://",
            "javascript:1",
            "https://a@b/",
            'https://x/"',
        ):
            with pytest.raises(InvalidInput):
                await tell(tx, ids["both"], video_url=wrong)
    lanes.sent = 0
    page = await reader.product(tenant, "both")
    assert page is not None
    assert lanes.sent == 7
    [shown] = page.variants
    assert (shown.price, shown.regular, shown.lowest) == (
        Money(150, "UAH"),
        Money(300, "UAH"),
        Money(300, "UAH"),
    )
    assert [(tier.min_quantity, tier.price.minor) for tier in shown.tiers] == [(5, 120), (10, 110)]
    assert [(each.label, each.value) for each in page.properties] == [
        ("Colour", "Red, Blue"),
        ("Made", "2026-02-01"),
    ]
    assert [card.title for card in page.related] == ["Plain", "Red"]
    assert page.video_url == "https://v.example/1"
    assert page.is_returnable
    card = next(card for card in (await reader.list_products(tenant)).items if card.slug == "both")
    assert (card.reduced, card.price_from) == (True, Money(150, "UAH"))


async def test_goods_are_published_and_taken_off_at_their_dates(tx: TenantTx) -> None:
    product = await make_product(tx)
    soon, later = tx.now + timedelta(hours=1), tx.now + timedelta(hours=2)
    with pytest.raises(InvalidInput):
        await service.schedule_product(tx, product.id, later, soon)
    await service.schedule_product(tx, product.id, soon, later)
    assert (product.status, product.publish_at) == ("draft", soon)
    due = [each.due_at for each in tx.pending_events if each.event.name == "catalog.due.v1"]
    assert sorted(due) == [soon, later]
    for now, status in ((soon, "active"), (later, "draft")):
        tx.now = now
        await service.follow_schedule(tx, product.id)
        assert product.status == status
    assert (product.publish_at, product.unpublish_at) == (None, None)
