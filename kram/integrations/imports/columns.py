"""Which column is which: headings as spreadsheets, shop systems and feeds write them."""

from collections.abc import Mapping, Sequence

from kram.integrations.imports.errors import ColumnsRefused, FileRefused
from kram.kit.errors import FieldError
from kram.kit.messages import gettext_noop
from kram.kit.text import line

COLUMNS = (
    *("sku", "title", "price", "stock", "category", "description", "product"),
    *("option1", "variant", "option2", "variant2", "option3", "variant3"),
    *("barcode", "tags", "status", "compare_at_price", "sale_price", "cost_price"),
    *("weight_grams", "length_mm", "width_mm", "height_mm"),
)
"""Our names, in the order in which an export writes them. `variant` to `variant3` are a variant's
values of the options that `option1` to `option3` name; without those, parts of its name."""

MORE_COLUMNS = ("currency",)
"""The currency that prices are in."""

NUMBERS = frozenset(
    (
        *("price", "stock", "compare_at_price", "sale_price", "cost_price"),
        *("weight_grams", "length_mm", "width_mm", "height_mm"),
    )
)

REQUIRED = ("sku", "title", "price")
REASONS = ("error", "помилка", "ошибка")
"""Headings of the column that we add to rows given back: no part of the file."""

_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "sku": (
        *("sku", "variant sku", "артикул", "vendorcode", "vendor code", "код", "код товара"),
        *("код товару", "код_товару", "код_товара", "product code", "item code", "id"),
    ),
    "title": (
        *("title", "name", "название", "назва", "наименование", "найменування", "назва товару"),
        *("название товара", "product name", "назва_позиції", "название_позиции"),
    ),
    "price": (
        *("price", "variant price", "цена", "ціна", "regular price", "цена продажи"),
        *("ціна продажу", "роздрібна ціна", "розничная цена", "price, uah", "ціна, грн"),
    ),
    "stock": (
        *("stock", "quantity", "остаток", "залишок", "количество", "кількість", "qty"),
        *("variant inventory qty", "on hand", "в наличии", "в наявності", "наличие", "наявність"),
    ),
    "category": (
        *("category", "категория", "категорія", "product category", "categories", "группы"),
        *("раздел", "розділ", "категории", "категорії", "назва_групи", "название_группы"),
    ),
    "description": ("description", "описание", "опис", "body (html)", "short description"),
    "variant": (
        *("variant", "вариант", "варіант", "option1 value", "attribute 1 value(s)"),
        *("модификация", "модифікація", "характеристика"),
    ),
    "product": ("product", "group", "товар", "группа", "група", "handle", "parent", "group_id"),
    "variant2": ("variant2", "option2 value", "attribute 2 value(s)"),
    "variant3": ("variant3", "option3 value", "attribute 3 value(s)"),
    "option1": ("option1", "option1 name", "attribute 1 name", "опція 1", "опция 1"),
    "option2": ("option2", "option2 name", "attribute 2 name", "опція 2", "опция 2"),
    "option3": ("option3", "option3 name", "attribute 3 name", "опція 3", "опция 3"),
    "barcode": (
        *("barcode", "variant barcode", "штрихкод", "штрих-код", "ean", "gtin", "upc"),
        "gtin, upc, ean, or isbn",
    ),
    "tags": ("tags", "теги", "мітки", "метки"),
    "status": ("status", "статус", "published", "опубліковано", "опубликовано"),
    "compare_at_price": (
        *("compare_at_price", "variant compare at price", "compare at price", "oldprice"),
        *("стара ціна", "старая цена"),
    ),
    "sale_price": (
        *("sale_price", "sale price", "ціна зі знижкою", "акційна ціна", "цена со скидкой"),
        "акционная цена",
    ),
    "cost_price": (
        *("cost_price", "cost per item", "собівартість", "себестоимость"),
        *("закупівельна ціна", "закупочная цена"),
    ),
    "weight_grams": (
        *("weight_grams", "variant grams", "weight (kg)", "вага, г", "вес, г"),
        *("вага, кг", "вес, кг", "вага (кг)", "вес (кг)"),
    ),
    "length_mm": ("length_mm", "length (cm)", "довжина, см", "длина, см"),
    "width_mm": ("width_mm", "width (cm)", "ширина, см"),
    "height_mm": ("height_mm", "height (cm)", "висота, см", "высота, см"),
    "currency": ("currency", "валюта", "currencyid"),
}
_TRANSLATED = ("title", "category", "description")
_MOST_SHOWN = 20


def guessed(headings: Sequence[str], language: str) -> dict[str, int]:
    """Our names with their places in a row; of two columns alike the first one counts.

    `title_uk` is taken before `title` in a shop that speaks Ukrainian.
    """
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        places.setdefault(line(heading).lower(), place)
    found = {name: _place(name, places, language) for name in (*COLUMNS, *MORE_COLUMNS)}
    return {name: place for name, place in found.items() if place is not None}


def check_complete(columns: Mapping[str, int], headings: Sequence[str]) -> None:
    """Raises: FileRefused, naming the columns that are missing and those that were found."""
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise FileRefused(
            gettext_noop("Columns missing: %(missing)s. The first line of the file has: %(found)s"),
            missing=", ".join(missing),
            found=_shown(headings),
        )


def check_chosen(columns: Mapping[str, int], headings: Sequence[str]) -> None:
    """What a person chose. Raises: ColumnsRefused, by fields."""
    errors = [
        FieldError(f"/columns/{name}", "required", gettext_noop("Choose the column of the file"))
        for name in REQUIRED
        if name not in columns
    ]
    for name, place in columns.items():
        if name not in _SPELLINGS:
            detail = gettext_noop("There is no such field")
            errors.append(FieldError(f"/columns/{name[:50]}", "unknown_field", detail))
        elif not 0 <= place < len(headings):
            detail = gettext_noop("The file has no such column")
            errors.append(FieldError(f"/columns/{name}", "unknown_column", detail))
    if errors:
        raise ColumnsRefused(errors=errors)


def headings_key(headings: Sequence[str]) -> str:
    """The same for the same headings, whatever their letters: what was chosen once is kept by it.

    A file that came back with reasons and was mended is the same file.
    """
    own = [line(heading).casefold() for heading in headings]
    return "\x1f".join(heading for heading in own if heading not in REASONS)[:_LONGEST_KEY]


_LONGEST_KEY = 2000


def _place(name: str, places: Mapping[str, int], language: str) -> int | None:
    spellings = _SPELLINGS[name]
    if name in _TRANSLATED:
        spellings = (*(f"{spelling}_{language}" for spelling in spellings), *spellings)
    return next((places[spelling] for spelling in spellings if spelling in places), None)


def _shown(headings: Sequence[str]) -> str:
    found = [heading.strip()[:50] for heading in headings if heading.strip()]
    return ", ".join(found[:_MOST_SHOWN]) or "—"
