"""Feeds of marketplaces: their offers as rows, whoever wrote them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.layout import inspect, rows
from kram.integrations.imports.rows import Row
from kram.integrations.imports.sources import MOST_ROWS, Format
from kram.integrations.imports.sources.html import markup_of, text_of
from tests.integrations.imports.test_xlsx import refusal, write

__all__ = ["write"]
Write = Callable[[bytes], Path]

CATEGORIES = (
    '<categories><category id="1">Дім</category>'
    '<category id="2" parentId="1">Посуд / чай</category>'
    '<category id="7" parentId="8">A</category><category id="8" parentId="7">B</category>'
    "</categories>"
)
CUP = (
    '<offer id="11" available="true"><vendorCode>A-1</vendorCode><name>Чашка &amp; блюдце</name>'
    "<price>12.50</price><currencyId>UAH</currencyId><categoryId>2</categoryId>"
    "<quantity_in_stock>3</quantity_in_stock>"
    "<description><![CDATA[<p>Синя</p>\n<ul><li>тепла</li></ul>]]></description></offer>"
)


def feed(offers: str, *, start: str = "", categories: str = CATEGORIES) -> bytes:
    return (
        f"{start}<yml_catalog><shop>{categories}<offers>{offers}</offers></shop></yml_catalog>"
    ).encode()


def read(path: Path) -> list[tuple[int, Row]]:
    return list(rows(path, inspect(path, "uk").columns))


def test_an_offer_is_a_row(write: Write) -> None:
    path = write(feed(CUP))
    assert inspect(path, "uk").format == Format.YML
    [(number, row)] = read(path)
    assert number == 1
    assert row == {
        "sku": "A-1",
        "title": "Чашка & блюдце",
        "price": "12.50",
        "stock": "3",
        "category": "Дім / Посуд // чай",
        "description": "Синя\n\nтепла",
        "variant": "",
        "product": "",
        "currency": "UAH",
    }


@pytest.mark.parametrize(
    "start",
    [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '\n\n<!DOCTYPE yml_catalog SYSTEM "shops.dtd">',
        "\ufeff",
        "<!-- made by hand -->",
    ],
)
def test_usual_beginnings_are_read(write: Write, start: str) -> None:
    assert read(write(feed(CUP, start=start)))[0][1]["sku"] == "A-1"


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-16"])
def test_old_encodings_are_read(write: Write, encoding: str) -> None:
    text = feed(CUP, start=f'<?xml version="1.0" encoding="{encoding}"?>').decode()
    assert read(write(text.encode(encoding)))[0][1]["title"] == "Чашка & блюдце"


def test_offers_of_one_group_are_variants_named_by_size_and_colour(write: Write) -> None:
    offers = "".join(
        f'<offer id="{size}" group_id="5"><name>Coat</name><price>1</price>'
        f'<param name="Розмір">{size}</param><param name="Колір">red</param>'
        '<param name="Матеріал">wool</param></offer>'
        for size in "SM"
    )
    found = [(row["sku"], row["product"], row["variant"]) for _, row in read(write(feed(offers)))]
    # Without an article of its own an offer is known by its id.
    assert found == [("S", "5", "S / red"), ("M", "5", "M / red")]


def test_what_cannot_be_had_now_is_none(write: Write) -> None:
    offers = (
        '<offer id="1" available="false"/><offer id="2" available="true"/>'
        '<offer id="3" available="false"><count>4</count></offer>'
    )
    assert [row["stock"] for _, row in read(write(feed(offers)))] == ["0", "", "4"]


def test_a_name_in_parts_is_joined(write: Write) -> None:
    parts = "<typePrefix>Phone</typePrefix><vendor>Acme</vendor><model>One</model>"
    [(_, row)] = read(write(feed(f'<offer id="1" type="vendor.model">{parts}</offer>')))
    assert row["title"] == "Phone Acme One"


def test_a_tree_that_bites_its_tail_ends(write: Write) -> None:
    [(_, row)] = read(write(feed('<offer id="1"><categoryId>7</categoryId></offer>')))
    assert row["category"].startswith("B / A")
    assert row["category"].count("/") == 19


ENTITY = '<!DOCTYPE yml_catalog [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
LAUGHS = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
HOSTILE = [
    (feed("<offer><name>&c;</name></offer>", start=ENTITY), "is no XML"),
    (feed("&a9;", start=f'<!DOCTYPE yml_catalog [<!ENTITY a0 "ha">{LAUGHS}]>'), "is no XML"),
    (feed("&nbsp;"), "is no XML"),
    (feed("<a>" * 10_000), "is no XML"),
    (feed("<offer><name>" + "x" * 300_000 + "</name></offer>"), "In row 1"),
    (feed("".join(f"<a{n}/>" for n in range(10_000))), "is no XML"),
    (feed(f'<offer id="{"x" * 3_000_000}"/>'), "is no XML"),
    (feed("<offer/>" * (MOST_ROWS + 1)), f"may have {MOST_ROWS} rows"),
    (feed(""), "no rows"),
    (
        feed("", categories="".join(f'<category id="{n}">x</category>' for n in range(20_001))),
        "20000 categories",
    ),
    (b"<html><table><tr><td>sku</td></tr></table></html>", "no YML price list"),
    (b"<?xml version='1.0' encoding='base64'?><yml_catalog/>", "is no XML"),
    (b"<", "is no XML"),
]


@pytest.mark.parametrize(("content", "said"), HOSTILE)
def test_a_hostile_feed_is_refused_with_what_to_do(write: Write, content: bytes, said: str) -> None:
    assert said in refusal(write(content))


def test_an_undeclared_entity_of_a_named_dtd_is_left_out(write: Write) -> None:
    start = '<!DOCTYPE yml_catalog SYSTEM "shops.dtd">'
    [(_, row)] = read(write(feed("<offer><name>A&nbsp;B</name></offer>", start=start)))
    assert row["title"] == "AB"


@given(text=st.text(st.sampled_from("<>&;ab/ #1pxamp\n")) | st.text())
def test_a_description_is_read_back(text: str) -> None:
    assert text_of(markup_of(text)) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a < b & c > d", "a < b & c > d"),
        ("<p>One</p><p>Two<br/>Three</p>", "One\nTwo\nThree\n"),
        ("A&nbsp;B &amp; C", "A B & C"),
        ("<script>alert(1)</script>Tea<style>p{}</style>", "Tea"),
        ("<b>Tea</b> <unclosed", "Tea <unclosed"),
    ],
)
def test_html_is_told_as_text(markup: str, text: str) -> None:
    assert text_of(markup) == text


PIECES = st.sampled_from(
    ["<offer>", "</offer>", '<offer id="1" group_id="2">', "<name>", "</name>", "x", "<price>",
     "</price>", "&amp;", "&a;", "<param name='Size'>", "</param>", "<category id='1'>",
     "</category>", "<categoryId>", "1", "</categoryId>", "<![CDATA[", "]]>", "<!--", "-->"]
)  # fmt: skip
FILES = st.lists(PIECES, max_size=25).map(lambda pieces: feed("".join(pieces))) | st.binary(
    max_size=200
).map(lambda rest: b"<" + rest)


@settings(max_examples=400, deadline=None)
@given(content=FILES)
def test_any_bytes_are_rows_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xml"
    path.write_bytes(content)
    try:
        layout = inspect(path, "uk")
        found = list(rows(path, layout.columns))
    except FileRefused:
        return
    assert len(found) == layout.rows > 0
