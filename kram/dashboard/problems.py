"""What a person sees when a page could not be shown."""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response
from litestar.enums import MediaType
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from litestar.types import ExceptionHandlersMap

from kram.dashboard.account.sign_in import sign_in_path
from kram.dashboard.door import Door
from kram.dashboard.services import Services
from kram.dashboard.signin.middleware import content_policy
from kram.dashboard.signin.visitor import PATH, Look, Visitor, visitor_of
from kram.kit.errors import Problem
from kram.kit.i18n import negotiate
from kram.kit.messages import gettext_noop
from kram.kit.web.problems import problem_handlers
from kram.tenants.errors import SessionEnded

AnyRequest = Request[Any, Any, Any]
Handler = Callable[[Any, Any], Any]
_RETRYABLE = 500


def exception_handlers(door: Door) -> ExceptionHandlersMap:
    return {**problem_handlers(_renderer(door), _translator(door)), SessionEnded: to_sign_in}


def with_lost_pages(services: Services, otherwise: ExceptionHandlersMap) -> ExceptionHandlersMap:
    """The application's handlers, with pages of ours for what a browser looked for in vain.

    Once no route has matched it, the address alone tells which door was meant; what belongs to
    none is answered by a page if one was asked for.
    """
    door = Door(services)
    ours = problem_handlers(_renderer(door), _translator(door))
    return {kind: _by_path(ours[kind], handler) for kind, handler in otherwise.items()}


def _by_path(ours: Handler, otherwise: Handler) -> Handler:
    def handle(request: AnyRequest, error: Any) -> Any:
        path = request.url.path
        is_ours = path == PATH or path.startswith(f"{PATH}/")
        return (ours if is_ours or _asks_for_page(request) else otherwise)(request, error)

    return handle


def _asks_for_page(request: AnyRequest) -> bool:
    return request.headers.get("accept", "").startswith("text/html")


def to_sign_in(request: AnyRequest, _: Exception) -> Response[str]:
    """And back to the page afterwards; to the one that a form stood on, if it was a form."""
    if request.headers.get("hx-request") == "true":
        # A redirect would be followed behind the scenes and land inside the page.
        address = {"hx-redirect": sign_in_path(_page_of(request))}
        return Response("", status_code=HTTP_200_OK, headers=address)
    address = {"location": sign_in_path(_page_of(request))}
    return Response("", status_code=HTTP_303_SEE_OTHER, headers=address)


_NOWHERE = (
    gettext_noop("This page does not exist"),
    gettext_noop("It may have moved, or the address was mistyped."),
)
"""Said instead of HTTP's own phrase."""


def _renderer(door: Door) -> Callable[[AnyRequest, Problem, dict[str, str]], Response[str]]:
    def render(request: AnyRequest, shown: Problem, headers: dict[str, str]) -> Response[str]:
        visitor = _visitor(request)
        title, detail = shown.title, shown.detail
        if shown.code in ("not_found", "method_not_allowed"):
            title, detail = (door.pages.translate(visitor.language, text) for text in _NOWHERE)
        text = door.pages.render(
            visitor.language,
            "problem.html",
            {
                "visitor": visitor,
                "here": request.url.path,
                "status": shown.status,
                "title": title,
                "detail": detail,
                "request_id": str(shown.extra.get("request_id", "")),
                "retry": shown.status >= _RETRYABLE and request.method == "GET",
            },
        )
        return Response(
            text,
            status_code=shown.status,
            headers={"content-security-policy": content_policy(""), **headers},
            media_type=MediaType.HTML,
        )

    return render


def _translator(door: Door) -> Callable[[AnyRequest], Callable[[str], str]]:
    def translator(request: AnyRequest) -> Callable[[str], str]:
        language = _visitor(request).language
        return lambda text: door.pages.translate(language, text)

    return translator


def _visitor(request: AnyRequest) -> Visitor:
    """Where no page was reached nobody has looked at the cookies."""
    try:
        return visitor_of(request)
    except KeyError:
        language = negotiate(request.headers.get("accept-language"), "en")
        return Visitor(access=None, csrf="", language=language, look=Look.AUTO, https=False)


def _page_of(request: AnyRequest) -> str:
    headers = request.headers
    if request.method == "GET" and headers.get("hx-request") != "true":
        query = request.url.query
        return f"{request.url.path}?{query}" if query else request.url.path
    stood_on = headers.get("hx-current-url", "") or headers.get("referer", "")
    at = stood_on.find(PATH)
    return stood_on[at:] if at >= 0 else PATH
