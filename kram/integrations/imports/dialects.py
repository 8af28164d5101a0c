"""How other shop systems say in their exports what we say in another way. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from kram.integrations.imports.fields import OF_PRODUCTS, OF_VARIANTS
from kram.integrations.imports.rows import Row, category_text
from kram.integrations.imports.sources.html import text_of
from kram.kit.text import line

Convert = Callable[[str], str]
_MEASURE = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,6}))?")
_MAY_LACK = frozenset((*OF_PRODUCTS, *OF_VARIANTS))
_UNITS = (("kg", 1000), ("кг", 1000), ("cm", 10), ("см", 10))
"""In headings, and how many of our own units one is."""


class Reader:
    """Cells of a file's row as our fields.

    A feed has the same columns whatever it tells: with `skips_empty` an empty cell of what may be
    left out is as if there was none.
    """

    def __init__(
        self, headings: Sequence[str], columns: Mapping[str, int], *, skips_empty: bool = False
    ) -> None:
        self._skips_empty = skips_empty
        known = [line(heading).casefold() for heading in headings]
        self._fields = [
            (name, place, _conversion(name, place, known)) for name, place in columns.items()
        ]

    def row(self, cells: Sequence[str]) -> Row:
        width = len(cells)
        row = {
            name: convert(cells[place]) if place < width else ""
            for name, place, convert in self._fields
        }
        if self._skips_empty:
            return {name: cell for name, cell in row.items() if cell or name not in _MAY_LACK}
        return row


def _conversion(name: str, place: int, headings: Sequence[str]) -> Convert:
    heading = headings[place] if place < len(headings) else ""
    woocommerce = "visibility in catalog" in headings
    if name == "description" and (heading == "body (html)" or woocommerce):
        return text_of
    if name == "category" and heading in ("categories", "product category"):
        return _arrows
    if name.endswith(("_grams", "_mm")):
        return next((_times(factor) for unit, factor in _UNITS if unit in heading), _as_it_is)
    return _as_it_is


def _times(factor: int) -> Convert:
    """Whole units, halves up; what is no number is left for the row to tell of."""

    def convert(text: str) -> str:
        found = _MEASURE.fullmatch(text)
        if found is None:
            return text
        measure = Decimal(f"{found[1]}.{found[2] or 0}") * factor
        return str(measure.to_integral_value(ROUND_HALF_UP))

    return convert


def _arrows(text: str) -> str:
    """ "Clothing > Shirts, Sale": of several paths the first."""
    if ">" not in text:
        return text
    names = (line(name) for name in text.partition(",")[0].split(">"))
    return category_text(tuple(name for name in names if name))


def _as_it_is(text: str) -> str:
    return text
