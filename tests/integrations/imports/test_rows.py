"""What a row says, what is wrong with it, and which rows make one product."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.integrations.imports import batches as batching
from kram.integrations.imports.batches import Batch, batches
from kram.integrations.imports.cells import harmless, plain
from kram.integrations.imports.fields import tags_text
from kram.integrations.imports.layout import inspect, rows
from kram.integrations.imports.rows import (
    GoodRow,
    RowFault,
    category_path,
    category_text,
    read_row,
)
from kram.kit.money import Money
from kram.shop.catalog.details import clean_tags


def row(**cells: str) -> dict[str, str]:
    return {"sku": "A-1", "title": "Cup", "price": "12.50", **cells}


def good(currency: str = "UAH", **cells: str) -> GoodRow:
    read = read_row(2, row(**cells), currency)
    assert isinstance(read, GoodRow)
    return read


@pytest.mark.parametrize(
    ("price", "currency", "minor"),
    [("12.50", "UAH", 1250), ("1 250,5", "UAH", 125_050), ("0", "UAH", 0), ("500", "JPY", 500)],
)
def test_prices_are_read_exactly(price: str, currency: str, minor: int) -> None:
    assert good(currency, price=price).price == Money(minor, currency)


@pytest.mark.parametrize(
    ("stock", "units"), [("", None), ("0", 0), ("1 000", 1000), ("1\u00a0000", 1000), ("007", 7)]
)
def test_stock_is_read(stock: str, units: int | None) -> None:
    assert good(stock=stock).stock == units


NEGATIVE = "The amount may not be below zero"
UNREADABLE = "Write the amount in digits, for example 1250.50"
UNITS = "Write the stock as a whole number from 0 to 1,000,000,000"
LEVELS = "Use at most 10 levels, each of at most 100 letters"
FAULTS = [
    ("price", "-1", NEGATIVE),
    ("price", "1" + "0" * 18, "The amount is too large: enter a smaller one"),
    ("price", "0.005", "The amount has too many decimals"),
    ("price", "", UNREADABLE),
    ("price", "free", UNREADABLE),
    ("price", "1e3", UNREADABLE),
    ("title", "", "Fill this in"),
    ("status", "maybe", "Write draft, active or archived"),
    ("tags", "a" * 51, "Make this shorter"),
    ("tags", ",".join(map(str, range(51))), "Give at most 50 tags"),
    ("barcode", "4" * 33, "Make this shorter"),
    ("barcode", "4\0", "Remove the invisible character"),
    ("sale_price", "12.50", "A sale price is lower than the price"),
    ("sale_price", "-1", NEGATIVE),
    ("compare_at_price", "much", UNREADABLE),
    ("weight_grams", "0.5", "Give a whole number from 0 up"),
    ("width_mm", "1" + "0" * 10, "Give a whole number from 0 up"),
    ("height_mm", "-1", "Give a whole number from 0 up"),
    ("title", "x" * 201, "Make this shorter"),
    ("title", "a\0b", "Remove the invisible character"),
    ("sku", "", "Fill this in"),
    ("sku", "x" * 65, "Make this shorter"),
    ("variant", "x" * 201, "Make this shorter"),
    ("description", "x" * 20_001, "Make this shorter"),
    ("stock", "-1", UNITS),
    ("stock", "1.5", UNITS),
    ("stock", "1" + "0" * 10, UNITS),
    ("stock", "²", UNITS),
    ("category", "/".join("abcdefghijk"), LEVELS),
    ("category", "x" * 101, LEVELS),
]


@pytest.mark.parametrize(("column", "value", "message"), FAULTS)
def test_a_fault_has_its_row_column_message_and_value(
    column: str, value: str, message: str
) -> None:
    assert read_row(7, row(**{column: value}), "UAH") == [RowFault(7, column, message, value[:200])]


def test_all_faults_of_a_row_are_told_at_once() -> None:
    faults = read_row(2, row(title="", price="-1", stock="x"), "UAH")
    assert isinstance(faults, list)
    assert [fault.column for fault in faults] == ["price", "stock", "title"]


@given(cells=st.fixed_dictionaries({"sku": st.text(), "title": st.text(), "price": st.text()}))
def test_any_row_is_good_or_has_faults(cells: dict[str, str]) -> None:
    read = read_row(2, cells, "UAH")
    assert isinstance(read, GoodRow) or read


# --- categories -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ()),
        (" / ", ()),
        ("Tea", ("Tea",)),
        (" Sport  and  rest /Lamps ", ("Sport and rest", "Lamps")),
        ("Tea // coffee / Green", ("Tea / coffee", "Green")),
        ("a///b", ("a/", "b")),
        ("a/b//c", ("a", "b/c")),
    ],
)
def test_categories_are_paths(text: str, path: tuple[str, ...]) -> None:
    assert category_path(text) == path


WORDS = st.text(st.sampled_from("ab/ Ж"), min_size=1).map(lambda name: " ".join(name.split()))


@given(path=st.lists(WORDS.filter(bool), max_size=4).map(tuple))
def test_a_written_path_is_read_back(path: tuple[str, ...]) -> None:
    assert category_path(category_text(path)) == path


@given(cell=st.text(st.sampled_from("'=+-@\t\rab"), max_size=6))
def test_a_disarmed_cell_is_read_back_and_no_formula(cell: str) -> None:
    assert plain(harmless(cell)) == cell
    assert not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


# --- batches ----------------------------------------------------------------------------------


def batches_of(tmp_path: Path, lines: list[str], after: int = 0) -> list[Batch]:
    path = tmp_path / "goods.csv"
    path.write_text("sku,title,price,product\n" + "".join(f"{line}\n" for line in lines))
    return list(batches(rows(path, inspect(path, "uk").columns), "UAH", after=after))


def skus(batch: Batch) -> list[list[str]]:
    return [[row.sku for row in rows] for rows in batch.goods]


def test_rows_of_one_product_that_follow_each_other_are_its_variants(tmp_path: Path) -> None:
    lines = ["A,Cup,1,cup", "B,Cup,2,cup", "C,Mug,3,", "D,Mug,4,", "E,Cup,5,cup"]
    [batch] = batches_of(tmp_path, lines)
    assert skus(batch) == [["A", "B"], ["C"], ["D"], ["E"]]
    assert (batch.after, batch.rows, batch.faults) == (0, 5, [])


def test_a_bad_row_stops_neither_its_neighbours_nor_its_product(tmp_path: Path) -> None:
    lines = ["A,Cup,x,cup", "B,Cup,2,cup", "C,Cup,3,cup", "D,Mug,-4,", "E,Mug,5,"]
    [batch] = batches_of(tmp_path, lines)
    assert skus(batch) == [["B", "C"], ["E"]]
    assert [(fault.row, fault.column) for fault in batch.faults] == [(2, "price"), (5, "price")]
    assert batch.rows == 5


def test_the_first_of_rows_with_one_sku_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "ROWS_A_BATCH", 2)
    lines = ["A,Cup,1,", "B,Mug,2,", "A,Pot,3,", "C,Jug,4,", "A,Can,5,"]
    found = batches_of(tmp_path, lines)
    assert [skus(batch) for batch in found] == [[["A"], ["B"]], [["C"]], []]
    faults = [fault for batch in found for fault in batch.faults]
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [
        (4, "sku", "A"),
        (6, "sku", "A"),
    ]


def test_reading_goes_on_behind_any_batch_as_if_it_had_not_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "ROWS_A_BATCH", 3)
    lines = [f"S{n % 11},Cup {n},{n - 2},{'ab'[n % 2] if n % 5 else ''}" for n in range(25)]
    whole = batches_of(tmp_path, lines)
    assert sum(batch.rows for batch in whole) == 25
    for place, batch in enumerate(whole):
        assert batches_of(tmp_path, lines, after=batch.after) == whole[place:]


def test_a_product_is_not_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "ROWS_A_BATCH", 2)
    lines = [f"S{n},Cup,1,cup" for n in range(7)] + ["M,Mug,1,"]
    assert [batch.rows for batch in batches_of(tmp_path, lines)] == [7, 1]


def test_a_variant_without_a_name_is_called_by_its_sku(tmp_path: Path) -> None:
    read: list[Any] = [good(variant=""), good(variant="Red")]
    assert [line.variant_row(alone=True).title for line in read] == ["", "Red"]
    assert [line.variant_row(alone=False).title for line in read] == ["A-1", "Red"]


@given(tags=st.lists(st.text("ab,\"' =+", min_size=1, max_size=5), max_size=5))
def test_tags_are_read_back_as_they_were_written(tags: list[str]) -> None:
    kept = clean_tags(tuple(tags))
    assert good(tags=tags_text(kept)).of_product["tags"] == kept


def test_an_empty_cell_takes_away_and_a_missing_column_says_nothing() -> None:
    assert good().of_variant == {}
    told = good(barcode="", sale_price="", weight_grams="", tags="", status="")
    assert told.of_variant == {"barcode": "", "sale_minor": None, "weight_grams": None}
    assert told.of_product == {"tags": []}
