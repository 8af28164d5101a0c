"""REST under `/api/v1`: what the dashboard does, for programs; described at `openapi.json`.

`caller.py` who asks and in which shop · one file a resource · `views.py` what is answered. Money is
`{"minor": 1250, "currency": "UAH"}`, lists are keyset pages, failures RFC 9457 problems.
"""

from litestar import Router
from litestar.di import Provide

from kram.api.rest import auth, categories, imports, orders, products, shops, stock, webhooks
from kram.api.rest.caller import provide_caller, provide_desk
from kram.api.rest.services import RestServices
from kram.kit.web.problems import problem_handlers

__all__ = ["PATH", "RestServices", "routes"]

PATH = "/api/v1"


def routes(services: RestServices) -> list[Router]:
    in_a_shop = Router(
        path="/shops/{shop_slug:str}",
        route_handlers=[
            *shops.ONE,
            *products.ROUTES,
            *categories.ROUTES,
            *stock.ROUTES,
            *orders.ROUTES,
            *webhooks.ROUTES,
            *imports.ROUTES,
        ],
        dependencies={"desk": Provide(provide_desk)},
    )
    return [
        Router(
            path=PATH,
            route_handlers=[*auth.ROUTES, *shops.ALL, in_a_shop],
            dependencies={
                "services": Provide(lambda: services, sync_to_thread=False),
                "caller": Provide(provide_caller),
            },
            exception_handlers=problem_handlers(),
        )
    ]
