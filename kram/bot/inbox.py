"""How an update becomes a row: the same for the webhook and for polling."""

from uuid import UUID

from kram.bot.envelope import Envelope
from kram.kit.db.tx import PlatformTx
from kram.kit.events.inbox import receive

INBOX_KIND = "telegram"


def source_of(telegram_id: int) -> str:
    """Update ids are counted by each bot for itself, and a shop may change its bot."""
    return f"tg:{telegram_id}"


async def store_update(
    tx: PlatformTx, shop_id: UUID, telegram_id: int, envelope: Envelope, body: bytes
) -> bool:
    """False: this update of this bot was stored before. Ids may jump: only equal ones repeat."""
    return await receive(
        tx,
        tenant_id=shop_id,
        kind=INBOX_KIND,
        source=source_of(telegram_id),
        external_id=str(envelope.update_id),
        ordering_key=envelope.ordering_key,
        body=body,
    )
