"""Every statement on definitions and designs."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Row, Text, Uuid, and_, any_, bindparam, cast, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.lanes import HotQuery
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.models import Media, Variant, VariantKind
from kram.shop.configurator.models import Configurator, Design

_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_CODES = bindparam("codes", type_=ARRAY(Text()))
_SOUGHT = (
    select(Configurator.product_id, Configurator.definition, Design.code, Design.selection)
    .outerjoin(
        Design,
        and_(Design.product_id == Configurator.product_id, Design.code == any_(_CODES)),
    )
    .where(Configurator.product_id == any_(_IDS))
)

_PRODUCT = bindparam("product_id", type_=Uuid())


class ShownRow(msgspec.Struct):
    """JSON as its text."""

    definition: str
    keys: str


SHOWN = HotQuery(
    select(
        Configurator.definition,
        func.coalesce(
            select(func.jsonb_object_agg(cast(Media.id, Text), Media.key))
            .where(Media.product_id == _PRODUCT)
            .scalar_subquery(),
            func.jsonb_build_object(),
        ),
    ).where(Configurator.product_id == _PRODUCT),
    ShownRow,
)


async def configurator(tx: TenantRead, product_id: UUID) -> Configurator | None:
    found: Configurator | None = await tx.scalar(
        select(Configurator).where(Configurator.product_id == product_id)
    )
    return found


async def design(tx: TenantRead, code: str) -> Design | None:
    found: Design | None = await tx.scalar(select(Design).where(Design.code == code))
    return found


async def sought(
    tx: TenantRead, product_ids: Collection[UUID], codes: Collection[str]
) -> Sequence[Row[Any]]:
    """Rows (product_id, definition, code, selection): each definition, with each of the designs
    asked for; code None where it has none of them."""
    found = await tx.execute(_SOUGHT, {"ids": list(product_ids), "codes": list(codes)})
    return found.all()


async def save(tx: TenantTx, design: Design) -> Design:
    """The one that was saved first with this digest; rows are never changed, so not even one that
    is there already is touched."""
    values = {column.key: getattr(design, column.key) for column in Design.__table__.columns}
    statement = insert(Design).values(values)
    await tx.execute(
        statement.on_conflict_do_nothing(index_elements=[Design.product_id, Design.digest])
    )
    found: Design = (
        await tx.scalars(
            select(Design).where(
                Design.product_id == design.product_id, Design.digest == design.digest
            )
        )
    ).one()
    return found


async def on_sale(tx: TenantRead, variant_ids: Collection[UUID]) -> set[UUID]:
    """Those that can be a part: ordinary goods that are not archived; their product may be hidden,
    as parts are that nobody buys alone."""
    found = await tx.scalars(
        select(Variant.id).where(
            Variant.id == any_(_IDS),
            Variant.archived_at.is_(None),
            Variant.kind == VariantKind.GOODS,
        ),
        {"ids": list(variant_ids)},
    )
    return set(found)


async def has_unsent(tx: TenantRead, product_id: UUID) -> bool:
    """Parts are taken from the shelf with a parcel, which nobody makes of files and keys."""
    found: bool = await tx.scalar(
        select(
            exists().where(
                Variant.product_id == product_id,
                Variant.archived_at.is_(None),
                Variant.kind.not_in((VariantKind.GOODS, VariantKind.BUNDLE)),
            )
        )
    )
    return found


async def pictures_of(tx: TenantRead, product_id: UUID) -> dict[UUID, str]:
    """Storage keys of the product's pictures, by id."""
    found = await tx.execute(select(Media.id, Media.key).where(Media.product_id == product_id))
    return {row.id: row.key for row in found}


async def skus_of(tx: TenantRead, variant_ids: Collection[UUID]) -> dict[UUID, str]:
    """Of archived ones too."""
    found = await tx.execute(
        select(Variant.id, Variant.sku).where(Variant.id == any_(_IDS)), {"ids": list(variant_ids)}
    )
    return {row.id: row.sku for row in found}
