"""Refused rows go back as they came, and come in once they are mended."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kram.integrations.imports.batches import batches
from kram.integrations.imports.layout import inspect, rows
from kram.integrations.imports.refused_rows import write_refused
from kram.integrations.imports.sources import Format, opened
from kram.integrations.imports.writers import table
from tests.integrations.imports.test_yml import CUP, feed

TABLE = [
    ["A", "=Cup", "1", "", "note"],
    ["B", "Mug", "-1", "", "'=x"],
    ["C", "Coat", "1", "coat", ""],
    ["D", "Coat", "free", "coat", ""],
    ["E", "Coat", "1", "coat", ""],
    ["F", "Pot", "1", "pot", "_x0041_"],
]
HEADINGS = ["sku", "title", "price", "product", "Note"]


def made(path: Path, format_: Format) -> Path:
    with path.open("wb") as file:
        writer = table(format_, file, HEADINGS)
        for row in TABLE:
            writer.write(row)
        writer.close()
    return path


def records(path: Path) -> list[list[str]]:
    with opened(path).records() as found:
        return [cells for _, cells in found]


@pytest.mark.parametrize("format_", [Format.CSV, Format.XLSX])
def test_a_table_is_read_back(tmp_path: Path, format_: Format) -> None:
    found = records(made(tmp_path / "goods", format_))
    assert [cells + [""] * (5 - len(cells)) for cells in found] == [HEADINGS, *TABLE]


@pytest.mark.parametrize("format_", [Format.CSV, Format.XLSX])
def test_refused_rows_go_back_with_their_products_and_reasons(
    tmp_path: Path, format_: Format
) -> None:
    path = made(tmp_path / "goods", format_)
    columns = inspect(path, "uk").columns
    back = tmp_path / "back"
    with back.open("wb") as file:
        assert write_refused(path, columns, {3: "=bad", 5: "no price"}, "Помилка", file) == format_
    found = [cells + [""] * (6 - len(cells)) for cells in records(back)]
    assert found == [
        ["Помилка", *HEADINGS],
        ["=bad", *TABLE[1]],
        ["", *TABLE[2]],
        ["no price", *TABLE[3]],
        ["", *TABLE[4]],
    ]
    # Sent as they are they fail again, and their reasons do not pile up.
    again = inspect(back, "uk")
    faults = [b.faults for b in batches(rows(back, again.columns), "UAH")]
    assert [fault.row for fault in faults[0]] == [2, 4]
    twice = io.BytesIO()
    write_refused(back, again.columns, {2: "worse"}, "Error", twice)
    (tmp_path / "twice").write_bytes(twice.getvalue())
    assert records(tmp_path / "twice")[0] == ["Error", *HEADINGS]


def test_a_feeds_rows_go_back_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_bytes(feed(CUP + CUP))
    back = io.BytesIO()
    columns = inspect(path, "uk").columns
    assert write_refused(path, columns, {2: "twice"}, "Error", back) == Format.CSV
    (tmp_path / "back").write_bytes(back.getvalue())
    layout = inspect(tmp_path / "back", "uk")
    assert (layout.rows, layout.format) == (1, Format.CSV)
    [(_, row)] = rows(tmp_path / "back", layout.columns)
    assert (row["sku"], row["stock"], row["category"]) == ("A-1", "3", "Дім / Посуд // чай")


def test_another_program_reads_our_spreadsheets(tmp_path: Path) -> None:
    path = tmp_path / "goods.xlsx"
    with path.open("wb") as file:
        writer = table(Format.XLSX, file, ["sku", "price"], {"price"})
        writer.write(["=1+1", "12.50"])
        writer.write([" a<&>\x0b\ufffeЖ ", ""])
        writer.close()
    sheet = load_workbook(path).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0] == ["sku", "price"]
    assert cells[1][1] == 12.5
    assert sheet["A2"].data_type == "s"
    assert cells[1][0] == "=1+1"
    assert cells[2][0].startswith(" a<&>")
