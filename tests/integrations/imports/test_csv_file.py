"""Files as they come: read, or refused with what to do, in little memory."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kram.integrations.imports.columns import check_complete
from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.layout import Layout, inspect, rows
from kram.integrations.imports.rows import Row
from kram.integrations.imports.sources import MOST_ROWS

HEADER = "sku,title,price\n"
Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: bytes) -> Path:
        path = tmp_path / "goods.csv"
        path.write_bytes(content)
        return path

    return write


def read(path: Path, language: str = "uk") -> tuple[Layout, list[tuple[int, Row]]]:
    layout = inspect(path, language)
    check_complete(layout.columns, layout.headings)
    return layout, list(rows(path, layout.columns))


def refusal(path: Path) -> str:
    with pytest.raises(FileRefused) as refused:
        read(path)
    return refused.value.detail


TABLE = "Артикул;Назва;Ціна;Залишок\r\nA-1;Чашка «Ранок»;12,50;3\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_excels_encodings_are_read(write: Write, encoding: str) -> None:
    layout, found = read(write(TABLE.encode(encoding)))
    assert (layout.format, layout.rows) == ("csv", 1)
    row = {"sku": "A-1", "title": "Чашка «Ранок»", "price": "12,50", "stock": "3"}
    assert found == [(2, row)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(write: Write, delimiter: str) -> None:
    text = "sku,title,price\nA,Cup,1\n".replace(",", delimiter)
    assert read(write(text.encode()))[1] == [(2, {"sku": "A", "title": "Cup", "price": "1"})]


def test_columns_of_the_shops_language_come_first(write: Write) -> None:
    path = write("sku,title_ru,title_uk,price\nA,Чашка,Горнятко,1\n".encode())
    assert [row["title"] for _, row in read(path, "uk")[1]] == ["Горнятко"]
    assert [row["title"] for _, row in read(path, "ru")[1]] == ["Чашка"]
    assert "title" in refusal(write("sku,title_ru,price\nA,Чашка,1\n".encode()))


def test_rows_are_numbered_as_a_spreadsheet_does(write: Write) -> None:
    layout, found = read(write(b"\xef\xbb\xbfsku,title,price\nA,Cup,1\n\n,,\nB,Mug,2\n"))
    assert layout.rows == 2
    assert [number for number, _ in found] == [2, 5]


def test_short_and_long_rows_are_read(write: Write) -> None:
    _, found = read(write(b"sku,title,price\nA\nB,Mug,2,more,and more\n"))
    assert [row for _, row in found] == [
        {"sku": "A", "title": "", "price": ""},
        {"sku": "B", "title": "Mug", "price": "2"},
    ]


def test_cells_may_have_lines_and_quotes(write: Write) -> None:
    path = write(b'sku,title,price,description\nA,"Cup ""Red""",1,"one\r\ntwo"\n')
    [(_, row)] = read(path)[1]
    assert (row["title"], row["description"]) == ('Cup "Red"', "one\r\ntwo")


def test_disarmed_formulas_are_themselves_again(write: Write) -> None:
    [(_, row)] = read(write(b"sku,title,price\n'-1,'=Cup,'+1\n"))[1]
    assert row == {"sku": "-1", "title": "=Cup", "price": "+1"}


def test_of_two_columns_alike_the_first_counts(write: Write) -> None:
    [(_, row)] = read(write(b"sku,title,price,PRICE\nA,Cup,1,2\n"))[1]
    assert row["price"] == "1"


REFUSED = [
    (b"", "empty"),
    (b"\xef\xbb\xbf", "first line of the file has: —"),
    (b"\n\n\n", "first line of the file has: —"),
    (HEADER.encode(), "no rows"),
    ((HEADER + ",,\n\n").encode(), "no rows"),
    (b"sku,name\nA,Cup\n", "Columns missing: price"),
    (
        b"A,Cup,1\nB,Mug,2\n",
        "Columns missing: sku, title, price. The first line of the file has: A",
    ),
    (b"PK\x03\x04 a zip", "spreadsheet is damaged"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old one", "save it as XLSX"),
    ((HEADER + "A,Cup,1\n").encode("utf-16-le"), "UTF-8"),
    ((HEADER + "A,Cup,1\n").encode("utf-32"), "UTF-8"),
    (bytes(range(256)) * 10, "UTF-8"),
    (b"\xff\xfe\x00", "UTF-8"),
    (HEADER.encode() + b"A,\x98,1\n", "UTF-8"),
    (HEADER.encode() + b'A,"Cup,1\n' + b"B,Mug,1\n" * 30_000, "quote is never closed"),
]


@pytest.mark.parametrize(("content", "said"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(
    write: Write, content: bytes, said: str
) -> None:
    assert said in refusal(write(content))


# --- memory and time --------------------------------------------------------------------------

MEASURE = """
import resource, sys
from pathlib import Path
from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.layout import inspect
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    inspect(Path(sys.argv[1]), "uk")
except FileRefused as refused:
    print(refused.detail)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def measured(path: Path) -> tuple[str, int, float]:
    """(refusal, MB that reading took at its peak, seconds)."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    refused, megabytes = done.stdout.strip().rsplit("\n", 1)
    return refused, int(megabytes), time.monotonic() - started


LARGE = [
    (HEADER.encode() + b"A,Cup,1\n" * 10**6, f"may have {MOST_ROWS} rows"),
    (HEADER.encode() + b"A," + b"x" * 10_000_000 + b",1\n", "Near line 2"),
    (HEADER.encode() + b'A,"' + b"x\n" * 5_000_000 + b'",1\n', "a cell is too long"),
    (HEADER.encode() + b"," * 10_000_000, "Near line 2"),
    (HEADER.encode() + b'"\n",' * 2_000_000, "too long"),
    (b"," * 10_000_000, "Near line 1"),
    (b"sku" * 5_000_000, "Near line 1"),
]


@pytest.mark.parametrize(("content", "said"), LARGE)
def test_a_huge_file_is_refused_soon_and_in_little_memory(
    write: Write, content: bytes, said: str
) -> None:
    refused, megabytes, seconds = measured(write(content))
    assert said in refused
    assert megabytes <= 30
    assert seconds < 20


# --- whatever the bytes are -------------------------------------------------------------------

NAMES = st.sampled_from(["sku", "title", "price", "stock", "Назва", "x", ""])
CELLS = st.text(max_size=20) | st.sampled_from(['"', '""', "'=1", "1,5", "\r", "\n", "\x00", ";"])
LINES = st.lists(CELLS, max_size=6).map(",".join)
FILES = st.binary(max_size=300) | st.builds(
    lambda header, lines, end, encoding: end.join([",".join(header), *lines]).encode(
        encoding, "ignore"
    ),
    st.lists(NAMES, max_size=6),
    st.lists(LINES, max_size=8),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-32", "koi8-r"]),
)


@settings(max_examples=400, deadline=None)
@given(content=FILES)
def test_any_bytes_are_rows_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    try:
        layout, found = read(path)
    except FileRefused:
        return
    assert len(found) == layout.rows > 0
    assert all({"sku", "title", "price"} <= row.keys() for _, row in found)
