"""REST under `/api/v1`: what the dashboard does, for programs; described at `openapi.json`.

`caller.py` who asks and in which shop · `once.py` idempotency keys · one file a resource ·
`inputs.py` what is read, `views/` what is answered · `description.py` OpenAPI ·
`problem_types.py` what every refusal means. Money is `{"minor": 1250, "currency": "UAH"}`, lists
are keyset pages, failures RFC 9457 problems.
"""

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from kram.api.rest import (
    auth,
    bulk,
    categories,
    customer_book,
    customers,
    designs,
    digital,
    documents,
    drafts,
    exports,
    given,
    imports,
    order_changes,
    orders,
    parcels,
    price_lists,
    problem_types,
    products,
    returns,
    reviews,
    segments,
    shelves,
    shops,
    stock,
    stock_documents,
    variants,
    warehouses,
    webhooks,
)
from kram.api.rest.caller import provide_caller, provide_desk
from kram.api.rest.description import PATH, documented
from kram.api.rest.once import provide_once
from kram.api.rest.pricing import ROUTES as PROMOTIONS
from kram.api.rest.services import RestServices
from kram.kit.web.problems import problem_handlers

__all__ = ["PATH", "RestServices", "routes"]

_LARGEST_BODY_BYTES = 2**20
"""Of JSON; a file's own route allows more."""

_OUTSIDE = [
    *documented("Sign-in", auth.OPEN, signed_in=False),
    *documented("Sign-in", auth.SIGNED_IN),
    *documented("Shops", shops.ALL),
]
_IN_A_SHOP = [
    *documented("Shops", shops.ONE),
    *documented("Promotions", PROMOTIONS),
    *documented("Products", [*products.ROUTES, *variants.ROUTES, *designs.ROUTES, *bulk.ROUTES]),
    *documented("Digital goods", [*digital.ROUTES, *given.ROUTES]),
    *documented("Stock", [*stock.ROUTES, *warehouses.ROUTES, *stock_documents.ROUTES]),
    *documented("Categories", categories.ROUTES),
    *documented("Collections", shelves.COLLECTIONS),
    *documented("Attributes", shelves.ATTRIBUTES),
    *documented("Price lists", price_lists.ROUTES),
    *documented("Imports", imports.ROUTES),
    *documented("Exports", exports.ROUTES),
    *documented("Customers", [*customers.ROUTES, *customer_book.ROUTES]),
    *documented("Segments", segments.ROUTES),
    *documented("Reviews", reviews.ROUTES),
    *documented("Orders", [*orders.ROUTES, *order_changes.ROUTES, *parcels.ROUTES]),
    *documented("Documents", documents.ROUTES),
    *documented("Draft orders", drafts.ROUTES),
    *documented("Returns", returns.ROUTES),
    *documented("Webhooks", webhooks.ROUTES),
]


def routes(services: RestServices) -> list[ControllerRouterHandler]:
    # Litestar copies a router deeply: what must stay one of a kind is reached through a function.
    def provide_services() -> RestServices:
        return services

    in_a_shop = Router(
        path="/shops/{shop_slug:str}",
        route_handlers=_IN_A_SHOP,
        dependencies={"desk": Provide(provide_desk), "once": Provide(provide_once)},
    )
    return [
        Router(
            path=PATH,
            route_handlers=[*_OUTSIDE, in_a_shop],
            dependencies={
                "services": Provide(provide_services, sync_to_thread=False),
                "caller": Provide(provide_caller),
            },
            exception_handlers=problem_handlers(),
            request_max_body_size=_LARGEST_BODY_BYTES,
        ),
        Router(
            path="/", route_handlers=problem_types.ROUTES, exception_handlers=problem_handlers()
        ),
    ]
