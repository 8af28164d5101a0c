"""Units, codes and places as people type them."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date
from uuid import UUID

from kram.dashboard.pages.choices import read_uuid
from kram.dashboard.pages.forms import FieldsRefused, Form
from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop
from kram.shop.inventory.errors import PlaceInvalid, QuantityInvalid, WarehouseMissing
from kram.shop.inventory.queries.lists import variants_by_code
from kram.shop.inventory.rules import LARGEST_QUANTITY, sum_by_variant
from kram.shop.inventory.service.documents import MOST_LINES

Finds = Callable[[TenantRead, Collection[str]], Awaitable[dict[str, UUID]]]
_MINUSES = str.maketrans({"−": "-", "–": "-", "\u00a0": "", " ": ""})


class CodeUnknown(AppError):
    code = "code_unknown"
    kind = Kind.INVALID
    title = gettext_noop("No goods have the SKU or barcode “%(code)s”")


class LineUnclear(AppError):
    code = "line_unclear"
    kind = Kind.INVALID
    title = gettext_noop("Write a code and a number of units: “%(line)s” is not clear")


def read_units(typed: str) -> int:
    """A whole number with an optional sign, spaces between its digits. Raises: QuantityInvalid."""
    text = typed.translate(_MINUSES)
    if len(text) > 11:
        raise QuantityInvalid
    try:
        units = int(text)
    except ValueError:
        raise QuantityInvalid from None
    if abs(units) > LARGEST_QUANTITY:
        raise QuantityInvalid
    return units


def units_of(form: Form, name: str) -> int:
    """Raises: FieldsRefused."""
    try:
        return read_units(form.get(name))
    except QuantityInvalid as error:
        raise FieldsRefused({name: error}) from None


def some_units_of(form: Form, name: str) -> int | None:
    """None where nothing was typed. Raises: FieldsRefused."""
    return units_of(form, name) if form.get(name).strip() else None


def place_of(form: Form, name: str) -> UUID:
    """Raises: WarehouseMissing."""
    found = read_uuid(form.get(name))
    if found is None:
        raise WarehouseMissing
    return found


def date_of(form: Form, name: str) -> date | None:
    """None for an empty field and for what is no date."""
    try:
        return date.fromisoformat(form.get(name).strip())
    except ValueError:
        return None


def degrees_of(form: Form, name: str) -> float | None:
    """Raises: PlaceInvalid."""
    typed = form.get(name).strip().replace(",", ".")
    if not typed:
        return None
    try:
        return float(typed)
    except ValueError:
        raise PlaceInvalid from None


async def lines_of(tx: TenantRead, typed: str, find: Finds = variants_by_code) -> dict[UUID, int]:
    """Of lines that hold a code and then units. Raises: LineUnclear, CodeUnknown."""
    lines = [line.split() for line in typed.splitlines()[: MOST_LINES + 1] if line.strip()]
    counted = [_line(words) for words in lines]
    known = await find(tx, {code for code, _ in counted})
    for code, _ in counted:
        if code not in known:
            raise CodeUnknown(code=code)
    return sum_by_variant((known[code], units) for code, units in counted)


def _line(words: Sequence[str]) -> tuple[str, int]:
    shown = " ".join(words)[:60]
    if len(words) < 2:
        raise LineUnclear(line=shown)
    try:
        return " ".join(words[:-1]), read_units(words[-1])
    except QuantityInvalid:
        raise LineUnclear(line=shown) from None
