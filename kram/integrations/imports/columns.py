"""Which column is which: headers in three languages, as spreadsheets of shops have them."""

from collections.abc import Mapping, Sequence

from kram.integrations.imports.errors import FileRefused
from kram.kit.messages import gettext_noop

COLUMNS = ("sku", "title", "price", "stock", "category", "description", "variant", "product")
"""Our names, in the order in which an export writes them."""

REQUIRED = ("sku", "title", "price")
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "sku": ("sku", "артикул", "код", "код товара", "код товару"),
    "title": ("title", "name", "название", "назва", "наименование", "найменування"),
    "price": ("price", "цена", "ціна"),
    "stock": ("stock", "quantity", "остаток", "залишок", "количество", "кількість"),
    "category": ("category", "категория", "категорія"),
    "description": ("description", "описание", "опис"),
    "variant": ("variant", "вариант", "варіант"),
    "product": ("product", "group", "товар", "группа", "група"),
}
_TRANSLATED = ("title", "category", "description")
_MOST_SHOWN = 20


def columns_of(header: Sequence[str], language: str) -> dict[str, int]:
    """Our names with their places in a row; of two columns alike the first one counts.

    `title_uk` is taken before `title` in a shop that speaks Ukrainian.
    Raises: FileRefused, naming the columns that are missing and those that were found.
    """
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        places.setdefault(cell.strip().lower(), place)
    columns: dict[str, int] = {}
    for name in COLUMNS:
        found = _place(name, places, language)
        if found is not None:
            columns[name] = found
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise FileRefused(
            gettext_noop("Columns missing: %(missing)s. The first line of the file has: %(found)s"),
            missing=", ".join(missing),
            found=_shown(header),
        )
    return columns


def _place(name: str, places: Mapping[str, int], language: str) -> int | None:
    spellings = _SPELLINGS[name]
    if name in _TRANSLATED:
        spellings = (*(f"{spelling}_{language}" for spelling in spellings), *spellings)
    return next((places[spelling] for spelling in spellings if spelling in places), None)


def _shown(header: Sequence[str]) -> str:
    found = [cell.strip()[:50] for cell in header if cell.strip()]
    return ", ".join(found[:_MOST_SHOWN]) or "—"
