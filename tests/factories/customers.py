"""Shoppers."""

import secrets

from kram.kit.db.tx import TenantTx
from kram.kit.telegram import TelegramUser
from kram.shop.customers import service
from kram.shop.customers.models import Customer


def telegram_user(
    *,
    telegram_id: int | None = None,
    first_name: str = "Ivan",
    last_name: str = "Franko",
    username: str = "ivan",
    language_code: str = "uk",
    allows_write_to_pm: bool = True,
) -> TelegramUser:
    return TelegramUser(
        id=telegram_id or secrets.randbelow(2**50) + 1,
        first_name=first_name,
        last_name=last_name,
        username=username,
        language_code=language_code,
        allows_write_to_pm=allows_write_to_pm,
    )


async def make_customer(tx: TenantTx, user: TelegramUser | None = None) -> Customer:
    return await service.remember(tx, user or telegram_user(), "uk")
