"""Descriptions that other shops keep as HTML, as plain text and back."""

import html
import re

_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z]\w*);")
_SILENT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def text_of(markup: str) -> str:
    """Plain text stays as it is: only what has tags or entities is taken for HTML."""
    if not _MARKUP.search(markup):
        return markup
    silent = _SILENT.sub("", markup)
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", silent))).replace("\xa0", " ")


def markup_of(text: str) -> str:
    """What `text_of` reads back as that text."""
    return html.escape(text, quote=False) if _MARKUP.search(text) else text
