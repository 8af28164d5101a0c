"""Statements on what was given."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.shop.digital.models import DigitalGrant, GrantKind
from kram.shop.giftcards.models import GiftCard

# The keys of a variant are asked for together: line by line, two lines of one variant would both
# see the same free key. A key that another order is just taking is passed over, one that it took
# a moment ago is not free any more when this statement comes to its row.
_GIVE_KEYS = text(
    """
    WITH wanted AS (
        SELECT line.id, line.line_id, line.unit, line.variant_id,
               row_number() OVER (PARTITION BY line.variant_id ORDER BY line.place) AS turn
        FROM unnest(
            CAST(:ids AS uuid[]), CAST(:lines AS uuid[]), CAST(:units AS bigint[]),
            CAST(:variants AS uuid[])
        ) WITH ORDINALITY AS line (id, line_id, unit, variant_id, place)
    ), asked AS (
        SELECT variant_id, count(*) AS units FROM wanted GROUP BY variant_id
    ), picked AS (
        SELECT free.id
        FROM asked CROSS JOIN LATERAL (
            SELECT id FROM licence_key
            WHERE licence_key.variant_id = asked.variant_id AND given_at IS NULL
            ORDER BY id
            LIMIT asked.units
            FOR UPDATE SKIP LOCKED
        ) AS free
    ), given AS (
        UPDATE licence_key SET given_at = CAST(:now AS timestamptz)
        FROM picked
        WHERE licence_key.id = picked.id AND licence_key.given_at IS NULL
        RETURNING licence_key.id, licence_key.variant_id
    ), counted AS (
        SELECT id, variant_id, row_number() OVER (PARTITION BY variant_id ORDER BY id) AS turn
        FROM given
    )
    INSERT INTO digital_grant (id, order_id, line_id, unit, kind, variant_id, key_id, created_at)
    SELECT wanted.id, CAST(:order AS uuid), wanted.line_id, wanted.unit, 'key', wanted.variant_id,
           counted.id, CAST(:now AS timestamptz)
    FROM wanted JOIN counted ON counted.variant_id = wanted.variant_id
                            AND counted.turn = wanted.turn
    RETURNING id
    """
)

_REVOKE = text(
    """
    UPDATE digital_grant SET revoked_at = :now
    WHERE order_id = :order AND revoked_at IS NULL
      AND (CAST(:grant AS uuid) IS NULL OR id = CAST(:grant AS uuid))
    RETURNING id, line_id, unit, kind, variant_id, key_id, card_id, seen_at, face_minor, currency,
              expires_at
    """
)

# Whoever takes the grant back at this moment comes before this or after it, and sees `seen_at`.
_SEE = text(
    """
    UPDATE digital_grant SET seen_at = coalesce(seen_at, CAST(:now AS timestamptz))
    WHERE id = :grant AND order_id = :order AND revoked_at IS NULL AND kind <> 'files'
    RETURNING kind, key_id, sealed
    """
)

_DOWNLOAD = text(
    """
    UPDATE digital_grant
    SET downloads = jsonb_set(
            downloads, ARRAY[CAST(:file AS text)], jsonb_build_object(
                'link', CAST(:link AS text),
                'count', coalesce(CAST(downloads #>> ARRAY[:file, 'count'] AS bigint), 0) + CASE
                    WHEN downloads #>> ARRAY[:file, 'link'] = :link THEN 0 ELSE 1 END)),
        seen_at = coalesce(seen_at, CAST(:now AS timestamptz))
    WHERE id = :grant AND kind = 'files' AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > CAST(:now AS timestamptz))
      AND (download_limit IS NULL OR downloads #>> ARRAY[:file, 'link'] = :link
           OR download_limit > coalesce(CAST(downloads #>> ARRAY[:file, 'count'] AS bigint), 0))
    RETURNING id
    """
)


async def give_keys(tx: TenantTx, order_id: UUID, units: Sequence[tuple[UUID, int, UUID]]) -> int:
    """A key for each (line, unit, variant); how many were found."""
    values = {
        "order": order_id,
        "ids": [new_id() for _ in units],
        "lines": [line_id for line_id, _, _ in units],
        "units": [unit for _, unit, _ in units],
        "variants": [variant_id for _, _, variant_id in units],
        "now": tx.now,
    }
    return len((await tx.execute(_GIVE_KEYS, values)).all())


async def insert_grants(tx: TenantTx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Files and cards; a unit that has a grant keeps it."""
    if rows:
        statement = insert(DigitalGrant).values([dict(row) for row in rows])
        await tx.execute(statement.on_conflict_do_nothing())


async def revoke(tx: TenantTx, order_id: UUID, grant_id: UUID | None = None) -> Sequence[Row[Any]]:
    """What stood until now: all of the order's grants, or the one."""
    values = {"order": order_id, "grant": grant_id, "now": tx.now}
    return (await tx.execute(_REVOKE, values)).all()


async def see(tx: TenantTx, order_id: UUID, grant_id: UUID) -> Row[Any] | None:
    values = {"order": order_id, "grant": grant_id, "now": tx.now}
    return (await tx.execute(_SEE, values)).first()


async def count_download(tx: TenantTx, grant_id: UUID, file_id: UUID, link: str) -> bool:
    """Once for each link: a download that broke off goes on by the same one."""
    values = {"grant": grant_id, "file": str(file_id), "link": link, "now": tx.now}
    return (await tx.execute(_DOWNLOAD, values)).first() is not None


async def renew_files(tx: TenantTx, grant_id: UUID, expires_at: datetime | None) -> None:
    await tx.execute(
        update(DigitalGrant)
        .where(DigitalGrant.id == grant_id)
        .values(downloads={}, expires_at=expires_at)
        .execution_options(synchronize_session=False)
    )


async def lock_waiting_cards(tx: TenantTx, order_id: UUID) -> Sequence[DigitalGrant]:
    """Grants of gift cards that are not issued yet."""
    query = select(DigitalGrant).where(
        DigitalGrant.order_id == order_id,
        DigitalGrant.kind == GrantKind.CARD,
        DigitalGrant.card_id.is_(None),
        DigitalGrant.revoked_at.is_(None),
    )
    found = await tx.scalars(
        query.order_by(DigitalGrant.id).with_for_update().execution_options(populate_existing=True)
    )
    return found.all()


async def grants_of(
    tx: TenantRead, order_id: UUID, *, with_ended: bool = False
) -> Sequence[DigitalGrant]:
    """Those that stand, by line and unit; the oldest first of those of one unit."""
    query = select(DigitalGrant).where(DigitalGrant.order_id == order_id)
    if not with_ended:
        query = query.where(DigitalGrant.revoked_at.is_(None))
    order = DigitalGrant.line_id, DigitalGrant.unit, DigitalGrant.id
    return (await tx.scalars(query.order_by(*order))).all()


async def spent_on_cards(
    tx: TenantRead, order_id: UUID, *, lock: bool = False
) -> Sequence[Row[UUID, int, int]]:
    """(line, unit, minor units) of each gift card of the order that something was paid with.

    Locked, nobody pays with any of the order's cards until the transaction ends.
    """
    query = select(
        DigitalGrant.line_id,
        DigitalGrant.unit,
        (GiftCard.issued_minor - GiftCard.balance_minor).label("spent_minor"),
    ).join(GiftCard, GiftCard.id == DigitalGrant.card_id)
    query = query.where(DigitalGrant.order_id == order_id).order_by(GiftCard.id)
    found = await tx.execute(query.with_for_update(of=GiftCard) if lock else query)
    return [row for row in found.all() if row.spent_minor > 0]


async def block_cards(tx: TenantTx, order_id: UUID) -> None:
    """All that the order bought: nobody pays with them any more."""
    cards = select(DigitalGrant.card_id).where(DigitalGrant.order_id == order_id)
    await tx.execute(
        update(GiftCard)
        .where(GiftCard.id.in_(cards), GiftCard.blocked_at.is_(None))
        .values(blocked_at=tx.now)
        .execution_options(synchronize_session=False)
    )


async def grant_of(tx: TenantTx, order_id: UUID, grant_id: UUID) -> DigitalGrant | None:
    """The one that stands, locked."""
    query = select(DigitalGrant).where(
        DigitalGrant.id == grant_id,
        DigitalGrant.order_id == order_id,
        DigitalGrant.revoked_at.is_(None),
    )
    found = await tx.scalars(query.with_for_update().execution_options(populate_existing=True))
    return found.first()
