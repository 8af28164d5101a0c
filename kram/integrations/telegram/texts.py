"""Messages from templates, in a person's language, as Telegram's HTML."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kram.kit.errors import AppError, filled
from kram.kit.i18n import LANGUAGES, Language, Translator, install_words, is_spoken
from kram.kit.money import Money
from kram.kit.money_text import format_money


@dataclass(frozen=True, slots=True)
class Words:
    """Everything Kram says in one language. Called with a msgid it gives plain text."""

    language: Language
    translator: Translator
    templates: Environment

    def __call__(self, message: str, **values: object) -> str:
        return self.translator.gettext(message, **values)

    def html(self, message: str, **values: object) -> str:
        """The msgid's text for a message of its own; `values` are plain and get escaped."""
        return self(message, **{name: escape(str(value)) for name, value in values.items()})

    def render(self, template: str, **context: object) -> str:
        """A template of `templates/bot/`; values are escaped."""
        text = self.templates.get_template(template).render(**context)
        return "\n".join(line.rstrip() for line in text.strip().splitlines())

    def refusal(self, error: AppError) -> str:
        return filled(self(error.message), error.extra)


class Texts:
    """All languages' templates, from the folder `templates/bot`, compiled once per process."""

    def __init__(self, folder: Path) -> None:
        self._words = {
            language: Words(language, Translator(language), _environment(folder, language))
            for language in LANGUAGES
        }

    def words(self, language: str) -> Words:
        """English for a language that we do not speak."""
        return self._words[language if is_spoken(language) else "en"]


def _environment(folder: Path, language: Language) -> Environment:
    templates = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    install_words(templates, language)

    def money(minor: int, currency: str) -> str:
        return format_money(Money(minor, currency), language, trim_zeros=True)

    def local_time(moment: datetime, zone: str) -> str:
        return format_datetime(moment, "d MMM, HH:mm", tzinfo=ZoneInfo(zone), locale=language)

    templates.globals.update(money=money, local_time=local_time)
    return templates
