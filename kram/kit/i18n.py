"""Interface words in uk, ru and en, from gettext catalogues compiled when they are first needed.

Msgids are English. Catalogues are edited as `locale/*/LC_MESSAGES/kram.po`, kept up to date by
`scripts/messages.py`, and never committed in compiled form.
"""

import re
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal, TypeGuard

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment

from kram.kit.errors import filled

Language = Literal["uk", "ru", "en"]

LANGUAGES: tuple[Language, ...] = ("uk", "ru", "en")
LOCALE = Path(__file__).parents[2] / "locale"

# Languages whose speakers read Russian more often than English, while we do not speak theirs.
_NEAREST: dict[str, Language] = dict.fromkeys(
    ("az", "be", "hy", "kk", "ky", "tg", "tk", "tt", "uz"), "ru"
)
_RANGE = re.compile(
    r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=(0(?:\.\d{1,3})?|1(?:\.0*)?))?\s*"
)


@cache
def translations(language: Language) -> GNUTranslations:
    """The catalogue, for `gettext`, `ngettext`, `pgettext` or a template environment."""
    with (LOCALE / language / "LC_MESSAGES" / "kram.po").open("rb") as source:
        return compiled(source.read(), language)


def compiled(po: bytes, language: str) -> GNUTranslations:
    """Fuzzy and empty entries are left out: the msgid is shown instead of a guess."""
    binary = BytesIO()
    write_mo(binary, read_po(BytesIO(po), locale=language))
    binary.seek(0)
    return GNUTranslations(binary)


class Translator:
    """What code uses to speak: `%(name)s` in a message is filled from the keyword arguments."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._words = translations(language)

    def gettext(self, message: str, **values: object) -> str:
        return filled(self._words.gettext(message), values)

    def ngettext(self, one: str, many: str, count: int, **values: object) -> str:
        return filled(self._words.ngettext(one, many, count), {"count": count, **values})

    def pgettext(self, context: str, message: str, **values: object) -> str:
        return filled(self._words.pgettext(context, message), values)


def install_words(environment: Environment, language: Language) -> None:
    """Gives templates `_()`, `gettext()`, `ngettext()` and `{% trans %}` in one language."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations(language), newstyle=True
    )


def is_spoken(code: str) -> TypeGuard[Language]:
    return code in LANGUAGES


def nearest(code: str | None, default: Language) -> Language:
    """Our language for a tag such as "uk-UA" or "kk" (Telegram's `language_code`)."""
    primary = (code or "").split("-")[0].split("_")[0].lower()
    if is_spoken(primary):
        return primary
    return _NEAREST.get(primary, default)


def negotiate(accept_language: str | None, default: Language) -> Language:
    """Our language for an Accept-Language header (RFC 9110): the most wanted that we speak.

    Only when none is, the nearest one to the most wanted counts.
    """
    wanted = _wanted((accept_language or "")[:200])
    spoken = (code for code in wanted if is_spoken(code))
    return next(spoken, None) or nearest(next(iter(wanted), None), default)


def _wanted(header: str) -> list[str]:
    found = [match for part in header.split(",") if (match := _RANGE.fullmatch(part))]
    weighted = [(float(match[2] or 1), match[1].lower()) for match in found]
    ordered = sorted(weighted, key=lambda pair: -pair[0])
    return [code for weight, code in ordered if weight > 0]
