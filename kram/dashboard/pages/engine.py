"""Jinja2 with our words, amounts and dates; one environment a language, templates compiled once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kram.dashboard.pages import shown
from kram.dashboard.pages.labels import labeller
from kram.dashboard.services import Services
from kram.kit.errors import filled
from kram.kit.i18n import LANGUAGES, Language, install_words, translations
from kram.kit.ids import new_id
from kram.kit.images import picture_key

TEMPLATES = Path(__file__).parents[3] / "templates" / "dashboard"


class Pages:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._environments = {language: self._environment(language) for language in LANGUAGES}

    def render(self, language: Language, template: str, context: Mapping[str, Any]) -> str:
        return self._environments[language].get_template(template).render(context)

    def translate(self, language: Language, text: str) -> str:
        return translations(language).gettext(text)

    def _environment(self, language: Language) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        install_words(environment, language)
        environment.globals.update(shown.helpers(language))
        environment.globals.update(
            language=language,
            languages=LANGUAGES,
            asset=self._services.assets.url,
            picture=self._picture,
            public_url=self._services.public_url,
            fresh_name=new_id,
            label=labeller(translations(language).gettext),
            said=_said(language),
        )
        return environment

    def _picture(self, key: str, width: int) -> str:
        return self._services.storage.url(picture_key(key, width))


def _said(language: Language) -> Callable[..., str]:
    """For a msgid that comes from elsewhere, a percent sign in it included."""

    def said(text: str, values: Mapping[str, str] | None = None) -> str:
        return filled(translations(language).gettext(text), dict(values or {}))

    return said
