"""How other shop systems say in their exports what we say in another way. Pure."""

from collections.abc import Callable, Mapping, Sequence

from kram.integrations.imports.rows import Row, category_text
from kram.integrations.imports.sources.html import text_of
from kram.kit.text import line

Convert = Callable[[str], str]
_VARIANTS = ("variant", "variant2", "variant3")
_SHOPIFYS_ONLY_VARIANT = "Default Title"


class Reader:
    """Cells of a file's row as our fields."""

    def __init__(self, headings: Sequence[str], columns: Mapping[str, int]) -> None:
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
        return row if "variant" not in row else _named(row)


def _named(row: dict[str, str]) -> Row:
    parts = [row.pop(name, "") for name in _VARIANTS]
    row["variant"] = " / ".join(filter(None, parts)) if any(parts[1:]) else parts[0]
    if row["variant"] == _SHOPIFYS_ONLY_VARIANT:
        row["variant"] = ""
    return row


def _conversion(name: str, place: int, headings: Sequence[str]) -> Convert:
    heading = headings[place] if place < len(headings) else ""
    woocommerce = "visibility in catalog" in headings
    if name == "description" and (heading == "body (html)" or woocommerce):
        return text_of
    if name == "category" and heading in ("categories", "product category"):
        return _arrows
    return _as_it_is


def _arrows(text: str) -> str:
    """ "Clothing > Shirts, Sale": of several paths the first."""
    if ">" not in text:
        return text
    names = (line(name) for name in text.partition(",")[0].split(">"))
    return category_text(tuple(name for name in names if name))


def _as_it_is(text: str) -> str:
    return text
