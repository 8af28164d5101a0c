"""Failures on pages, as pages: of the shop where it is known, else of nobody."""

from http import HTTPStatus
from typing import Any

from litestar import Response
from litestar.types import ExceptionHandlersMap

from kram.kit.errors import Problem
from kram.kit.i18n import Translator
from kram.kit.web.problems import AnyRequest, problem_handlers
from kram.miniapp.cache.page import Page
from kram.miniapp.language import preferred
from kram.miniapp.pages.studio import Studio, frame_of

_OURS = "en"


def page_failures(studio: Studio) -> ExceptionHandlersMap:
    def render(request: AnyRequest, shown: Problem, headers: dict[str, str]) -> Response[Any]:
        page = _page(studio, request, shown)
        return Response(
            page.body,
            status_code=shown.status,
            headers={**page.headers, "cache-control": "no-store", **headers},
            media_type="text/html; charset=utf-8",
        )

    return problem_handlers(render)


def _page(studio: Studio, request: AnyRequest, shown: Problem) -> Page:
    edition = studio.versions.trusted(request.path_params.get("slug", ""))
    if edition is not None and shown.status == HTTPStatus.NOT_FOUND:
        return studio.theme.page("missing", frame_of(edition.shop, request, "/"))
    header = request.headers.get("accept-language", "").encode("latin-1", "replace")
    words = Translator(preferred(header, _OURS))
    return studio.theme.bare_page(words.language, words.gettext(shown.title), _advice(shown, words))


def _advice(shown: Problem, words: Translator) -> str:
    if shown.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return words.gettext("Try again in a moment")
    return words.gettext("Check the address, or open the shop from its bot")
