"""The one way to the storefront's fast reads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from kram.kit.db.lanes import HotQuery, Lanes
from kram.kit.db.scope import Tenant
from kram.kit.pagination import Page, page_of, read_cursor
from kram.shop.catalog.attributes.filters import Filters, Known, json_path
from kram.shop.catalog.collections.rules import Condition
from kram.shop.catalog.models import AttributeScope
from kram.shop.catalog.options.shape import Option
from kram.shop.catalog.storefront import list_queries, making, queries
from kram.shop.catalog.storefront.cards import (
    CategoryCard,
    CollectionLink,
    CollectionPage,
    FilterCard,
    ProductCard,
    ProductPage,
    Property,
)
from kram.shop.catalog.storefront.list_queries import Shape
from kram.shop.catalog.storefront.rows import (
    AttributeRow,
    CollectionRow,
    ListRow,
    ProductRow,
    TierRow,
    VariantRow,
)
from kram.shop.catalog.words import patterns

LIST_SIZE = 24
_NO_FILTERS = Filters()
_OPTIONS = msgspec.json.Decoder(tuple[Option, ...])
_VALUES = msgspec.json.Decoder(dict[str, Any])
_RULE = msgspec.json.Decoder(Condition)


class StorefrontReader:
    """Every method raises TimeoutError when the database does not answer within 5 s.

    `language` is the page's; what is not translated into it is in the shop's own.
    """

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    @property
    def lanes(self) -> Lanes:
        """For the fast reads of other slices."""
        return self._lanes

    async def version(self, tenant: Tenant) -> int:
        """Read it before what is cached under it: a change in between is then found next time."""
        [row] = await self._lanes.fetch(queries.VERSION, tenant)
        return row.version

    async def list_products(
        self,
        tenant: Tenant,
        *,
        category_slug: str | None = None,
        q: str | None = None,
        cursor: str | None = None,
        limit: int = LIST_SIZE,
        language: str = "",
        filters: Filters = _NO_FILTERS,
    ) -> Page[ProductCard]:
        """The newest first, in one statement (two with filters by attributes); a category shows
        all below it too.

        Every word of `q` must occur in the title or a SKU. Nothing for an unknown category; a
        filter by an unknown attribute is none. Raises: BadCursor.
        """
        values: dict[str, Any] = {"language": language}
        if category_slug is not None:
            values["slug"] = category_slug
        words = patterns(q or "")
        if words:
            values["patterns"] = words
        if cursor is not None:
            values["created_at"], values["id"] = read_cursor(cursor, tuple[datetime, UUID])
        if filters != _NO_FILTERS:
            values |= await self._narrowed(tenant, filters)
        shape = Shape(
            size=limit + 1,
            category=category_slug is not None,
            words=bool(words),
            after=cursor is not None,
            tags="tags" in values,
            of_product="of_product" in values,
            of_variant="of_variant" in values,
            price_low="price_low" in values,
            price_high="price_high" in values,
            available=filters.available,
            on_sale=filters.on_sale,
        )
        return await self._page(tenant, list_queries.list_query(shape), values, limit)

    async def product(self, tenant: Tenant, slug: str, language: str = "") -> ProductPage | None:
        """None for one that is not on sale; three statements otherwise, and one more each for
        tiers of prices, a sale, attributes and related goods where there are any."""
        found = await self._lanes.fetch(queries.PRODUCT, tenant, slug=slug, language=language)
        if not found:
            return None
        [row] = found
        variants = await self._lanes.fetch(queries.VARIANTS, tenant, product_id=row.id)
        if not variants:  # archived between the two statements
            return None
        pictures = await self._lanes.fetch(
            queries.PICTURES, tenant, product_id=row.id, language=language
        )
        options = _OPTIONS.decode(row.options)
        return ProductPage(
            id=row.id,
            slug=row.slug,
            title=row.title,
            description=row.description,
            category=making.link(row),
            variants=making.variants(
                variants,
                pictures,
                await self._tiers(tenant, row),
                await self._lowest(tenant, variants, row.id),
                options,
                language,
            ),
            pictures=tuple(map(making.picture, pictures)),
            options=making.option_cards(options, variants, language),
            properties=await self._properties(tenant, row, language),
            related=await self._related(tenant, row.related, language),
            video_url=row.video_url,
            is_returnable=row.is_returnable,
            is_configurable=row.is_configurable,
        )

    async def categories(self, tenant: Tenant, language: str = "") -> list[CategoryCard]:
        """The whole tree, every category followed by its children; one statement."""
        rows = await self._lanes.fetch(queries.CATEGORIES, tenant, language=language)
        return list(making.branches(rows, None, 0))

    async def collections(self, tenant: Tenant, language: str = "") -> list[CollectionLink]:
        rows = await self._lanes.fetch(queries.COLLECTIONS, tenant, language=language)
        return [CollectionLink(row.slug, row.title) for row in rows]

    async def collection(
        self,
        tenant: Tenant,
        slug: str,
        *,
        cursor: str | None = None,
        limit: int = LIST_SIZE,
        language: str = "",
    ) -> CollectionPage | None:
        """None for one that is not shown; two statements otherwise. Raises: BadCursor."""
        found = await self._lanes.fetch(queries.COLLECTION, tenant, slug=slug, language=language)
        if not found:
            return None
        [row] = found
        goods = await self._goods_of(tenant, row, cursor, limit, language)
        return CollectionPage(row.slug, row.title, row.description, goods)

    async def filters(self, tenant: Tenant, language: str = "") -> list[FilterCard]:
        """What shoppers may narrow lists by."""
        rows = await self._lanes.fetch(queries.ATTRIBUTES, tenant, language=language)
        return [making.filter_card(row, language) for row in rows if row.is_filter]

    async def moved(
        self, tenant: Tenant, kind: Literal["product", "category", "collection"], slug: str
    ) -> str | None:
        """The address of today of what had this one before."""
        found = await self._lanes.fetch(queries.MOVED[kind], tenant, slug=slug)
        return found[0].slug if found else None

    async def _page(
        self, tenant: Tenant, query: HotQuery[ListRow], values: dict[str, Any], limit: int
    ) -> Page[ProductCard]:
        rows = await self._lanes.fetch(query, tenant, **values)
        cards = [making.card(row) for row in rows]
        return page_of(cards, limit, lambda card: (card.created_at, card.id))

    async def _goods_of(
        self, tenant: Tenant, row: CollectionRow, cursor: str | None, limit: int, language: str
    ) -> Page[ProductCard]:
        values: dict[str, Any] = {"language": language}
        if row.rule is not None:
            if cursor is not None:
                values["created_at"], values["id"] = read_cursor(cursor, tuple[datetime, UUID])
            query = list_queries.rule_query(
                _RULE.decode(row.rule), limit + 1, after=cursor is not None
            )
            return await self._page(tenant, query, values, limit)
        if cursor is not None:
            [values["id"]] = read_cursor(cursor, tuple[UUID])
        values["collection_id"] = row.id
        rows = await self._lanes.fetch(
            list_queries.shelf_query(limit + 1, after=cursor is not None), tenant, **values
        )
        return page_of([making.card(each) for each in rows], limit, lambda card: (card.id,))

    async def _narrowed(self, tenant: Tenant, filters: Filters) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if filters.tags:
            values["tags"] = list(filters.tags)
        for name in ("price_low", "price_high"):
            if getattr(filters, name) is not None:
                values[name] = getattr(filters, name)
        if filters.attributes:
            rows = await self._attributes(tenant, "")
            known = {row.code: Known(row.code, row.kind, row.scope) for row in rows}
            for name, scope in (
                ("of_product", AttributeScope.PRODUCT),
                ("of_variant", AttributeScope.VARIANT),
            ):
                path = json_path(filters.attributes, known, scope)
                if path:
                    values[name] = path
        return values

    async def _attributes(self, tenant: Tenant, language: str) -> list[AttributeRow]:
        return await self._lanes.fetch(queries.ATTRIBUTES, tenant, language=language)

    async def _tiers(self, tenant: Tenant, row: ProductRow) -> list[TierRow]:
        if not row.has_tiers:
            return []
        return await self._lanes.fetch(queries.TIERS, tenant, product_id=row.id)

    async def _lowest(
        self, tenant: Tenant, variants: Sequence[VariantRow], product_id: UUID
    ) -> dict[UUID, int]:
        if all(variant.price_minor == variant.regular_minor for variant in variants):
            return {}
        rows = await self._lanes.fetch(queries.LOWEST, tenant, product_id=product_id)
        return {row.variant_id: row.lowest for row in rows}

    async def _properties(
        self, tenant: Tenant, row: ProductRow, language: str
    ) -> tuple[Property, ...]:
        values = _VALUES.decode(row.attributes)
        if not values:
            return ()
        return making.properties(values, await self._attributes(tenant, language), language)

    async def _related(
        self, tenant: Tenant, ids: Sequence[UUID], language: str
    ) -> tuple[ProductCard, ...]:
        """In the merchant's order."""
        if not ids:
            return ()
        rows = await self._lanes.fetch(
            list_queries.RELATED, tenant, ids=list(ids), language=language
        )
        cards = {row.id: making.card(row) for row in rows}
        return tuple(cards[each] for each in ids if each in cards)
