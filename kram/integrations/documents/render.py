"""A paper's template, filled and drawn."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kram.integrations.documents.content import Paper
from kram.integrations.documents.errors import PaperLate
from kram.integrations.documents.pdf import pdf_of
from kram.kit.i18n import LANGUAGES, Language, install_words
from kram.kit.money import Money
from kram.kit.money_text import format_money

SECONDS = 10.0
"""An order has at most 100 lines: more than this means that something is wrong."""
_MOST_AT_ONCE = 2
"""Drawing keeps a processor busy; the others wait for their turn within their time."""

TEMPLATES = Path(__file__).parents[3] / "templates" / "documents"


class Papers:
    def __init__(self) -> None:
        self._environments = {language: _environment(language) for language in LANGUAGES}
        self._turns = asyncio.Semaphore(_MOST_AT_ONCE)

    def html(self, paper: Paper, timezone: str) -> str:
        language = paper.language if paper.language in self._environments else "en"
        template = self._environments[language].get_template(paper.template)
        return template.render(paper.content, at=paper.at, zone=ZoneInfo(timezone))

    async def pdf(self, paper: Paper, timezone: str) -> bytes:
        """Raises: PaperLate."""
        html = self.html(paper, timezone)
        try:
            async with asyncio.timeout(SECONDS), self._turns:
                return await asyncio.to_thread(pdf_of, html, paper.name, paper.at)
        except TimeoutError as error:
            raise PaperLate(retry_after=5) from error


@cache
def papers() -> Papers:
    """This process' one: what it draws at once is limited over all doors."""
    return Papers()


def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install_words(environment, language)
    environment.globals.update(money=_money(language), day=_day(language), percent=_percent)
    return environment


def _money(language: Language) -> Callable[[int, str], str]:
    def money(minor: int, currency: str) -> str:
        return format_money(Money(minor, currency), language)

    return money


def _day(language: Language) -> Callable[[datetime, ZoneInfo], str]:
    def day(at: datetime, zone: ZoneInfo) -> str:
        return str(format_date(at.astimezone(zone).date(), "long", locale=language))

    return day


def _percent(ppm: int) -> str:
    """A rate in millionths: 200000 is "20", 77000 is "7.7"."""
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")
