"""Opening a shop, finding it, changing what it is called and how it looks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from kram.kit.currencies import EXPONENTS
from kram.kit.db.tx import PlatformTx
from kram.kit.ids import new_id
from kram.tenants import permissions, queries
from kram.tenants.accounts import check_language
from kram.tenants.errors import NoSpareSchema, SettingRefused, ShopNotFound, SlugTaken
from kram.tenants.models import Membership, Role, Shop, ShopStatus
from kram.tenants.names import clean_name
from kram.tenants.permissions import Permission
from kram.tenants.slugs import candidates, check_slug

DEFAULT_THEME = "market"
DEFAULT_PAYMENT_METHODS = ("cod",)
_ACCENT = re.compile(r"#[0-9a-f]{6}")
_TIMEZONES: Mapping[str, str] = MappingProxyType(
    {"UAH": "Europe/Kyiv", "RUB": "Europe/Moscow", "KZT": "Asia/Almaty", "UZS": "Asia/Tashkent"}
)
"""A first guess by currency; the merchant's own day begins there."""
_TRIES_FOR_SLUG = 8


@dataclass(frozen=True, slots=True)
class ShopAccess:
    """A shop with what this merchant is in it."""

    shop: Shop
    role: Role

    def require(self, permission: Permission) -> None:
        """Raises: NotAllowed."""
        permissions.require(self.role, permission)


async def create_shop(
    tx: PlatformTx,
    merchant_id: UUID,
    name: str,
    slug: str | None,
    currency: str,
    language: str,
    theme: str = DEFAULT_THEME,
    payment_methods: Sequence[str] = DEFAULT_PAYMENT_METHODS,
) -> Shop:
    """The shop with its schema and its owner. Without `slug` one is made of the name.

    Raises: NameRefused, SlugRefused, SlugReserved, SlugTaken, SettingRefused, NoSpareSchema.
    """
    shop_id, clean = new_id(), clean_name(name)
    values: dict[str, Any] = {
        "id": shop_id,
        "name": clean,
        "currency": _check_currency(currency),
        "language": check_language(language),
        "theme": theme,
        "timezone": _TIMEZONES.get(currency, "UTC"),
        "payment_methods": list(payment_methods),
    }
    slugs = iter((check_slug(slug),)) if slug else candidates(clean, language)
    schema = await queries.claim_schema(tx, shop_id)
    if schema is None:
        raise NoSpareSchema
    await _insert(tx, {**values, "schema": schema}, slugs)
    tx.add(Membership(shop_id=shop_id, merchant_id=merchant_id, role=Role.OWNER))
    await tx.flush()
    shop = await tx.get(Shop, shop_id)
    assert shop is not None
    return shop


async def _insert(tx: PlatformTx, values: dict[str, Any], slugs: Iterator[str]) -> None:
    for _, slug in zip(range(_TRIES_FOR_SLUG), slugs, strict=False):
        if await queries.insert_shop(tx, {**values, "slug": slug}):
            return
    raise SlugTaken


async def shops_of(tx: PlatformTx, merchant_id: UUID) -> list[ShopAccess]:
    """Those this merchant works in, the oldest first."""
    rows = await queries.shops_with_roles(tx, merchant_id)
    return [ShopAccess(shop, Role(role)) for shop, role in rows]


async def membership(tx: PlatformTx, merchant_id: UUID, shop_slug: str) -> ShopAccess:
    """Raises: ShopNotFound, also for a shop of other people."""
    found = await queries.shop_with_role(tx, merchant_id, shop_slug)
    if found is None:
        raise ShopNotFound
    return ShopAccess(found[0], Role(found[1]))


async def require(
    tx: PlatformTx, merchant_id: UUID, shop_slug: str, permission: Permission
) -> ShopAccess:
    """Raises: ShopNotFound, NotAllowed."""
    access = await membership(tx, merchant_id, shop_slug)
    access.require(permission)
    return access


async def change_settings(
    tx: PlatformTx,
    shop_id: UUID,
    *,
    name: str,
    language: str,
    accent: str,
    payment_methods: Sequence[str],
) -> Shop:
    """Raises: NameRefused, SettingRefused."""
    shop = await _locked(tx, shop_id)
    if not payment_methods:
        raise SettingRefused(field="payment_methods")
    shop.name = clean_name(name)
    shop.language = check_language(language)
    shop.accent = _check_accent(accent)
    shop.payment_methods = list(dict.fromkeys(payment_methods))
    return shop


async def pause(tx: PlatformTx, shop_id: UUID, *, paused: bool) -> Shop:
    """A paused shop shows its goods and takes no orders."""
    shop = await _locked(tx, shop_id)
    shop.status = ShopStatus.PAUSED if paused else ShopStatus.OPEN
    return shop


async def _locked(tx: PlatformTx, shop_id: UUID) -> Shop:
    shop = await tx.get(Shop, shop_id, lock=True)
    if shop is None:
        raise ShopNotFound
    return shop


def _check_currency(currency: str) -> str:
    if currency not in EXPONENTS:
        raise SettingRefused(field="currency")
    return currency


def _check_accent(accent: str) -> str:
    if not _ACCENT.fullmatch(accent.lower()):
        raise SettingRefused(field="accent")
    return accent.lower()
