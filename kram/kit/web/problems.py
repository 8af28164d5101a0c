"""Failures as RFC 9457 problems; the unexpected is logged whole and told without details."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import SQLAlchemyError

from kram.kit.db.contention import Busy, is_contention
from kram.kit.db.refusals import is_unwritable
from kram.kit.errors import AppError, InvalidInput, Kind, Problem, problem, problem_type
from kram.kit.messages import gettext_noop
from kram.kit.web.fields import field_errors, field_errors_of_msgspec
from kram.kit.web.request_id import request_id

PROBLEM_JSON = "application/problem+json"

_NEXT_STEPS: Mapping[int, str] = MappingProxyType(
    {
        HTTPStatus.NOT_FOUND: gettext_noop("Nothing is here: check the address"),
        HTTPStatus.METHOD_NOT_ALLOWED: gettext_noop("Use a method that this address takes"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext_noop("Send less at once"),
    }
)
"""What the framework's own refusals leave unsaid."""

AnyRequest = Request[Any, Any, Any]
AnyResponse = Response[Any]
Render = Callable[[AnyRequest, Problem, dict[str, str]], AnyResponse]
Translate = Callable[[AnyRequest], Callable[[str], str]]

_log = structlog.get_logger(__name__)


def problem_handlers(
    render: Render | None = None, translate: Translate | None = None
) -> ExceptionHandlersMap:
    """For `Litestar(exception_handlers=…)` or one router of it.

    A door that answers in HTML passes its own `render`, one that speaks to people `translate`.
    """
    answers = _Answers(render or render_json, translate or _untranslated)
    return {
        AppError: answers.expected,
        ValidationException: answers.invalid,
        msgspec.DecodeError: answers.undecodable,
        SerializationException: answers.unserialized,
        HTTPException: answers.of_framework,
        RecursionError: answers.nested,
        SQLAlchemyError: answers.of_database,
        Exception: answers.unexpected,
    }


def render_json(request: AnyRequest, shown: Problem, headers: dict[str, str]) -> AnyResponse:
    return Response(
        msgspec.json.encode(shown, enc_hook=str),
        status_code=shown.status,
        headers=headers,
        media_type=PROBLEM_JSON,
    )


def _untranslated(_: AnyRequest) -> Callable[[str], str]:
    return str


class _Answers:
    def __init__(self, render: Render, translate: Translate) -> None:
        self._render = render
        self._translate = translate

    def expected(self, request: AnyRequest, error: AppError) -> AnyResponse:
        shown = problem(error, request.url.path, self._translate(request))
        return self._render(request, shown, _headers_of(error))

    def invalid(self, request: AnyRequest, error: ValidationException) -> AnyResponse:
        return self.expected(request, InvalidInput(errors=field_errors(error.extra)))

    def undecodable(self, request: AnyRequest, error: msgspec.DecodeError) -> AnyResponse:
        if isinstance(error, msgspec.ValidationError):
            return self.expected(request, InvalidInput(errors=field_errors_of_msgspec(error)))
        return self._malformed(request, str(error))

    def unserialized(self, request: AnyRequest, error: SerializationException) -> AnyResponse:
        # The same class tells of a body that we could not read and of an answer we could not write.
        if isinstance(error.__cause__, msgspec.DecodeError):
            return self.undecodable(request, error.__cause__)
        return self.unexpected(request, error)

    def of_framework(self, request: AnyRequest, error: HTTPException) -> AnyResponse:
        if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self.unexpected(request, error)
        if error.status_code == HTTPStatus.BAD_REQUEST:
            return self._malformed(request, error.detail)
        phrase = HTTPStatus(error.status_code).phrase
        return self._plain(
            request,
            error.status_code,
            phrase,
            detail=_NEXT_STEPS.get(error.status_code, ""),
            headers=dict(error.headers or {}),
        )

    def nested(self, request: AnyRequest, error: RecursionError) -> AnyResponse:
        # msgspec's only word for a body of brackets within brackets without end.
        if "deserializing" in str(error):
            return self._malformed(request, gettext_noop("The body is nested too deeply"))
        return self.unexpected(request, error)

    def of_database(self, request: AnyRequest, error: SQLAlchemyError) -> AnyResponse:
        if is_unwritable(error):
            return self._malformed(request, gettext_noop("Text must not contain NUL"))
        if not is_contention(error):
            return self.unexpected(request, error)
        _log.warning("lost a race in the database", path=request.url.path, exc_info=error)
        return self.expected(request, Busy(retry_after=1))

    def unexpected(self, request: AnyRequest, error: Exception) -> AnyResponse:
        _log.error("request failed", path=request.url.path, exc_info=error)
        return self._plain(
            request,
            HTTPStatus.INTERNAL_SERVER_ERROR,
            gettext_noop("Internal error"),
            detail=gettext_noop("Try again; if it happens again, send us the request id"),
            extra={"request_id": request_id()},
        )

    def _malformed(self, request: AnyRequest, detail: str) -> AnyResponse:
        title = gettext_noop("Malformed request")
        return self._plain(request, HTTPStatus.BAD_REQUEST, title, detail=detail)

    def _plain(
        self,
        request: AnyRequest,
        status: int,
        title: str,
        *,
        detail: str = "",
        extra: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> AnyResponse:
        code = title.lower().replace(" ", "_").replace("-", "_")
        translate = self._translate(request)
        shown = Problem(
            type=problem_type(code),
            title=translate(title),
            status=status,
            code=code,
            detail=translate(detail) if detail else "",
            instance=request.url.path,
            extra=extra or {},
        )
        return self._render(request, shown, headers or {})


def _headers_of(error: AppError) -> dict[str, str]:
    headers = {}
    if "retry_after" in error.extra:
        headers["retry-after"] = str(error.extra["retry_after"])
    if error.kind is Kind.UNAUTHENTICATED:
        headers["www-authenticate"] = "Bearer"
    return headers
