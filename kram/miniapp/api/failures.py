"""Refusals in the shopper's language, their fields' included."""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Response
from litestar.types import ExceptionHandlersMap
from redis.exceptions import RedisError

from kram.kit.errors import Problem, problem
from kram.kit.i18n import Translator
from kram.kit.web.problems import AnyRequest, problem_handlers, render_json
from kram.miniapp.errors import CartUnreachable
from kram.miniapp.language import preferred

_NO_SHOP = "en"


def json_failures() -> ExceptionHandlersMap:
    return {**problem_handlers(_render, _translate), RedisError: _cart_unreachable}


def words_of(request: AnyRequest, shop_language: str = _NO_SHOP) -> Translator:
    header = request.headers.get("accept-language", "").encode("latin-1", "replace")
    return Translator(preferred(header, shop_language))


def _translate(request: AnyRequest) -> Callable[[str], str]:
    return words_of(request).gettext


def _render(request: AnyRequest, shown: Problem, headers: dict[str, str]) -> Response[Any]:
    gettext = words_of(request).gettext
    errors = tuple(
        msgspec.structs.replace(each, detail=gettext(each.detail)) for each in shown.errors
    )
    # The cart as it is now comes with some refusals; the script asks for it in its own words.
    extra = {name: value for name, value in shown.extra.items() if name != "cart"}
    return render_json(
        request,
        msgspec.structs.replace(shown, errors=errors, extra=extra),
        {**headers, "cache-control": "no-store"},
    )


def _cart_unreachable(request: AnyRequest, _: RedisError) -> Response[Any]:
    refusal = CartUnreachable(retry_after=1)
    shown = problem(refusal, request.url.path, _translate(request))
    return _render(request, shown, {"retry-after": "1"})
