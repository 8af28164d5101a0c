"""The door's own description, for people who write programs and for programs that read it."""

from collections.abc import Iterable
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

import msgspec
from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Server, Tag

from kram.api.rest.inputs import Input
from kram.api.rest.views.base import View
from kram.kit.errors import FieldError, Problem
from kram.kit.money import Money
from kram.kit.web.problems import PROBLEM_JSON

PATH = "/api/v1"
_BEARER = "bearer"
_TEXT = """\
What the dashboard does, for programs.

Send `Authorization: Bearer …` with an access token of `POST /api/v1/auth/token`; it lasts ten
minutes, then `POST /api/v1/auth/refresh` gives the next pair.

Money is `{"minor": 1250, "currency": "UAH"}`: whole minor units, here 12.50 hryvnias. Times are
UTC. A list is a page: ask again with `cursor` set to its `next_cursor` until that is null.

A refusal is a problem document (RFC 9457): `code` never changes, `detail` says what to do next,
`errors` names the refused fields. All codes are listed at `/problems`.

What creates something takes an `Idempotency-Key` of your choice, 8 to 255 characters: repeated
with the same key and body within 72 hours it happens once and answers the same.
"""
_TAGS = {
    "Sign-in": "Access tokens for programs.",
    "Shops": "The shops that you work in.",
    "Promotions": "Discounts, promo codes, gift cards, bonus points and taxes.",
    "Products": "What is for sale, in its variants.",
    "Digital goods": "Files, licence keys and gift cards as goods, and what orders were given.",
    "Stock": "Units, the places they are in, transfers and stocktakes.",
    "Categories": "The tree that products hang in.",
    "Imports": "Goods from a CSV, XLSX or YML file.",
    "Exports": "Goods and orders as files, written in the background.",
    "Collections": "Shelves across categories, by hand or by rule.",
    "Attributes": "Typed properties of goods, and filters.",
    "Price lists": "Prices for groups of customers, for larger quantities, in other currencies.",
    "Orders": "What was bought, and the staff's steps with it.",
    "Customers": "Who buys: profiles, addresses, notes, consents; joined, exported and erased.",
    "Segments": "Rules that say which customers are meant.",
    "Reviews": "What customers say of products, and what the shop answers.",
    "Documents": "Invoices, packing slips, receipts, and who stands on them.",
    "Draft orders": "What the staff writes up for a customer; it holds no stock until placed.",
    "Returns": "Goods on their way back, for money or for other goods.",
    "Webhooks": "Events sent to your own address, signed by Standard Webhooks.",
    "Problems": "What every refusal means.",
}


class _Document(JsonRenderPlugin):
    """Litestar leaves out what a struct's docstring says and that it takes no other fields."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        ours = {struct.__name__: struct for struct in _structs()}
        for name, schema in openapi_schema["components"]["schemas"].items():
            schema.pop("description", None)  # of others' enumerations, written for their readers
            if name in ours:
                schema |= _explained(ours[name])
        return super().render(request, openapi_schema)


def _structs() -> list[type[msgspec.Struct]]:
    return [Money, Problem, FieldError, *View.__subclasses__(), *Input.__subclasses__()]


def _explained(struct: type[msgspec.Struct]) -> dict[str, Any]:
    said: dict[str, Any] = {"description": cleandoc(struct.__doc__)} if struct.__doc__ else {}
    if struct.__struct_config__.forbid_unknown_fields:
        said["additionalProperties"] = False
    return said


def openapi_config() -> OpenAPIConfig:
    """Serves the description at `/api/v1/openapi.json`."""
    return OpenAPIConfig(
        title="Kram",
        version="1",
        summary="Shops inside Telegram.",
        description=_TEXT,
        # A folder of its own: below it Litestar answers what it does not know in HTML.
        path=f"{PATH}/openapi.json",
        render_plugins=[_Document(path="/")],
        operation_id_creator=lambda handler, method, path: handler.handler_name,
        use_handler_docstrings=True,
        tags=[Tag(name, text) for name, text in _TAGS.items()],
        servers=[Server(url="/")],
        components=Components(
            security_schemes={
                _BEARER: SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")
            }
        ),
    )


def documented(
    tag: str, handlers: Iterable[HTTPRouteHandler], *, signed_in: bool = True
) -> list[HTTPRouteHandler]:
    """Tells of each handler where it belongs, what it needs and how it refuses."""
    assert tag in _TAGS
    return [_documented(handler, tag, signed_in) for handler in handlers]


def _documented(handler: HTTPRouteHandler, tag: str, signed_in: bool) -> HTTPRouteHandler:
    handler.tags = [tag]
    handler.summary = handler.fn.__name__.replace("_", " ").capitalize()
    handler.security = [{_BEARER: []}] if signed_in else [{}]
    handler.response_description = handler.response_description or "What is there now"
    refusals = {int(status): refusal(status) for status in _refusals(handler, signed_in)}
    handler.responses = {**refusals, **(handler.responses or {})}
    return handler


def _refusals(handler: HTTPRouteHandler, signed_in: bool) -> set[HTTPStatus]:
    found = {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
    writes = "GET" not in handler.http_methods
    if signed_in or writes:
        found.add(HTTPStatus.UNAUTHORIZED)
    if signed_in:
        found.add(HTTPStatus.FORBIDDEN)
    if writes:
        found |= {HTTPStatus.CONFLICT, HTTPStatus.GONE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    if writes and not signed_in:
        found.add(HTTPStatus.TOO_MANY_REQUESTS)
    return found


def refusal(status: HTTPStatus) -> ResponseSpec:
    return ResponseSpec(
        Problem, generate_examples=False, description=status.phrase, media_type=PROBLEM_JSON
    )
