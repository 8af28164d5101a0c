"""The one way to the storefront's fast reads."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kram.kit.db.lanes import Lanes
from kram.kit.db.scope import Tenant
from kram.kit.money import Money
from kram.kit.pagination import Page, page_of, read_cursor
from kram.shop.catalog.storefront import queries
from kram.shop.catalog.storefront.cards import (
    CategoryCard,
    CategoryLink,
    Picture,
    ProductCard,
    ProductPage,
    VariantCard,
)
from kram.shop.catalog.words import patterns

LIST_SIZE = 24


class StorefrontReader:
    """Every method raises TimeoutError when the database does not answer within 5 s."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

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
    ) -> Page[ProductCard]:
        """The newest first, in one statement; a category shows all below it too.

        Every word of `q` must occur in the title or a SKU. Nothing for an unknown category.
        Raises: BadCursor.
        """
        values: dict[str, Any] = {"size": limit + 1}
        if category_slug is not None:
            values["slug"] = category_slug
        words = patterns(q or "")
        if words:
            values["patterns"] = words
        if cursor is not None:
            values["created_at"], values["id"] = read_cursor(cursor, tuple[datetime, UUID])
        query = queries.LISTS[category_slug is not None, bool(words), cursor is not None]
        rows = await self._lanes.fetch(query, tenant, **values)
        return page_of([_card(row) for row in rows], limit, lambda card: (card.created_at, card.id))

    async def product(self, tenant: Tenant, slug: str) -> ProductPage | None:
        """None for one that is not on sale; three statements otherwise."""
        found = await self._lanes.fetch(queries.PRODUCT, tenant, slug=slug)
        if not found:
            return None
        [row] = found
        variants = await self._lanes.fetch(queries.VARIANTS, tenant, product_id=row.id)
        if not variants:  # archived between the two statements
            return None
        pictures = await self._lanes.fetch(queries.PICTURES, tenant, product_id=row.id)
        return ProductPage(
            id=row.id,
            slug=row.slug,
            title=row.title,
            description=row.description,
            category=_link(row),
            variants=tuple(_variant(variant) for variant in variants),
            pictures=tuple(
                Picture(picture.key, picture.alt, picture.width, picture.height)
                for picture in pictures
            ),
        )

    async def categories(self, tenant: Tenant) -> list[CategoryCard]:
        """The whole tree, every category followed by its children; one statement."""
        rows = await self._lanes.fetch(queries.CATEGORIES, tenant)
        return list(_branches(rows, None, 0))


def _card(row: queries.ListRow) -> ProductCard:
    return ProductCard(
        id=row.id,
        slug=row.slug,
        title=row.title,
        created_at=row.created_at,
        price_from=Money(row.lowest, row.currency),
        price_to=Money(row.highest, row.currency),
        in_stock=row.in_stock,
        only_variant_id=row.only_variant_id,
        picture=_first_picture(row),
    )


def _first_picture(row: queries.ListRow) -> Picture | None:
    if row.picture_key is None:
        return None
    return Picture(
        row.picture_key, row.picture_alt or "", row.picture_width or 0, row.picture_height or 0
    )


def _link(row: queries.ProductRow) -> CategoryLink | None:
    if row.category_slug is None:
        return None
    return CategoryLink(row.category_slug, row.category_name or "")


def _variant(row: queries.VariantRow) -> VariantCard:
    price = Money(row.price_minor, row.currency)
    return VariantCard(row.id, row.sku, row.title, price, row.in_stock)


def _branches(
    rows: Sequence[queries.CategoryRow], parent_id: UUID | None, depth: int
) -> Iterator[CategoryCard]:
    for row in rows:
        if row.parent_id == parent_id:
            below = list(_branches(rows, row.id, depth + 1))
            direct = sum(card.products for card in below if card.depth == depth + 1)
            yield CategoryCard(
                id=row.id,
                parent_id=row.parent_id,
                slug=row.slug,
                name=row.name,
                depth=depth,
                products=row.products + direct,
            )
            yield from below
