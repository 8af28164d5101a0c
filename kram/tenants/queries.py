"""Every statement on merchants, sessions, shops, bots and link codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import PlatformTx
from kram.tenants.models import (
    Bot,
    BotState,
    LinkCode,
    LoginSession,
    Membership,
    Merchant,
    Role,
    Shop,
)

_CLAIM = text(
    """
    UPDATE platform.tenant_schema SET shop_id = :shop_id, claimed_at = :now
    WHERE name = (
        SELECT name FROM platform.tenant_schema WHERE shop_id IS NULL
        ORDER BY created_at FOR UPDATE SKIP LOCKED LIMIT 1
    )
    RETURNING name
    """
)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Someone who works in a shop, with the language they want to be spoken to in."""

    merchant_id: UUID
    name: str
    language: str
    role: str
    telegram_id: int | None


@dataclass(frozen=True, slots=True)
class ListedShop:
    """A shop for whoever runs Kram; `owner` is an e-mail address."""

    slug: str
    name: str
    status: str
    currency: str
    language: str
    created_at: datetime
    owner: str


# --- merchants --------------------------------------------------------------------------------


async def insert_merchant(tx: PlatformTx, values: dict[str, Any]) -> bool:
    """False if somebody has the e-mail already."""
    statement = insert(Merchant).values(values).on_conflict_do_nothing(index_elements=["email"])
    return await tx.scalar(statement.returning(Merchant.id)) is not None


async def merchant_by_email(tx: PlatformTx, email: str) -> Merchant | None:
    found: Merchant | None = await tx.scalar(select(Merchant).where(Merchant.email == email))
    return found


async def merchant_by_telegram(tx: PlatformTx, telegram_id: int) -> Merchant | None:
    found: Merchant | None = await tx.scalar(
        select(Merchant).where(Merchant.telegram_id == telegram_id)
    )
    return found


# --- sessions ---------------------------------------------------------------------------------


async def live_sessions(tx: PlatformTx, merchant_id: UUID) -> Sequence[LoginSession]:
    return (
        await tx.scalars(
            select(LoginSession)
            .where(
                LoginSession.merchant_id == merchant_id,
                LoginSession.revoked_at.is_(None),
                LoginSession.expires_at > tx.now,
            )
            .order_by(LoginSession.rotated_at.desc())
        )
    ).all()


async def is_session_live(tx: PlatformTx, session_id: UUID) -> bool:
    found = await tx.scalar(
        select(LoginSession.id).where(
            LoginSession.id == session_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > tx.now,
        )
    )
    return found is not None


async def revoke_sessions(
    tx: PlatformTx, merchant_id: UUID, *, only: UUID | None = None, but: UUID | None = None
) -> Sequence[UUID]:
    """Ends the live sessions of a merchant: all of them, one, or all but one."""
    statement = (
        update(LoginSession)
        .where(LoginSession.merchant_id == merchant_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=tx.now)
        .returning(LoginSession.id)
    )
    if only is not None:
        statement = statement.where(LoginSession.id == only)
    if but is not None:
        statement = statement.where(LoginSession.id != but)
    return (await tx.scalars(statement)).all()


# --- shops ------------------------------------------------------------------------------------


async def claim_schema(tx: PlatformTx, shop_id: UUID) -> str | None:
    """A spare schema's name; None if there is none. Claims never wait for each other."""
    claimed: str | None = await tx.scalar(_CLAIM, {"shop_id": shop_id, "now": tx.now})
    return claimed


async def insert_shop(tx: PlatformTx, values: dict[str, Any]) -> bool:
    """False if the slug is taken; waits for a transaction that is about to take it."""
    statement = insert(Shop).values(values).on_conflict_do_nothing(index_elements=["slug"])
    return await tx.scalar(statement.returning(Shop.id)) is not None


async def shop_by_slug(tx: PlatformTx, slug: str) -> Shop | None:
    found: Shop | None = await tx.scalar(select(Shop).where(Shop.slug == slug))
    return found


async def all_shops(tx: PlatformTx) -> Sequence[Shop]:
    """The oldest first."""
    return (await tx.scalars(select(Shop).order_by(Shop.created_at, Shop.id))).all()


async def shops_with_owners(tx: PlatformTx) -> list[ListedShop]:
    """Of everybody, the oldest first."""
    rows = await tx.execute(
        select(
            Shop.slug,
            Shop.name,
            Shop.status,
            Shop.currency,
            Shop.language,
            Shop.created_at,
            Merchant.email,
        )
        .join(Membership, (Membership.shop_id == Shop.id) & (Membership.role == Role.OWNER))
        .join(Merchant, Merchant.id == Membership.merchant_id)
        .order_by(Shop.created_at, Shop.id)
    )
    return [ListedShop(*row) for row in rows]


async def lock_shop(tx: PlatformTx, shop_id: UUID) -> None:
    """Changes of one shop's bot take turns, also while it has no row yet."""
    await tx.execute(select(Shop.id).where(Shop.id == shop_id).with_for_update())


async def shops_with_roles(tx: PlatformTx, merchant_id: UUID) -> list[tuple[Shop, str]]:
    rows = await tx.execute(
        select(Shop, Membership.role)
        .join(Membership, Membership.shop_id == Shop.id)
        .where(Membership.merchant_id == merchant_id)
        .order_by(Shop.created_at, Shop.id)
    )
    return [(shop, role) for shop, role in rows]


async def shop_with_role(tx: PlatformTx, merchant_id: UUID, slug: str) -> tuple[Shop, str] | None:
    row = (
        await tx.execute(
            select(Shop, Membership.role)
            .join(Membership, Membership.shop_id == Shop.id)
            .where(Membership.merchant_id == merchant_id, Shop.slug == slug)
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def _staff(shop_id: UUID) -> Select[UUID, str, str, str, int | None]:
    return (
        select(Merchant.id, Merchant.name, Merchant.language, Membership.role, Merchant.telegram_id)
        .join(Membership, Membership.merchant_id == Merchant.id)
        .where(Membership.shop_id == shop_id)
        .order_by(Membership.created_at, Merchant.id)
    )


async def staff_of(tx: PlatformTx, shop_id: UUID) -> list[StaffMember]:
    return [StaffMember(*row) for row in await tx.execute(_staff(shop_id))]


async def staff_by_telegram(tx: PlatformTx, shop_id: UUID, telegram_id: int) -> StaffMember | None:
    row = (
        await tx.execute(_staff(shop_id).where(Merchant.telegram_id == telegram_id))
    ).one_or_none()
    return StaffMember(*row) if row else None


# --- bots -------------------------------------------------------------------------------------


async def bot_of_shop(tx: PlatformTx, shop_id: UUID, *, lock: bool = False) -> Bot | None:
    statement = select(Bot).where(Bot.shop_id == shop_id)
    found: Bot | None = await tx.scalar(statement.with_for_update() if lock else statement)
    return found


async def bot_by_telegram_id(tx: PlatformTx, telegram_id: int) -> Bot | None:
    found: Bot | None = await tx.scalar(select(Bot).where(Bot.telegram_id == telegram_id))
    return found


async def bot_by_public_id(tx: PlatformTx, public_id: str) -> Bot | None:
    found: Bot | None = await tx.scalar(select(Bot).where(Bot.public_id == public_id))
    return found


async def bots_in_state(tx: PlatformTx, state: BotState) -> Sequence[Bot]:
    return (await tx.scalars(select(Bot).where(Bot.state == state).order_by(Bot.id))).all()


_CARD = select(Shop, Bot).outerjoin(Bot, (Bot.shop_id == Shop.id) & (Bot.state != BotState.REMOVED))


async def card_rows(
    tx: PlatformTx, *, slug: str | None = None, shop_id: UUID | None = None, public_id: str = ""
) -> tuple[Shop, Bot | None] | None:
    """A shop with its bot, found by one of the three."""
    statement = _CARD
    if slug is not None:
        statement = statement.where(Shop.slug == slug)
    elif shop_id is not None:
        statement = statement.where(Shop.id == shop_id)
    else:
        statement = statement.where(Bot.public_id == public_id)
    row = (await tx.execute(statement)).one_or_none()
    return (row[0], row[1]) if row else None


# --- link codes -------------------------------------------------------------------------------


async def use_code(
    tx: PlatformTx, code_hash: bytes, shop_id: UUID, purpose: str, now: datetime
) -> LinkCode | None:
    """Spends the code; of two who present it at the same time one gets it."""
    found: LinkCode | None = await tx.scalar(
        update(LinkCode)
        .where(
            LinkCode.code_hash == code_hash,
            LinkCode.shop_id == shop_id,
            LinkCode.purpose == purpose,
            LinkCode.used_at.is_(None),
            LinkCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(LinkCode)
    )
    return found
