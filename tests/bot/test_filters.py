"""No filter hops into a thread, and telling updates apart stays as cheap as that makes it."""

import ast
import asyncio
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from aiogram import F, Router
from aiogram.dispatcher.event.handler import FilterObject
from aiogram.filters import Filter
from aiogram.types import CallbackQuery

from kram.bot.assemble import assemble
from kram.integrations.notify.buttons import OrderTap, Tap
from kram.integrations.telegram.settings import AutoReply, BotSettings, CustomCommand
from kram.shop.orders.models import OrderStatus

DOOR = Path(__file__).parents[2] / "kram" / "bot"

FULL = BotSettings(
    commands=tuple(CustomCommand(f"own{number}", "About", "x") for number in range(20)),
    auto_replies=tuple(AutoReply((f"word{number}",), "x") for number in range(20)),
)


def filters_of(router: Router) -> Iterator[FilterObject]:
    for part in router.chain_tail:
        for observer in part.observers.values():
            yield from observer._handler.filters or ()
            for handler in observer.handlers:
                yield from handler.filters or ()


def thread_hops(router: Router) -> list[FilterObject]:
    return [
        one
        for one in filters_of(router)
        if one.magic is not None
        or not isinstance(one.callback, Filter)
        or not inspect.iscoroutinefunction(type(one.callback).__call__)
    ]


def test_every_filter_is_an_async_filter_class() -> None:
    router = assemble(FULL)
    assert len(list(filters_of(router))) > 50
    assert thread_hops(router) == []


def test_a_magic_filter_a_lambda_and_a_plain_function_are_found() -> None:
    def plain(_: CallbackQuery) -> bool:
        return True

    router = Router()
    for rejected in (F.data == "x", lambda _: True, plain):
        router.callback_query.register(plain, rejected)
    assert len(thread_hops(router)) == 3


def test_every_handler_is_async() -> None:
    for part in assemble(FULL).chain_tail:
        for observer in part.observers.values():
            assert all(handler.awaitable for handler in observer.handlers)


@pytest.mark.parametrize("path", sorted(DOOR.rglob("*.py")), ids=lambda path: path.stem)
def test_no_file_of_the_door_uses_the_magic_filter(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aiogram"):
            assert "F" not in {name.name for name in node.names}
            assert "magic" not in (node.module or "")


# --- what it takes to find a tap's handler -----------------------------------------------------


@pytest.mark.anyio
async def test_a_tap_finds_its_handler_without_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiogram runs every filter that is not async in a thread: sixteen times slower each."""
    hops: list[object] = []

    async def noted(function: Callable[..., object], *args: object, **kwargs: object) -> object:
        hops.append(function)
        return function(*args, **kwargs)

    monkeypatch.setattr(asyncio, "to_thread", noted)
    assert await _tap(_router_with(lambda query: True)) == "handled"
    assert hops, "the negative control: a plain function is a hop"
    hops.clear()
    real = assemble(FULL)
    for part in real.chain_tail:
        part.callback_query.middleware._middlewares.clear()
        part.callback_query.handlers[:] = [
            replace(handler, callback=_done) for handler in part.callback_query.handlers
        ]
    assert await _tap(real) == "handled"
    assert hops == []


async def _tap(router: Router) -> object:
    data = OrderTap(tap=Tap.SHOW, order=uuid4(), seen=OrderStatus.PLACED).pack()
    person = {"id": 1, "is_bot": False, "first_name": "Petro"}
    query = CallbackQuery.model_validate(
        {"id": "1", "from": person, "chat_instance": "1", "data": data}
    )
    return await router.propagate_event("callback_query", query)


def _router_with(check: Callable[[CallbackQuery], bool]) -> Router:
    router = Router()
    router.callback_query.register(_done, check)
    return router


async def _done(query: CallbackQuery) -> str:
    return "handled"
