"""What the bare address answers: a person is shown the way, a program that nothing is here."""

from http import HTTPStatus
from typing import Any

from litestar import HttpMethod, Request, Response, route
from litestar.exceptions import NotFoundException

from kram.dashboard.signin.visitor import PATH

_WAY = {"location": PATH, "vary": "accept", "cache-control": "no-cache"}


@route("/", http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
async def front(request: Request[Any, Any, Any]) -> Response[str]:
    """The dashboard asks for a sign-in by itself where one is needed."""
    if "text/html" not in request.headers.get("accept", ""):
        raise NotFoundException
    return Response("", status_code=HTTPStatus.SEE_OTHER, headers=_WAY)
