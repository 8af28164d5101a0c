"""Exports of other shop systems come in as they are."""

from pathlib import Path

import pytest

from kram.integrations.imports.batches import batches
from kram.integrations.imports.columns import guessed, headings_key
from kram.integrations.imports.layout import inspect, rows
from kram.integrations.imports.rows import GoodRow

SHOPIFY = (
    "Handle,Title,Body (HTML),Product Category,Option1 Name,Option1 Value,Option2 Name,"
    "Option2 Value,Variant SKU,Variant Inventory Qty,Variant Price,Image Src\n"
    "coat,Coat,<p>Warm &amp; soft</p>,Clothes > Coats,Size,S,Colour,Red,C-S,4,10.00,http://x/1\n"
    "coat,,,,,M,,Red,C-M,5,11.00,http://x/2\n"
    "coat,,,,,,,,,,,http://x/3\n"
    "mug,Mug,,,Title,Default Title,,,MUG,1,5.00,\n"
)
WOOCOMMERCE = (
    "ID,Type,SKU,Name,Visibility in catalog,Description,Stock,Regular price,Categories,Parent\n"
    '7,simple,CUP,Cup,visible,"<b>Blue</b>",3,12.5,"Kitchen > Cups, Sale",\n'
)


def goods(path: Path, text: str) -> list[list[GoodRow]]:
    path.write_text(text)
    [batch] = batches(rows(path, inspect(path, "en").columns), "UAH")
    assert batch.faults == []
    return batch.goods


def test_shopifys_options_tags_and_measures_come_too(tmp_path: Path) -> None:
    text = (
        "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,"
        "Variant Price,Variant Compare At Price,Variant Grams,Variant Barcode,Tags,Status\n"
        'coat,Coat,Size,S,Colour,Red,C-S,10.00,12.00,500,482,"new, warm",active\n'
        "coat,,,M,,Red,C-M,11.00,,,,,\n"
        "mug,Mug,Title,Default Title,,,MUG,5.00,,,,,draft\n"
    )
    [small, medium], [mug] = goods(tmp_path / "shopify.csv", text)
    assert (small.options, small.choice) == (("Size", "Colour"), ("S", "Red"))
    assert (medium.options, medium.choice) == (("Size", "Colour"), ("M", "Red"))
    assert small.of_product == {"tags": ["new", "warm"], "status": "active"}
    assert small.of_variant == {
        "barcode": "482", "compare_at_minor": 1200, "weight_grams": 500,
    }  # fmt: skip
    assert medium.of_variant == {"barcode": "", "compare_at_minor": None, "weight_grams": None}
    assert (mug.options, mug.choice, mug.of_product["status"]) == ((), (), "draft")


def test_kilograms_and_centimetres_are_ours(tmp_path: Path) -> None:
    text = (
        "SKU,Name,Regular price,Sale price,Weight (kg),Length (cm),Published\n"
        "CUP,Cup,12.5,9,0.2505,10,1\nMUG,Mug,1,,,,0\n"
    )
    [cup], [mug] = goods(tmp_path / "woocommerce.csv", text)
    assert cup.of_variant == {"sale_minor": 900, "weight_grams": 251, "length_mm": 100}
    assert (cup.of_product, mug.of_product) == ({"status": "active"}, {"status": "draft"})


def test_shopifys_products_have_their_variants(tmp_path: Path) -> None:
    coat, [mug] = goods(tmp_path / "shopify.csv", SHOPIFY)
    assert [(row.sku, row.title, row.variant, row.price.minor, row.stock) for row in coat] == [
        ("C-S", "Coat", "S / Red", 1000, 4),
        ("C-M", "Coat", "M / Red", 1100, 5),
    ]
    assert {row.category for row in coat} == {("Clothes", "Coats")}
    assert coat[0].description == "Warm & soft"
    assert (mug.sku, mug.variant) == ("MUG", "")


def test_woocommerces_products_have_their_paths(tmp_path: Path) -> None:
    [[cup]] = goods(tmp_path / "woocommerce.csv", WOOCOMMERCE)
    assert (cup.sku, cup.price.minor, cup.stock) == ("CUP", 1250, 3)
    assert (cup.category, cup.description) == (("Kitchen", "Cups"), "Blue")


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["Код товару", "Назва", "Роздрібна ціна"], {"sku": 0, "title": 1, "price": 2}),
        (["id", "Артикул", "Наименование", "Цена"], {"sku": 1, "title": 2, "price": 3}),
        ([" SKU ", "NAME", "Price", "Qty"], {"sku": 0, "title": 1, "price": 2, "stock": 3}),
        (["x", "y"], {}),
    ],
)
def test_headings_are_guessed(headings: list[str], found: dict[str, int]) -> None:
    assert guessed(headings, "uk") == found


def test_the_key_of_headings_is_blind_to_letters_and_our_reasons() -> None:
    assert headings_key(["SKU", " Price "]) == headings_key(["sku", "price", "Помилка"])
    assert headings_key(["sku", "price"]) != headings_key(["price", "sku"])


@pytest.mark.parametrize(
    ("said", "refused"),
    [("UAH", False), ("uah", False), ("грн", False), ("", False), ("USD", True), ("RUR", True)],
)
def test_prices_in_another_currency_are_refused(tmp_path: Path, said: str, refused: bool) -> None:
    path = tmp_path / "goods.csv"
    path.write_text(f"sku,title,price,валюта\nA,Cup,1,{said}\n")
    [batch] = batches(rows(path, inspect(path, "uk").columns), "UAH")
    assert [fault.column for fault in batch.faults] == ["currency"] * refused
