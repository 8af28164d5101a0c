"""Rows made into what a page is given."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.money import Money
from kram.shop.catalog.attributes.rules import Choice
from kram.shop.catalog.models import AttributeKind, VariantKind
from kram.shop.catalog.options.matrix import numbers_of
from kram.shop.catalog.options.shape import Option, live
from kram.shop.catalog.storefront.cards import (
    CategoryCard,
    CategoryLink,
    FilterCard,
    OptionCard,
    Picture,
    ProductCard,
    Property,
    Tier,
    ValueCard,
    VariantCard,
)
from kram.shop.catalog.storefront.rows import (
    AttributeRow,
    CategoryRow,
    ListRow,
    PictureRow,
    ProductRow,
    TierRow,
    VariantRow,
)


def card(row: ListRow) -> ProductCard:
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
        reduced=row.reduced,
    )


def _first_picture(row: ListRow) -> Picture | None:
    if row.picture_key is None:
        return None
    return Picture(
        row.picture_key,
        row.picture_alt or "",
        row.picture_width or 0,
        row.picture_height or 0,
        bool(row.picture_avif),
    )


def picture(row: PictureRow) -> Picture:
    return Picture(row.key, row.alt, row.width, row.height, row.has_avif)


def link(row: ProductRow) -> CategoryLink | None:
    if row.category_slug is None:
        return None
    return CategoryLink(row.category_slug, row.category_name or "")


def variants(
    rows: Sequence[VariantRow],
    pictures: Sequence[PictureRow],
    tiers: Sequence[TierRow],
    lowest: Mapping[UUID, int],
    options: Sequence[Option],
    language: str,
) -> tuple[VariantCard, ...]:
    places = {row.id: place for place, row in enumerate(pictures)}
    names = {value.id: value.names.get(language, value.name) for value in _values(options)}
    return tuple(
        VariantCard(
            id=row.id,
            sku=row.sku,
            title=_title(row, names),
            price=Money(row.price_minor, row.currency),
            in_stock=row.in_stock,
            values=tuple(sorted(numbers_of(row.choice))) if options else (),
            picture=places.get(row.media_id) if row.media_id else None,
            regular=_if_more(row.regular_minor, row),
            lowest=Money(lowest[row.id], row.currency) if row.id in lowest else None,
            compare_at=_if_more(row.compare_at_minor, row),
            tiers=_tiers(row, tiers),
            to_order=row.to_order,
            there_from=row.there_from if row.to_order else None,
            kind=VariantKind(row.kind),
        )
        for row in rows
    )


def _values(options: Sequence[Option]) -> Iterator[Any]:
    for option in options:
        yield from option.offered


def _title(row: VariantRow, names: Mapping[int, str]) -> str:
    """By the options' names in the page's language; else as it was typed."""
    numbers = numbers_of(row.choice)
    if not numbers or not numbers <= names.keys():
        return row.title
    return " / ".join(name for number, name in names.items() if number in numbers)


def _if_more(minor: int | None, row: VariantRow) -> Money | None:
    return None if minor is None or minor <= row.price_minor else Money(minor, row.currency)


def _tiers(row: VariantRow, tiers: Sequence[TierRow]) -> tuple[Tier, ...]:
    """Only what is cheaper than fewer units."""
    found: list[Tier] = []
    best = row.price_minor
    for tier in tiers:
        if tier.variant_id == row.id and tier.minor < best:
            best = tier.minor
            found = [each for each in found if each.min_quantity < tier.min_quantity]
            found.append(Tier(tier.min_quantity, Money(best, row.currency)))
    return tuple(found)


def option_cards(
    options: Sequence[Option], rows: Sequence[VariantRow], language: str
) -> tuple[OptionCard, ...]:
    """None unless every variant has a value of every option: then there is just a list."""
    shown = live(options)
    offered = [{value.id for value in option.offered} for option in shown]
    for row in rows:
        numbers = numbers_of(row.choice)
        if not all(numbers & values for values in offered):
            return ()
    used = {number for row in rows for number in numbers_of(row.choice)}
    return tuple(
        OptionCard(
            option.names.get(language, option.name),
            tuple(
                ValueCard(value.id, value.names.get(language, value.name), value.colour)
                for value in option.offered
                if value.id in used
            ),
        )
        for option in shown
    )


def properties(
    values: Mapping[str, Any], attributes: Sequence[AttributeRow], language: str
) -> tuple[Property, ...]:
    """In the attributes' order; a reference is not shown, since it would be only an id."""
    found = []
    for attribute in attributes:
        value = values.get(attribute.code)
        if value is None or attribute.kind == AttributeKind.REFERENCE:
            continue
        if isinstance(value, list):
            chosen = [each for each in _choices(attribute) if each.code in value]
            text = ", ".join(each.names.get(language, each.label) for each in chosen)
            found.append(Property(attribute.label, text, chosen[0].colour if chosen else ""))
        else:
            unit = f"\u00a0{attribute.unit}" if attribute.unit else ""
            found.append(Property(attribute.label, f"{value}{unit}"))
    return tuple(found)


def filter_card(attribute: AttributeRow, language: str) -> FilterCard:
    return FilterCard(
        code=attribute.code,
        label=attribute.label,
        kind=attribute.kind,
        unit=attribute.unit,
        choices=tuple(
            (choice.code, choice.names.get(language, choice.label))
            for choice in _choices(attribute)
        ),
    )


def _choices(attribute: AttributeRow) -> tuple[Choice, ...]:
    return msgspec.json.decode(attribute.choices, type=tuple[Choice, ...])


def branches(
    rows: Sequence[CategoryRow], parent_id: UUID | None, depth: int
) -> Iterator[CategoryCard]:
    for row in rows:
        if row.parent_id == parent_id:
            below = list(branches(rows, row.id, depth + 1))
            direct = sum(each.products for each in below if each.depth == depth + 1)
            yield CategoryCard(
                id=row.id,
                parent_id=row.parent_id,
                slug=row.slug,
                name=row.name,
                depth=depth,
                products=row.products + direct,
                description=row.description,
                picture_key=row.picture_key,
            )
            yield from below
