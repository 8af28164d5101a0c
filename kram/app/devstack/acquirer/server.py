"""The acquirer as an ASGI application of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from litestar import Litestar, Response, get
from litestar.di import Provide

from kram.app.devstack.acquirer.acquirer import Acquirer, Config
from kram.app.devstack.acquirer.control import control_router
from kram.app.devstack.acquirer.errors import Refused
from kram.app.devstack.acquirer.http import AnyRequest, TheRenderer
from kram.app.devstack.acquirer.merchant_api import (
    create_payment,
    create_refund,
    look_at_payment,
)
from kram.app.devstack.acquirer.pages import pages_router
from kram.app.devstack.acquirer.rendering import Renderer

TEMPLATES = Path(__file__).parents[4] / "templates" / "acquirer"


def create_acquirer(config: Config, http: httpx.AsyncClient | None = None) -> Litestar:
    """Mounted at the path of `config.public_url`; `http` carries the callbacks."""
    http = http or httpx.AsyncClient(follow_redirects=False, trust_env=False)
    acquirer = Acquirer(config, http)
    prefix = urlsplit(config.public_url).path.rstrip("/")
    renderer = Renderer(TEMPLATES, prefix)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            background = [
                group.create_task(acquirer.callbacks.run()),
                group.create_task(acquirer.keep_time()),
            ]
            yield
            for task in background:
                task.cancel()
        await http.aclose()
        acquirer.book.close()

    return Litestar(
        [create_payment, look_at_payment, create_refund, pages_router, control_router, stylesheet],
        path=prefix or "/",
        dependencies={
            "acquirer": Provide(lambda: acquirer, sync_to_thread=False),
            "renderer": Provide(lambda: renderer, sync_to_thread=False),
        },
        exception_handlers={Refused: _refuse},
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
    )


@get("/acquirer.css", media_type="text/css", sync_to_thread=False)
def stylesheet(renderer: TheRenderer) -> str:
    return renderer.stylesheet


def _refuse(_: AnyRequest, error: Refused) -> Response[object]:
    return Response(error.body, status_code=error.status)
