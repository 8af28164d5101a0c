"""What can be bought now, for how much: asked by every cart and every checkout."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    column,
    exists,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import aliased

from kram.kit.db.hot import HotStatement
from kram.kit.db.tx import TenantRead
from kram.kit.money import Money
from kram.shop.catalog.chosen import Chosen
from kram.shop.catalog.models import (
    BundleComponent,
    Media,
    Product,
    ProductStatus,
    Variant,
    VariantKind,
)
from kram.shop.catalog.prices.queries import listed_price, own_price


class Component(msgspec.Struct, frozen=True):
    """`quantity` units of a variant that one bundle takes from the shelf."""

    variant_id: UUID
    quantity: int


class Offer(msgspec.Struct, frozen=True):
    """What can be bought of a variant now; `picture` is a storage key, its own or its product's.

    `price` is of one unit, the lowest that applies; `regular` what it costs without sale or list.
    `local_title` and `local_variant_title` are in the language that was asked for, None where they
    are not translated. `components` of a bundle say what is reserved for it; of all else they are
    empty. `chosen` is what was chosen of a configurable one, its price inside `price`
    (`shop.configurator`).
    """

    variant_id: UUID
    product_id: UUID
    slug: str
    title: str
    variant_title: str
    sku: str
    price: Money
    picture: str | None
    regular: Money | None = None
    kind: VariantKind = VariantKind.GOODS
    components: tuple[Component, ...] = ()
    is_configurable: bool = False
    chosen: Chosen | None = None
    terms: dict[str, Any] | None = None
    is_returnable: bool = True
    local_title: str | None = None
    local_variant_title: str | None = None

    @property
    def shown_title(self) -> str:
        return self.local_title or self.title

    @property
    def shown_variant_title(self) -> str:
        return self.local_variant_title or self.variant_title

    @property
    def reduced(self) -> bool:
        return self.regular is not None and self.price < self.regular


_AT: ColumnElement[datetime] = bindparam("at", type_=DateTime(timezone=True))
_CURRENCY = func.coalesce(bindparam("currency", type_=String()), Variant.currency)
# The arrays stand in subqueries to hide their lengths from the planner: for three known ones it
# finds a plan of their own cheaper each time, and making it takes five times as long as running it.
_WANTED = (
    func.unnest(
        select(bindparam("variant_ids", type_=ARRAY(Uuid()))).scalar_subquery(),
        select(bindparam("quantities", type_=ARRAY(BigInteger()))).scalar_subquery(),
    )
    .table_valued(column("variant_id", Uuid()), column("quantity", BigInteger()))
    .render_derived(name="wanted")
)

_LANGUAGE = bindparam("language", type_=String())
_LOCAL_TITLE = func.nullif(Product.translations[_LANGUAGE]["title"].astext, "")
_option = (
    func.jsonb_array_elements(Product.options)
    .table_valued(column("value", JSONB()), with_ordinality="place")
    .render_derived("option")
)
_said = (
    func.jsonb_array_elements(_option.c.value["values"])
    .table_valued(column("value", JSONB()), joins_implicitly=True)
    .render_derived("said")
)
_NUMBERS = func.string_to_array(Variant.choice, ".")
_NAME = func.coalesce(
    _said.c.value["names"][_LANGUAGE].astext, _said.c.value["name"].astext, type_=Text()
)
# As `storefront.making` names a variant: by its options' values, if none of them is gone.
_LOCAL_VARIANT_TITLE = case(
    (
        and_(_LANGUAGE.is_not(None), Variant.choice.is_not(None)),
        select(
            case(
                (
                    func.count() == func.cardinality(_NUMBERS),
                    func.string_agg(_NAME, aggregate_order_by(literal(" / "), _option.c.place)),
                )
            )
        )
        .select_from(_option, _said)  # in this order: the second reads the first
        .where(
            _said.c.value["id"].astext == any_(_NUMBERS),
            _option.c.value["gone"].astext.is_(None),
            _said.c.value["gone"].astext.is_(None),
        )
        .correlate(Variant, Product)
        .scalar_subquery(),
    )
)
_OWN_PICTURE = (
    select(Media.key)
    .where(Media.id == Variant.media_id, Media.product_id == Product.id)
    .correlate(Variant, Product)
    .scalar_subquery()
)
_FIRST_PICTURE = (
    select(Media.key)
    .where(Media.product_id == Product.id)
    .order_by(Media.position, Media.id)
    .limit(1)
    .scalar_subquery()
)
_COMPONENTS = (
    select(
        func.jsonb_agg(
            func.jsonb_build_array(BundleComponent.component_id, BundleComponent.quantity)
        )
    )
    .where(BundleComponent.bundle_id == Variant.id)
    .correlate(Variant)
    .scalar_subquery()
)
_OF_BUNDLE = case((Variant.kind == VariantKind.BUNDLE, _COMPONENTS))
_part = aliased(Variant)
_LACKS_A_PART = (
    exists()
    .where(
        BundleComponent.bundle_id == Variant.id,
        BundleComponent.component_id == _part.id,
        _part.archived_at.is_not(None),
    )
    .correlate(Variant)
)
# The table is that of `shop.customers`, a slice beside this one, whose models may not be imported
# here; asked in the same statement, since every cart needs it. A test compares it with theirs.
CUSTOMER = Table("customer", MetaData(), Column("id", Uuid()), Column("group_ids", ARRAY(Uuid())))
_OF_CUSTOMER = (
    select(CUSTOMER.c.group_ids)
    .where(CUSTOMER.c.id == bindparam("customer_id", type_=Uuid()))
    .scalar_subquery()
)
_GROUPS = func.array_cat(bindparam("groups", type_=ARRAY(Uuid())), _OF_CUSTOMER)
_OWN = case((Variant.currency == _CURRENCY, own_price(_AT)))
_LISTED = listed_price(_AT, _WANTED.c.quantity, _CURRENCY, _GROUPS)
_PRICE = func.least(_OWN, _LISTED.c.minor)

_OFFERS = HotStatement(
    select(
        Variant.id.label("variant_id"),
        Product.id.label("product_id"),
        Product.slug,
        Product.title,
        Variant.title.label("variant_title"),
        Variant.sku,
        _PRICE.label("price_minor"),
        case((Variant.currency == _CURRENCY, Variant.price_minor)).label("regular_minor"),
        _CURRENCY.label("currency"),
        func.coalesce(_OWN_PICTURE, _FIRST_PICTURE).label("picture"),
        Variant.kind,
        _OF_BUNDLE.label("components"),
        Product.is_configurable,
        Variant.terms,
        Product.is_returnable,
        _LOCAL_TITLE.label("local_title"),
        _LOCAL_VARIANT_TITLE.label("local_variant_title"),
    )
    .join(_WANTED, _WANTED.c.variant_id == Variant.id)
    .join(Product, Product.id == Variant.product_id)
    .join(_LISTED, true())
    .where(
        Variant.archived_at.is_(None),
        Product.status == ProductStatus.ACTIVE,
        _PRICE.is_not(None),
        case((Variant.kind == VariantKind.BUNDLE, ~_LACKS_A_PART), else_=True),
    )
)


async def offers(
    tx: TenantRead,
    wanted: Collection[UUID] | Mapping[UUID, int],
    *,
    customer_id: UUID | None = None,
    groups: Collection[UUID] = (),
    currency: str | None = None,
    at: datetime | None = None,
    language: str | None = None,
) -> dict[UUID, Offer]:
    """Of the variants asked for, those that are sold: not archived, of an active product.

    This is the price of a variant: for so many units (a mapping says how many; one of each in a
    mere collection), for a customer with their groups and for somebody in these `groups`, at a
    moment (now), in a currency (its own; in another only what a list prices in it is sold). One
    statement for any number.
    """
    quantities = wanted.values() if isinstance(wanted, Mapping) else [1] * len(wanted)
    found = await tx.rows(
        _OFFERS,
        {
            "variant_ids": list(wanted),
            "quantities": list(quantities),
            "groups": list(groups),
            "customer_id": customer_id,
            "currency": currency,
            "at": at or tx.now,
            "language": language,
        },
    )
    return {row.variant_id: _offer(row) for row in found}


def _offer(row: Any) -> Offer:
    regular = row.regular_minor
    return Offer(
        row.variant_id,
        row.product_id,
        row.slug,
        row.title,
        row.variant_title,
        row.sku,
        Money(row.price_minor, row.currency),
        row.picture,
        None if regular is None else Money(regular, row.currency),
        VariantKind(row.kind),
        tuple(Component(UUID(part), units) for part, units in row.components or ()),
        row.is_configurable,
        terms=row.terms,
        is_returnable=row.is_returnable,
        local_title=row.local_title,
        local_variant_title=row.local_variant_title,
    )
