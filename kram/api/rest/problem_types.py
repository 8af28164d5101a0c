"""What every refusal means: where the `type` of a problem document leads."""

from collections.abc import Iterator
from http import HTTPStatus

from litestar import get
from litestar.params import FromPath

from kram.api.rest.description import documented
from kram.api.rest.views.base import View
from kram.kit.errors import AppError, Kind, http_status, problem_type
from kram.kit.messages import gettext_noop


class ProblemUnknown(AppError):
    code = "problem_unknown"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no problem of this name: all are listed at /problems")


class ProblemType(View, frozen=True, order=True):
    """`title` says what a person can do; a refusal's own `detail` says it more exactly."""

    type: str
    code: str
    kind: Kind
    status: int
    title: str


def _of_http(status: HTTPStatus, kind: Kind, title: str = "") -> ProblemType:
    title = title or status.phrase
    code = title.lower().replace(" ", "_")
    return ProblemType(problem_type(code), code, kind, status, title)


_OF_HTTP = (
    _of_http(HTTPStatus.BAD_REQUEST, Kind.INVALID, "Malformed request"),
    _of_http(HTTPStatus.NOT_FOUND, Kind.NOT_FOUND),
    _of_http(HTTPStatus.METHOD_NOT_ALLOWED, Kind.INVALID),
    _of_http(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Kind.TOO_LARGE),
    _of_http(HTTPStatus.INTERNAL_SERVER_ERROR, Kind.UNAVAILABLE, "Internal error"),
)
"""What the framework refuses, and our own failure: `kit/web/problems.py` words them."""


@get("/problems", sync_to_thread=False)
def list_problems() -> list[ProblemType]:
    """All of them, by their codes."""
    return sorted(_known().values())


@get("/problems/{code:str}", sync_to_thread=False)
def show_problem(code: FromPath[str]) -> ProblemType:
    found = _known().get(code)
    if found is None:
        raise ProblemUnknown
    return found


def _known() -> dict[str, ProblemType]:
    """Codes are unique: `scripts/rules.py` sees to it."""
    ours = {error.code: _shown(error) for error in _descendants(AppError)}
    return ours | {entry.code: entry for entry in _OF_HTTP}


def _descendants(parent: type[AppError]) -> Iterator[type[AppError]]:
    for child in parent.__subclasses__():
        if "code" in vars(child):
            yield child
        yield from _descendants(child)


def _shown(error: type[AppError]) -> ProblemType:
    status = http_status(error.kind)
    return ProblemType(problem_type(error.code), error.code, error.kind, status, error.title)


ROUTES = documented("Problems", [list_problems, show_problem], signed_in=False)
