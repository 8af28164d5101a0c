"""Gift cards that were bought are issued."""

from datetime import datetime
from itertools import groupby
from uuid import UUID

from kram.kit.crypto import KeyRing
from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.shop.digital import grant_queries
from kram.shop.digital.models import DigitalGrant
from kram.shop.giftcards import service as giftcards
from kram.tenants.actor import Actor


async def issue_cards(tx: TenantTx, ring: KeyRing, order_id: UUID, note: str) -> int:
    """One for each grant that has none yet; again issues nothing. How many there were."""
    waiting = await grant_queries.lock_waiting_cards(tx, order_id)
    for (face_minor, currency, expires_at), alike in groupby(waiting, key=_worth):
        grants = list(alike)
        cards = await giftcards.issue(
            tx,
            Money(face_minor, currency),
            Actor.system("bought"),
            count=len(grants),
            expires_at=expires_at,
            note=note,
        )
        for grant, card in zip(grants, cards, strict=True):
            grant.card_id = card.id
            grant.sealed = ring.seal(card.code.encode(), context=card_context(grant.id))
    await tx.flush()
    return len(waiting)


def _worth(grant: DigitalGrant) -> tuple[int, str, datetime | None]:
    return grant.face_minor or 0, grant.currency or "", grant.expires_at


def card_context(grant_id: UUID) -> bytes:
    return b"gift card " + grant_id.bytes
