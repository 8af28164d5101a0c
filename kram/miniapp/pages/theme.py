"""The templates of a theme, in every language."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kram.kit.i18n import LANGUAGES, Language, install_words
from kram.miniapp.cache.page import Page
from kram.miniapp.pages.frame import Frame, accent_style
from kram.miniapp.pages.headers import PRIVATE, PageHeaders
from kram.miniapp.pages.pictures import origin_of
from kram.miniapp.pages.words import script_words
from kram.miniapp.services import AssetAddresses, Services

THEMES = "miniapp/themes"
_ONLY_THEME = "market"


class Theme:
    """Compiled once; with `reload` a changed template is read again, for whoever writes one."""

    def __init__(
        self,
        folder: Path,
        assets: AssetAddresses,
        headers: PageHeaders,
        *,
        reload: bool = False,
    ) -> None:
        self._headers = headers
        self._words = {language: script_words(language) for language in LANGUAGES}
        self._environments = {
            language: _environment(folder, language, assets, reload) for language in LANGUAGES
        }

    @classmethod
    def of(cls, services: Services) -> "Theme":
        return cls(
            services.templates / THEMES / _ONLY_THEME,
            services.assets,
            PageHeaders(services.framed_by, origin_of(services.storage), services.https),
            reload=services.templates_change,
        )

    def page(self, name: str, frame: Frame, **views: Any) -> Page:
        """`name` is a template of the theme's pages, without its ending."""
        text = self._text(name, frame, views)
        return Page(text.encode(), self._headers.of(frame.style, frame.language))

    def private_page(self, name: str, frame: Frame, **views: Any) -> Page:
        """Like `page`, for the eyes of one person."""
        headers = {**self._headers.of(frame.style, frame.language), **PRIVATE}
        return Page(self._text(name, frame, views).encode(), headers)

    def _text(self, name: str, frame: Frame, views: Mapping[str, Any]) -> str:
        template = self._environments[frame.language].get_template(f"pages/{name}.html")
        facts = frame.facts(self._words[frame.language])
        return template.render(frame=frame, facts=facts, **views)

    def bare_page(self, language: Language, title: str, text: str) -> Page:
        """A page of no shop."""
        style = accent_style("")
        template = self._environments[language].get_template("pages/nowhere.html")
        written = template.render(language=language, title=title, text=text, style=style)
        return Page(written.encode(), self._headers.of(style, language))


def _environment(
    folder: Path, language: Language, assets: AssetAddresses, reload: bool
) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=reload,
    )
    install_words(environment, language)
    environment.globals["asset"] = assets
    return environment
