"""The simulator's one web application."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from anyio import create_task_group
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from litestar.types import ExceptionHandlersMap

from kram.app.devstack.telegram.bot_api import bot_api, download_file
from kram.app.devstack.telegram.botfather.service import BotFather
from kram.app.devstack.telegram.control.guard import only_this_machine, read_body
from kram.app.devstack.telegram.control.selling import selling
from kram.app.devstack.telegram.control.talking import talking
from kram.app.devstack.telegram.control.town import town
from kram.app.devstack.telegram.control.watching import watching
from kram.app.devstack.telegram.delivery.webhooks import Postman
from kram.app.devstack.telegram.errors import BotApiError
from kram.app.devstack.telegram.page.bundle import TEMPLATES_DIR
from kram.app.devstack.telegram.page.routes import page_router
from kram.app.devstack.telegram.people.errors import ImpossibleActionError, UnknownPartyError
from kram.app.devstack.telegram.telegram import Telegram

MAX_BODY_BYTES = 60 * 1024 * 1024


def create_app(telegram: Telegram, public_url: str = "") -> Litestar:
    """The Bot API, the control API and the page, all on one Telegram."""
    control = Router(
        "/_control",
        route_handlers=[town, talking, selling, watching],
        guards=[only_this_machine],
        before_request=read_body,
        exception_handlers=_exception_handlers(),
    )
    return Litestar(
        [bot_api, download_file, control, page_router()],
        dependencies={"telegram": Provide(lambda: telegram, sync_to_thread=False)},
        lifespan=[_working(telegram)],
        template_config=TemplateConfig(directory=TEMPLATES_DIR, engine=JinjaTemplateEngine),
        state=State({"public_url": public_url}),
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=None,
        logging_config=None,
    )


def _working(telegram: Telegram) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """Delivers updates and lets BotFather work for as long as the server runs."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        postman = Postman(telegram)
        postman.start()
        async with create_task_group() as group:
            group.start_soon(BotFather(telegram).run)
            yield
            group.cancel_scope.cancel()
        await postman.close()
        telegram.world.close()

    return lifespan


def _refused_with(status: int) -> Callable[[Request[Any, Any, Any], Exception], Response[Any]]:
    def handle(_: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        return Response({"error": str(error)}, status_code=status)

    return handle


def _exception_handlers() -> ExceptionHandlersMap:
    return {
        UnknownPartyError: _refused_with(404),
        ImpossibleActionError: _refused_with(409),
        BotApiError: _refused_with(400),
    }
