"""Somebody reads a key, or downloads a file."""

from uuid import UUID

from kram.kit.crypto import KeyRing
from kram.kit.db.tx import TenantTx
from kram.shop.digital import grant_queries, queries
from kram.shop.digital.errors import CardPending, DownloadRefused, FileNotKept, GrantMissing
from kram.shop.digital.models import DigitalFile, DigitalGrant, GrantKind
from kram.shop.digital.service.cards import card_context
from kram.shop.digital.service.pool import key_context


async def open_grant(tx: TenantTx, ring: KeyRing, order_id: UUID, grant_id: UUID) -> str:
    """The key, or the gift card's code. From now on it counts as seen, whoever asked.

    Raises: GrantMissing (also of files), CardPending.
    """
    row = await grant_queries.see(tx, order_id, grant_id)
    if row is None:
        raise GrantMissing
    if row.kind == GrantKind.KEY:
        sealed = await queries.sealed_key(tx, row.key_id)
        return ring.open(sealed, context=key_context(row.key_id)).decode()
    if row.sealed is None:
        raise CardPending
    return ring.open(row.sealed, context=card_context(grant_id)).decode()


async def download(tx: TenantTx, grant_id: UUID, file_id: UUID, link: str) -> DigitalFile:
    """The file to send, counted once for each link.

    Raises: GrantMissing, FileNotKept, DownloadRefused.
    """
    grant = await tx.get(DigitalGrant, grant_id)
    if grant is None or grant.revoked_at is not None:
        raise GrantMissing
    file = await tx.get(DigitalFile, file_id)
    if file is None or file.variant_id != grant.variant_id or file.removed_at is not None:
        raise FileNotKept
    if not await grant_queries.count_download(tx, grant_id, file_id, link):
        ended = grant.expires_at is not None and grant.expires_at <= tx.now
        raise DownloadRefused(reason="ended" if ended else "limit")
    return file
