"""One-time codes that tie a Telegram account, or the staff's group, to a shop."""

import hashlib
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from kram.kit.db.tx import PlatformTx
from kram.kit.ids import public_code, read_code
from kram.tenants import accounts, bots, queries
from kram.tenants.errors import LinkCodeRefused, TelegramAccountTaken
from kram.tenants.models import LinkCode, LinkPurpose, Merchant

LIFE = timedelta(hours=24)
CODE_LETTERS = 16


async def issue_code(tx: PlatformTx, shop_id: UUID, merchant_id: UUID, purpose: LinkPurpose) -> str:
    """80 random bits, shown once; its hash is kept for 24 hours."""
    code = public_code(CODE_LETTERS)
    tx.add(
        LinkCode(
            code_hash=_hash(code),
            shop_id=shop_id,
            merchant_id=merchant_id,
            purpose=purpose,
            expires_at=tx.now + LIFE,
        )
    )
    await tx.flush()
    return code


async def link_account(
    tx: PlatformTx, shop_id: UUID, typed_code: str, telegram_id: int
) -> Merchant:
    """From now on this Telegram account acts as the merchant who took the code.

    Raises: LinkCodeRefused, TelegramAccountTaken.
    """
    code = await _use(tx, shop_id, typed_code, LinkPurpose.ACCOUNT)
    holder = await queries.merchant_by_telegram(tx, telegram_id)
    if holder is not None and holder.id != code.merchant_id:
        raise TelegramAccountTaken
    merchant = await accounts.merchant(tx, code.merchant_id)
    merchant.telegram_id = telegram_id
    try:
        await tx.flush()
    except IntegrityError as error:  # another account took it in the meantime
        raise TelegramAccountTaken from error
    return merchant


async def link_staff_chat(tx: PlatformTx, shop_id: UUID, typed_code: str, chat_id: int) -> None:
    """From now on orders are announced in this chat. Raises: LinkCodeRefused, NoBot."""
    await _use(tx, shop_id, typed_code, LinkPurpose.STAFF_CHAT)
    await bots.set_staff_chat(tx, shop_id, chat_id)


async def _use(tx: PlatformTx, shop_id: UUID, typed_code: str, purpose: LinkPurpose) -> LinkCode:
    code = await queries.use_code(tx, _hash(read_code(typed_code)), shop_id, purpose, tx.now)
    if code is None:
        raise LinkCodeRefused
    return code


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).digest()
