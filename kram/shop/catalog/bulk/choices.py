"""Which options a product gets from its rows, and which of their values each variant is. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.kit.text import line
from kram.shop.catalog.bulk.queries import KnownVariant
from kram.shop.catalog.bulk.rows import ProductRow
from kram.shop.catalog.options.matrix import Cell, choice_of, numbers_of
from kram.shop.catalog.options.shape import (
    Option,
    OptionDraft,
    ValueDraft,
    live,
    options_of,
    resolved,
)


@dataclass(frozen=True, slots=True)
class Arranged:
    """`options` as a product keeps them; None: as they are. `cells` by SKU, of variants that are
    made of options."""

    options: list[dict[str, Any]] | None
    cells: Mapping[str, Cell]


PLAIN = Arranged(None, {})
Known = Mapping[str, KnownVariant]
Live = Mapping[UUID, str | None]
"""The choices of a product's variants on sale."""


def arranged(row: ProductRow, known: Known, on_sale: Mapping[UUID, Live]) -> Arranged:
    """`on_sale` by product. Raises: InvalidInput."""
    owner = next((known[each.sku] for each in row.variants if each.sku in known), None)
    before = options_of(owner.options) if owner else ()
    if not row.options and not live(before):
        return PLAIN
    live_variants = on_sale.get(owner.product_id, {}) if owner else {}
    if row.options:
        after = _merged(row, before, known, live_variants)
        cells = {each.sku: cell_of(after, each.choice) for each in row.variants}
    else:
        after = before
        cells = {each.sku: _kept(each.sku, each.title, known, after) for each in row.variants}
    refused = tuple(_refused(row, cells, known, live_variants))
    if refused:
        raise InvalidInput(errors=refused)
    options = None if after == before else msgspec.to_builtins(after)
    return Arranged(options, {sku: cell for sku, cell in cells.items() if cell is not None})


def cell_of(options: Sequence[Option], names: Sequence[str]) -> Cell | None:
    """The combination of the values with these names, one of each option in order; None: none."""
    shown = live(options)
    if len(names) != len(shown):
        return None
    found = []
    for option, name in zip(shown, names, strict=True):
        folded = line(name).casefold()
        value = next((each for each in option.offered if each.name.casefold() == folded), None)
        if value is None:
            return None
        found.append(value)
    return Cell(choice_of(value.id for value in found), " / ".join(value.name for value in found))


def _kept(sku: str, title: str, known: Known, options: Sequence[Option]) -> Cell | None:
    """A variant keeps its combination as long as there is one; a new one is known by its title."""
    variant = known.get(sku)
    if variant is None:
        return cell_of(options, title.split(" / "))
    had = numbers_of(variant.choice)
    names = [value.name for option in live(options) for value in option.offered if value.id in had]
    return cell_of(options, names)


def _merged(
    row: ProductRow, before: Sequence[Option], known: Known, live_variants: Live
) -> tuple[Option, ...]:
    """The product's options with the values that the rows add. Raises: InvalidInput."""
    shown = live(before)
    names = [line(name) for name in row.options]
    if shown and [each.name.casefold() for each in shown] != [name.casefold() for name in names]:
        raise _wrong(gettext_noop("The product has other options: name them as it does, in order"))
    own = {known[each.sku].variant_id for each in row.variants if each.sku in known}
    if not shown and set(live_variants) - own:
        raise _wrong(gettext_noop("Name all variants of the product, each with its options"))
    drafts = [_draft(row, place, name, shown) for place, name in enumerate(names)]
    try:
        return resolved(before, drafts)
    except InvalidInput as refused:
        raise _wrong(*(error.detail for error in refused.errors)) from refused


def _draft(row: ProductRow, place: int, name: str, shown: Sequence[Option]) -> OptionDraft:
    """What is there keeps its place, its translations and its colours."""
    option = shown[place] if shown else None
    offered = option.offered if option else ()
    values = {
        value.name.casefold(): ValueDraft(
            id=value.id, name=value.name, names=value.names, colour=value.colour
        )
        for value in offered
    }
    for variant in row.variants:
        said = line(variant.choice[place]) if place < len(variant.choice) else ""
        if said:
            values.setdefault(said.casefold(), ValueDraft(name=said))
    if option is None:
        return OptionDraft(name=name, values=tuple(values.values()))
    return OptionDraft(
        id=option.id, name=option.name, names=option.names, values=tuple(values.values())
    )


def _refused(
    row: ProductRow, cells: Mapping[str, Cell | None], known: Known, live_variants: Live
) -> Iterator[FieldError]:
    own = {known[each.sku].variant_id for each in row.variants if each.sku in known}
    taken = {choice for key, choice in live_variants.items() if key not in own}
    times = Counter(cell.choice for cell in cells.values() if cell is not None)
    for place, variant in enumerate(row.variants):
        cell, pointer = cells[variant.sku], f"/variants/{place}/choice"
        if cell is None:
            detail = gettext_noop("Give one value of each option of the product")
            yield FieldError(pointer, "choice_unknown", detail)
        elif cell.choice in taken or times[cell.choice] > 1:
            detail = gettext_noop("Another variant of the product has the same options")
            yield FieldError(pointer, "choice_taken", detail)


def _wrong(*details: str) -> InvalidInput:
    return InvalidInput(
        errors=[FieldError("/options", "options_refused", detail) for detail in details]
    )
