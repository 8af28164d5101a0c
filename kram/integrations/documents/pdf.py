"""HTML of a document to PDF."""

import logging
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TextStyle

from kram.integrations.documents.fonts import font_files

_FAMILY = "Noto"
_MARGIN_MM = 15
_SMALL, _NORMAL = 8, 10
_TITLE = TextStyle(font_family=_FAMILY, font_size_pt=18, color="#000000", b_margin=2)
# It warns of a table in Noto Sans that only the tools of its makers read.
logging.getLogger("fontTools.subset").setLevel(logging.ERROR)


class _Sheet(FPDF):
    """A4 with the document's name and the page's number below."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-_MARGIN_MM)
        self.set_font(_FAMILY, size=_SMALL)
        self.set_text_color(120, 120, 120)
        text = f"{self.foot} · {self.page_no()}/{{nb}}"
        self.cell(0, 8, text, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def pdf_of(html: str, name: str, at: datetime) -> bytes:
    """The same bytes for the same arguments. Blocks for some tenths of a second."""
    sheet = _Sheet(format="A4")
    for style, path in font_files().items():
        sheet.add_font(_FAMILY, style, Path(path))
    sheet.foot = name
    sheet.set_title(name)
    sheet.set_creation_date(at)
    sheet.set_margin(_MARGIN_MM)
    sheet.set_auto_page_break(True, margin=2 * _MARGIN_MM)
    sheet.add_page()
    sheet.set_font(_FAMILY, size=_NORMAL)
    sheet.write_html(html, font_family=_FAMILY, tag_styles={"h1": _TITLE})
    return bytes(sheet.output())
