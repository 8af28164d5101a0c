"""Goods that are not sent, made by the same services that the doors call."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import public_code
from kram.shop.catalog.models import VariantKind
from kram.shop.digital import service
from kram.shop.digital.models import DigitalFile, DigitalGrant, LicenceKey
from kram.shop.digital.terms import Terms
from tests.factories.catalog import make_variant
from tests.factories.inventory import STAFF

NO_TERMS = Terms()


async def make_digital(tx: TenantTx, terms: Terms = NO_TERMS) -> UUID:
    """A variant that gives files, of which it has none yet."""
    variant_id = await make_variant(tx)
    await service.set_kind(tx, variant_id, VariantKind.DIGITAL, terms)
    return variant_id


async def make_card(tx: TenantTx, face_minor: int = 50_000) -> UUID:
    variant_id = await make_variant(tx)
    await service.set_kind(tx, variant_id, VariantKind.GIFT_CARD, Terms(face_minor=face_minor))
    return variant_id


async def make_pool(tx: TenantTx, ring: KeyRing, keys: int = 0) -> UUID:
    """A variant with so many keys."""
    variant_id = await make_variant(tx)
    await service.set_kind(tx, variant_id, VariantKind.KEYS, NO_TERMS)
    if keys:
        await put_keys(tx, ring, variant_id, keys)
    return variant_id


async def put_keys(tx: TenantTx, ring: KeyRing, variant_id: UUID, keys: int) -> None:
    made = [f"KEY-{public_code(16)}" for _ in range(keys)]
    await service.add_keys(tx, ring, variant_id, made, STAFF)


async def make_file(tx: TenantTx, variant_id: UUID, name: str = "book.pdf") -> DigitalFile:
    """Its content is nowhere."""
    return await service.add_file(tx, variant_id, name, 4, f"private/digital/{public_code(10)}")


async def grants(tx: TenantRead, order_id: UUID) -> list[DigitalGrant]:
    """Ended ones too, the oldest first."""
    query = select(DigitalGrant).where(DigitalGrant.order_id == order_id)
    found = await tx.scalars(
        query.order_by(DigitalGrant.id).execution_options(populate_existing=True)
    )
    return list(found)


async def given_keys(tx: TenantRead) -> list[UUID]:
    """Keys of the grants that stand, one for each."""
    found = await tx.scalars(
        select(DigitalGrant.key_id).where(
            DigitalGrant.key_id.is_not(None), DigitalGrant.revoked_at.is_(None)
        )
    )
    return [key_id for key_id in found if key_id is not None]


async def free(tx: TenantRead, variant_id: UUID) -> int:
    query = select(func.count()).where(
        LicenceKey.variant_id == variant_id, LicenceKey.given_at.is_(None)
    )
    return int(await tx.scalar(query))


def soon() -> datetime:
    """Until when an order may be paid."""
    return utc_now() + timedelta(hours=1)
