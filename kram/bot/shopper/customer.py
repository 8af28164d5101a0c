"""Knows who is writing before any of the shopper's handlers runs."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import CallbackQuery, Message, TelegramObject, User

from kram.integrations.telegram.bots import ShopBot
from kram.integrations.telegram.texts import Texts
from kram.kit.db.tx import TenantTx
from kram.kit.telegram import TelegramUser
from kram.shop.customers.models import Customer
from kram.shop.customers.service import remember

CUSTOMER = {"customer": True}
"""The flag of handlers that speak with a shopper, who is remembered before they run."""


class KnownCustomer(BaseMiddleware):
    """Gives `customer`, and `words` in the language that they chose, to handlers that want them."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        if not get_flag(data, "customer"):
            return await handler(event, data)
        assert isinstance(event, Message | CallbackQuery)
        texts: Texts = data["texts"]
        customer = await _remembered(data["tx"], data["shop"], event.from_user)
        words = texts.words(customer.language)
        return await handler(event, {**data, "customer": customer, "words": words})


async def _remembered(tx: TenantTx, shop: ShopBot, user: User | None) -> Customer:
    assert user is not None, "somebody writes in every private chat"
    known = TelegramUser(
        id=user.id,
        first_name=user.first_name,
        last_name=user.last_name or "",
        username=user.username or "",
        language_code=user.language_code or "",
        allows_write_to_pm=True,  # they are writing to the bot: it may answer and write again
    )
    return await remember(tx, known, shop.language)
