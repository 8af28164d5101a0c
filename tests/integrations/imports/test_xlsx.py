"""Spreadsheets: as their program shows them, and harmless whoever made them."""

import datetime as dt
import io
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.layout import inspect
from kram.integrations.imports.sources import MOST_ROWS, Format, opened
from kram.integrations.imports.sources.values import column_of, escaped, number_text, unescaped

HEADER = ["sku", "title", "price"]
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = f'<workbook {MAIN} xmlns:r="{REL}"><sheets><sheet name="1" r:id="a"/></sheets></workbook>'
RELS = (
    f'<Relationships><Relationship Id="a" Type="{REL}/worksheet" Target="s.xml"/></Relationships>'
)
STRINGS = RELS.replace(
    "</Relationships>",
    f'<Relationship Id="b" Type="{REL}/sharedStrings" Target="t.xml"/></Relationships>',
)
Make = Callable[..., Path]


def excels(fill: Callable[[Workbook], None]) -> bytes:
    """What another program writes."""
    book, file = Workbook(), io.BytesIO()
    fill(book)
    book.save(file)
    return file.getvalue()


def zipped(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def by_hand(rows: str, *, before: str = "", after: str = "", **parts: str) -> bytes:
    sheet = f"{before}<worksheet {MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>"
    files = {"xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": RELS, "xl/s.xml": sheet}
    return zipped(files | {name.replace("__", "/"): text for name, text in parts.items()})


def cell(text: str, place: str = "") -> str:
    return f'<c t="inlineStr"{place}><is><t>{text}</t></is></c>'


HEAD = f"<row>{cell('sku')}{cell('title')}{cell('price')}</row>"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "goods"
        path.write_bytes(content)
        return path

    return write


def records(path: Path) -> list[tuple[int, list[str]]]:
    with opened(path).records() as found:
        return [(number, cells) for number, cells in found]


def refusal(path: Path) -> str:
    with pytest.raises(FileRefused) as refused:
        inspect(path, "uk")
    return refused.value.detail


def test_cells_are_what_their_program_shows(write: Callable[[bytes], Path]) -> None:
    # A spreadsheet knows no zones.
    at_half_past_ten = dt.datetime(2027, 3, 1, 10, 30)  # noqa: DTZ001

    def fill(book: Workbook) -> None:
        sheet: Any = book.active
        sheet.append(["Артикул", "Назва", "Ціна", "Дата", "Є"])
        sheet.append([4820000000123, "Чашка «Ранок»", 19.99, dt.date(2027, 3, 1), True])
        sheet.append(["A-1", "=1+1", 0.1 + 0.2, at_half_past_ten, False])
        sheet.append([])
        sheet.append(["B", "  two\nlines ", 12, None, None])
        sheet["C5"].number_format = '#,##0.00 "грн/day"'

    layout = inspect(path := write(excels(fill)), "uk")
    assert (layout.format, layout.rows) == (Format.XLSX, 3)
    assert layout.columns == {"sku": 0, "title": 1, "price": 2}
    assert records(path)[1:] == [
        (2, ["4820000000123", "Чашка «Ранок»", "19.99", "2027-03-01", "TRUE"]),
        (3, ["A-1", "", "0.3", "2027-03-01 10:30", "FALSE"]),  # a formula nobody has computed
        (5, ["B", "two\nlines", "12"]),
    ]


def test_a_formula_is_its_last_result(write: Callable[[bytes], Path]) -> None:
    row = '<row><c><f>1+1</f><v>2</v></c><c t="str"><f>A1&amp;"x"</f><v>2x</v></c></row>'
    broken = '<row><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    found = records(write(by_hand(HEAD + row + broken)))
    assert [cells for _, cells in found[1:]] == [["2", "2x"], ["#DIV/0!"]]


def test_what_is_merged_downwards_stands_in_every_row(write: Callable[[bytes], Path]) -> None:
    def fill(book: Workbook) -> None:
        sheet: Any = book.active
        for row in (HEADER, ["A", "Cup", 1], ["B", None, 2], ["C", None, 3], ["D", None, 4]):
            sheet.append(row)
        sheet.merge_cells("B2:B4")
        sheet.merge_cells("A6:C6")

    found = [cells for _, cells in records(write(excels(fill)))[1:]]
    assert found == [["A", "Cup", "1"], ["B", "Cup", "2"], ["C", "Cup", "3"], ["D", "", "4"]]


def test_the_first_sheet_that_is_shown_counts(write: Callable[[bytes], Path]) -> None:
    def fill(book: Workbook) -> None:
        first: Any = book.active
        first.append(["secret"])
        first.sheet_state = "hidden"
        second: Any = book.create_sheet("Goods")
        second.append([None])
        second.append(HEADER)
        second.append(["A", "Cup", 1])
        book.active = 1

    assert records(write(excels(fill))) == [(2, HEADER), (3, ["A", "Cup", "1"])]


def test_texts_in_parts_are_joined_and_their_sounds_left_out(
    write: Callable[[bytes], Path],
) -> None:
    strings = (
        f"<sst {MAIN}><si><t>sku</t></si><si><r><t>ti</t></r><r><t>tle</t></r>"
        "<rPh><t>spoken</t></rPh></si><si><t>a_x005F_x0041_b_x000A_c</t></si></sst>"
    )
    row = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row>'
    parts = {"xl___rels__workbook.xml.rels": STRINGS, "xl__t.xml": strings}
    assert records(write(by_hand(row, **parts))) == [(1, ["sku", "title", "a_x0041_b\nc"])]


@given(text=st.text(max_size=30))
def test_escapes_are_read_back(text: str) -> None:
    assert unescaped(escaped(text)) == text.replace("\0", "")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("19.989999999999998", "19.99"),
        ("4.8200000001230E12", "4820000000123"),
        ("1E-3", "0.001"),
        ("0.30000000000000004", "0.3"),
        ("-5", "-5"),
        ("1e999", "1e999"),
        ("1" * 400, "1" * 400),
        ("x", "x"),
    ],
)
def test_numbers_have_fifteen_digits(raw: str, shown: str) -> None:
    assert number_text(raw) == shown


def test_columns_have_letters() -> None:
    assert [column_of(name) for name in ("A1", "Z9", "AA1", "XFD1", "1", "", "a1")] == [
        0, 25, 26, 16383, -1, -1, -1,
    ]  # fmt: skip


# --- files made to harm -----------------------------------------------------------------------

ENTITY = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
WIDE = f"<row>{cell('x', ' r=' + chr(34) + 'XFD2' + chr(34))}</row>"
HOSTILE = [
    (by_hand("<row></c></row>"), "damaged"),
    (by_hand(HEAD + f"<row>{cell('&a;')}</row>", before=ENTITY), "damaged"),
    (by_hand(HEAD, before='<!DOCTYPE x SYSTEM "http://127.0.0.1/x">'), "damaged"),
    (by_hand(HEAD + "<a>" * 100 + "</a>" * 100), "damaged"),
    (by_hand(HEAD + '<row r="9999999999999999999999"/>'), "damaged"),
    (by_hand(HEAD + '<row r="1"/>'), "damaged"),
    (by_hand(HEAD + '<row><c t="s"><v>99999999999</v></c></row>'), "damaged"),
    (by_hand(HEAD + WIDE), "no rows"),
    (by_hand(HEAD + f"<row>{cell('x' * 100_001)}</row>"), "In row 2"),
    (by_hand(HEAD + "<row>" + cell("x" * 90_000) * 3 + "</row>"), "In row 2"),
    (by_hand(""), "Columns missing"),
    (zipped({"xl/workbook.bin": b"x"}), "save it as XLSX or CSV"),
    (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "save it as XLSX"),
    (zipped({"xl/workbook.xml": BOOK}), "damaged"),
    (zipped({"xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": RELS}), "damaged"),
    (b"PK\x03\x04" + b"\0" * 100, "damaged"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "without a password"),
]


@pytest.mark.parametrize(("content", "said"), HOSTILE)
def test_a_hostile_file_is_refused_with_what_to_do(
    write: Callable[[bytes], Path], content: bytes, said: str
) -> None:
    assert said in refusal(write(content))


def test_a_locked_part_is_refused(write: Callable[[bytes], Path]) -> None:
    content = bytearray(by_hand(HEAD))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := content.find(mark, start + 1)) >= 0:
            content[start + offset] |= 1
    assert "password" in refusal(write(bytes(content)))


def bomb() -> bytes:
    return by_hand(HEAD + "<row>" + " " * 10**8 * 6 + "</row>")


def listed() -> bytes:
    """A table of contents of a million entries, and no file behind it."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, *[0] * 14)
    entries = entry * 400_000
    return entries + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, len(entries), 0, 0)


MEASURE = """
import resource, sys
from pathlib import Path
from kram.integrations.imports.layout import inspect
from kram.integrations.imports.errors import FileRefused
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    print(inspect(Path(sys.argv[1]), "uk").rows)
except FileRefused as refused:
    print(refused.detail)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""

LARGE = [
    (bomb, "too large inside"),
    (lambda: b"PK" + listed(), "damaged"),
    (lambda: by_hand(HEAD + "<row><c><v>1</v></c></row>" * 10**6), f"may have {MOST_ROWS} rows"),
    (lambda: by_hand(HEAD + f"<a b='{'x' * 10**8}'/>"), "damaged"),
    (lambda: by_hand(HEAD + "".join(f"<a{n}/>" for n in range(10**6))), "damaged"),
    (lambda: by_hand(HEAD + f"<row>{cell('x' * 10**8)}</row>"), "In row 2"),
    (lambda: by_hand(HEAD + WIDE.replace("XFD", "IV") * 50_000), "50000"),
    (
        lambda: by_hand(HEAD + ("<row>" + '<c t="s"><v>0</v></c>' * 2 + "</row>") * 90_000, **{
            "xl___rels__workbook.xml.rels": STRINGS,
            "xl__t.xml": f"<sst><si><t>{'x' * 90_000}</t></si></sst>",
        }),
        "too large inside",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "said"), LARGE)
def test_a_bomb_is_refused_soon_and_in_little_memory(
    write: Callable[[bytes], Path], content: Callable[[], bytes], said: str
) -> None:
    path, started = write(content()), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    told, megabytes = done.stdout.strip().rsplit("\n", 1)
    assert said in told
    assert int(megabytes) <= 40
    assert time.monotonic() - started < 20


# --- whatever the bytes are -------------------------------------------------------------------

PIECES = st.sampled_from(
    ["<row>", "</row>", '<row r="3">', '<c r="B2">', '<c t="s">', '<c s="1">', "</c>", "<v>", "1",
     "</v>", "<is>", "<t>", "</t>", "</is>", '<c t="inlineStr">', "x", "&amp;", "&a;", "-1e5",
     "<f>"]
)  # fmt: skip
SOUND = excels(lambda book: book.active.append(HEADER) or book.active.append(["A", "Cup", 1]))  # type: ignore[union-attr, func-returns-value]


def mangled(places: list[tuple[int, int]]) -> bytes:
    content = bytearray(SOUND)
    for place, value in places:
        content[place % len(content)] = value
    return bytes(content)


FILES = (
    st.lists(PIECES, max_size=30).map(lambda pieces: by_hand(HEAD + "".join(pieces)))
    | st.lists(st.tuples(st.integers(0, 10**5), st.integers(0, 255)), max_size=8).map(mangled)
    | st.integers(0, len(SOUND)).map(lambda end: SOUND[:end])
    | st.binary(max_size=200).map(lambda rest: b"PK\x03\x04" + rest)
)


@settings(max_examples=400, deadline=None)
@given(content=FILES)
def test_any_bytes_are_rows_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    path.write_bytes(content)
    try:
        layout = inspect(path, "uk")
    except FileRefused:
        return
    assert len(records(path)) == layout.rows + 1 > 1
