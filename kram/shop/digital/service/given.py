"""What an order was given, for its page: no key among it."""

from datetime import datetime
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead
from kram.shop.digital import grant_queries, queries
from kram.shop.digital.models import DigitalFile, DigitalGrant, GrantKind


class GivenFile(msgspec.Struct, frozen=True):
    """`left` downloads; None: any number."""

    id: UUID
    name: str
    size_bytes: int
    downloads: int
    left: int | None


class Given(msgspec.Struct, frozen=True):
    """A grant, which stands while there is no `revoked_at`. `unit` counts the line's from 1.
    `ready`: not a card still to come."""

    id: UUID
    line_id: UUID
    unit: int
    kind: GrantKind
    ready: bool
    files: tuple[GivenFile, ...]
    face_minor: int | None
    currency: str | None
    card_id: UUID | None
    expires_at: datetime | None
    seen_at: datetime | None
    revoked_at: datetime | None = None


async def given_to(tx: TenantRead, order_id: UUID, *, with_ended: bool = False) -> list[Given]:
    """Two statements at most. Files that the variant does not have are nothing given."""
    grants = await grant_queries.grants_of(tx, order_id, with_ended=with_ended)
    asked = {grant.variant_id for grant in grants if grant.kind == GrantKind.FILES}
    files = await queries.files_of(tx, asked) if asked else {}
    shown = (_shown(tx, grant, files.get(grant.variant_id, [])) for grant in grants)
    return [each for each in shown if each.kind is not GrantKind.FILES or each.files]


def _shown(tx: TenantRead, grant: DigitalGrant, files: list[DigitalFile]) -> Given:
    kind = GrantKind(grant.kind)
    ended = grant.expires_at is not None and grant.expires_at <= tx.now
    return Given(
        id=grant.id,
        line_id=grant.line_id,
        unit=grant.unit,
        kind=kind,
        ready=kind is not GrantKind.CARD or grant.card_id is not None,
        files=tuple(_file(grant, file, ended=ended) for file in files)
        if kind is GrantKind.FILES
        else (),
        face_minor=grant.face_minor,
        currency=grant.currency,
        card_id=grant.card_id,
        expires_at=grant.expires_at,
        seen_at=grant.seen_at,
        revoked_at=grant.revoked_at,
    )


def _file(grant: DigitalGrant, file: DigitalFile, *, ended: bool) -> GivenFile:
    count = int(grant.downloads.get(str(file.id), {}).get("count", 0))
    limit = grant.download_limit
    left = None if limit is None else max(limit - count, 0)
    return GivenFile(file.id, file.name, file.size_bytes, count, 0 if ended else left)
