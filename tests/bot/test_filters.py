"""No filter hops into a thread, and telling updates apart stays as cheap as that makes it."""

import ast
import inspect
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
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


# --- how long it takes to find a tap's handler ------------------------------------------------


class _Nothing(Filter):
    async def __call__(self, _: CallbackQuery) -> bool:
        return False


async def _seconds(router: Router, query: CallbackQuery, data: dict[str, Any]) -> float:
    best = 9.0
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(200):
            await router.propagate_event("callback_query", query, **data)
        best = min(best, time.perf_counter() - started)
    return best


def _alike(real: Router) -> Router:
    """As many callback handlers as the real tree has, each behind one async filter."""
    count = sum(len(part.callback_query.handlers) for part in real.chain_tail)

    async def handler(query: CallbackQuery) -> None:
        return None

    router = Router()
    for _ in range(count - 1):
        router.callback_query.register(handler, _Nothing())
    router.callback_query.register(handler, OrderTap.filter())
    return router


@pytest.mark.anyio
async def test_a_tap_finds_its_handler_as_fast_as_async_filters_allow() -> None:
    tap = OrderTap(tap=Tap.SHOW, order=uuid4(), seen=OrderStatus.PLACED).pack()
    person = {"id": 1, "is_bot": False, "first_name": "Petro"}
    query = CallbackQuery.model_validate(
        {"id": "1", "from": person, "chat_instance": "1", "data": tap}
    )
    real = assemble(FULL)
    real.callback_query.middleware._middlewares.clear()
    real.callback_query.handlers[:] = [
        replace(handler, callback=_done) for handler in real.callback_query.handlers
    ]
    ours = await _seconds(real, query, {})
    ideal = await _seconds(_alike(real), query, {})
    assert ours <= 1.5 * ideal, f"{ours / ideal:.2f} times the ideal"


async def _done(query: CallbackQuery) -> None:
    return None
