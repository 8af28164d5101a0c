"""Sends one message once."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from aiogram.methods import SendMessage

from kram.integrations.notify import queries
from kram.integrations.notify.models import NotificationState
from kram.integrations.telegram.bots import ShopBot
from kram.integrations.telegram.errors import (
    AnswerLost,
    ChatMigrated,
    ChatUnreachable,
    NothingSent,
    TelegramFailure,
)
from kram.integrations.telegram.outgoing import Outgoing
from kram.kit.db.database import Database

LEASE = timedelta(seconds=15)
"""Longer than the longest call: who finds it over knows that nobody is sending any more."""

_PATIENCE_SECONDS = 4.0

_log = structlog.get_logger(__name__)


class StillSending(Exception):
    """Another worker has the message, or had it when it died: its lease tells which, later."""


@dataclass(frozen=True, slots=True)
class Outbox:
    db: Database
    outgoing: Outgoing
    lease: timedelta = LEASE

    async def send(
        self, shop: ShopBot, kind: str, subject_id: UUID, message: SendMessage
    ) -> NotificationState:
        """What became of it, now or on an earlier call: SENT, UNREACHABLE or FAILED.

        Raises StillSending, NothingSent or AnswerLost: come again later. ChatMigrated: send it to
        the new chat.
        """
        assert isinstance(message.chat_id, int)
        claimed = await self._claim(shop, kind, subject_id, message.chat_id)
        if isinstance(claimed, NotificationState):
            return claimed
        try:
            sent = await self.outgoing.call(shop, message, patience_seconds=_PATIENCE_SECONDS)
        except NothingSent:
            await self._give_back(shop, claimed)
            raise
        except AnswerLost:
            raise  # it may have arrived; the lease, once over, allows one more try
        except TelegramFailure as error:
            return await self._refused(shop, claimed, error)
        await self._settle(shop, claimed, NotificationState.SENT, message_id=sent.message_id)
        return NotificationState.SENT

    async def _claim(
        self, shop: ShopBot, kind: str, subject_id: UUID, chat_id: int
    ) -> UUID | NotificationState:
        async with self.db.tenant(shop.tenant) as tx:
            claimed = await queries.claim(tx, kind, subject_id, chat_id, self.lease)
            if claimed is not None:
                return claimed
            state = await queries.standing(tx, kind, subject_id, chat_id)
        if state is NotificationState.SENDING:
            raise StillSending(f"{kind} for {subject_id}")
        return state

    async def _refused(
        self, shop: ShopBot, claimed: UUID, error: TelegramFailure
    ) -> NotificationState:
        unreachable = isinstance(error, ChatUnreachable)
        state = NotificationState.UNREACHABLE if unreachable else NotificationState.FAILED
        _log.warning("message not delivered", shop=shop.tenant.slug, why=str(error))
        await self._settle(shop, claimed, state, error=str(error))
        if isinstance(error, ChatMigrated):
            raise error
        return state

    async def _settle(
        self,
        shop: ShopBot,
        claimed: UUID,
        state: NotificationState,
        *,
        message_id: int | None = None,
        error: str = "",
    ) -> None:
        async with self.db.tenant(shop.tenant) as tx:
            await queries.settle(tx, claimed, state, message_id=message_id, error=error)

    async def _give_back(self, shop: ShopBot, claimed: UUID) -> None:
        async with self.db.tenant(shop.tenant) as tx:
            await queries.give_back(tx, claimed)
