"""Merchants, shops and bots as the control plane holds them."""

import secrets

from kram.kit.crypto import KeyRing
from kram.kit.db.tx import PlatformTx
from kram.kit.ids import new_id, public_code
from kram.tenants import bots, shops
from kram.tenants.bots import BotIdentity
from kram.tenants.models import Bot, Membership, Merchant, Role, Shop


async def make_merchant(
    tx: PlatformTx,
    *,
    email: str | None = None,
    name: str = "Olena",
    language: str = "uk",
    password_hash: str = "*",
    telegram_id: int | None = None,
) -> Merchant:
    """`password_hash` "*" fits no password."""
    merchant = Merchant(
        id=new_id(),
        email=email or f"{public_code().lower()}@example.com",
        password_hash=password_hash,
        name=name,
        language=language,
        telegram_id=telegram_id,
        created_at=tx.now,
    )
    tx.add(merchant)
    await tx.flush()
    return merchant


async def make_member(tx: PlatformTx, shop: Shop, role: Role, **about: str) -> Merchant:
    merchant = await make_merchant(tx, **about)
    tx.add(Membership(shop_id=shop.id, merchant_id=merchant.id, role=role))
    await tx.flush()
    return merchant


async def make_shop(tx: PlatformTx, merchant: Merchant, *, name: str = "Kvitka") -> Shop:
    """Needs a spare schema."""
    slug = f"s-{public_code().lower()}"
    return await shops.create_shop(tx, merchant.id, name, slug, "UAH", "uk")


def new_telegram_id() -> int:
    return secrets.randbelow(2**50) + 1


def bot_identity(telegram_id: int, username: str = "kvitka_bot") -> BotIdentity:
    return BotIdentity(telegram_id, username, "Kvitka")


async def make_bot(
    tx: PlatformTx, shop: Shop, keys: KeyRing, *, telegram_id: int | None = None
) -> Bot:
    """A connected bot with a token of its own."""
    identity = bot_identity(telegram_id or new_telegram_id())
    return await bots.connect_bot(tx, shop.id, f"{identity.telegram_id}:test-token", identity, keys)
