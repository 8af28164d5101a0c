"""Claims on messages: who sends, and whether it was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from kram.integrations.notify.models import Notification, NotificationState
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id

MOST_ATTEMPTS = 2
"""The second is the one re-send after a crash."""


@dataclass(frozen=True, slots=True)
class SentMessage:
    """Where a message of ours stands."""

    id: UUID
    chat_id: int
    message_id: int


async def claim(
    tx: TenantTx, kind: str, subject_id: UUID, chat_id: int, lease: timedelta
) -> UUID | None:
    """The row's id when it is ours to send now; None when it is not, or not yet."""
    row = insert(Notification).values(
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        chat_id=chat_id,
        lease_until=tx.now + lease,
        created_at=tx.now,
        updated_at=tx.now,
    )
    statement = row.on_conflict_do_update(
        index_elements=["kind", "subject_id", "chat_id"],
        set_={
            "attempts": Notification.attempts + 1,
            "lease_until": row.excluded.lease_until,
            "updated_at": row.excluded.updated_at,
        },
        where=(
            (Notification.state == NotificationState.SENDING)
            & (Notification.lease_until <= tx.now)
            & (Notification.attempts < MOST_ATTEMPTS)
        ),
    ).returning(Notification.id)
    claimed: UUID | None = await tx.scalar(statement)
    return claimed


async def standing(tx: TenantTx, kind: str, subject_id: UUID, chat_id: int) -> NotificationState:
    """What became of a message that is not ours to send; SENDING: somebody else still may.

    A message whose last lease ended without a word is failed by this.
    """
    named = (
        Notification.kind == kind,
        Notification.subject_id == subject_id,
        Notification.chat_id == chat_id,
    )
    await tx.execute(
        update(Notification)
        .where(
            *named,
            Notification.state == NotificationState.SENDING,
            Notification.lease_until <= tx.now,
            Notification.attempts >= MOST_ATTEMPTS,
        )
        .values(state=NotificationState.FAILED, error="no answer, twice", updated_at=tx.now)
    )
    state: str = await tx.scalar(select(Notification.state).where(*named))
    return NotificationState(state)


async def give_back(tx: TenantTx, notification_id: UUID) -> None:
    """It certainly was not sent: as if it had not been claimed."""
    await tx.execute(
        update(Notification)
        .where(Notification.id == notification_id)
        .values(attempts=Notification.attempts - 1, lease_until=tx.now, updated_at=tx.now)
    )


async def settle(
    tx: TenantTx,
    notification_id: UUID,
    state: NotificationState,
    *,
    message_id: int | None = None,
    error: str = "",
) -> None:
    await tx.execute(
        update(Notification)
        .where(Notification.id == notification_id)
        .values(state=state, message_id=message_id, error=error[:500], updated_at=tx.now)
    )


async def sent_messages(tx: TenantRead, kind: str, subject_id: UUID) -> Sequence[SentMessage]:
    rows = await tx.execute(
        select(Notification.id, Notification.chat_id, Notification.message_id).where(
            Notification.kind == kind,
            Notification.subject_id == subject_id,
            Notification.state == NotificationState.SENT,
            Notification.message_id.is_not(None),
        )
    )
    return [SentMessage(row.id, row.chat_id, row.message_id) for row in rows]


async def forget_chats(tx: TenantTx, chat_ids: Sequence[int]) -> None:
    """What shoppers were told; the same account may be a merchant's, whose cards stay."""
    shopper = Notification.kind.startswith("shopper.", autoescape=True)
    await tx.execute(delete(Notification).where(Notification.chat_id.in_(chat_ids), shopper))
