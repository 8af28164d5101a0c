"""The file itself: `data.json` for programs and `data.html` for the person, in one archive."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

import msgspec

from kram.kit.i18n import Language, translations
from kram.kit.messages import gettext_noop

_TITLES = {
    "profile": gettext_noop("Profile"),
    "telegram_accounts": gettext_noop("Telegram accounts"),
    "proved": gettext_noop("Proved contacts"),
    "addresses": gettext_noop("Addresses"),
    "notes": gettext_noop("Notes of the shop"),
    "history": gettext_noop("Consents and history"),
    "orders": gettext_noop("Orders"),
    "payments": gettext_noop("Payments"),
    "reviews": gettext_noop("Reviews"),
    "favourites": gettext_noop("Favourites"),
    "cart": gettext_noop("Cart"),
}
"""A section without a title is called as in the JSON."""

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "th,td{border:1px solid #bbb;padding:.3rem .6rem;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}th{background:#f3f3f3;font-weight:600}"
)


def archive(content: Mapping[str, Any], shop_name: str, language: Language, at: datetime) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", msgspec.json.format(msgspec.json.encode(content), indent=2))
        file.writestr("data.html", _page(content, shop_name, language, at))
    return target.getvalue()


def _page(content: Mapping[str, Any], shop_name: str, language: Language, at: datetime) -> str:
    say: Callable[[str], str] = translations(language).gettext
    title = escape(f"{say(gettext_noop('Personal data'))} · {shop_name}")
    sections = "".join(
        f"<h2>{escape(say(_TITLES[name]) if name in _TITLES else name)}</h2>{_shown(value, say)}"
        for name, value in content.items()
    )
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1><p>{at:%Y-%m-%d %H:%M} UTC</p>{sections}</html>"
    )


def _shown(value: Any, say: Callable[[str], str]) -> str:
    match value:
        case Mapping():
            rows = "".join(
                f"<tr><th>{escape(str(name))}</th><td>{_shown(inner, say)}</td></tr>"
                for name, inner in value.items()
            )
            return f"<table>{rows}</table>"
        case str():
            return escape(value)
        case Sequence():
            return "".join(f"<div>{_shown(inner, say)}</div>" for inner in value) or "—"
        case None:
            return "—"
        case _:
            return escape(str(value))
