"""What a variant gives."""

from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.shop.catalog import bundle_queries
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.errors import VariantMissing
from kram.shop.catalog.models import VariantKind
from kram.shop.digital import queries
from kram.shop.digital.errors import KindFixed, KindOfBundle, KindOfDesign
from kram.shop.digital.terms import Terms, refused_terms
from kram.shop.inventory.models import Selling
from kram.shop.inventory.service import levels


async def set_kind(tx: TenantTx, variant_id: UUID, kind: VariantKind, terms: Terms) -> None:
    """From now on the variant is sent, or gives that by these terms; placed orders keep theirs.

    Locks the variant's row, which every change of its units shares. Raises: VariantMissing,
    InvalidInput, KindOfBundle, KindOfDesign, KindFixed.
    """
    errors = tuple(refused_terms(kind, terms))
    if errors:
        raise InvalidInput(errors=errors)
    now = (await bundle_queries.lock_kinds(tx, [variant_id])).get(variant_id)
    if now is None:
        raise VariantMissing
    if now != kind:
        await _check_change(tx, variant_id, VariantKind(now), kind)
    stored = None if kind.is_sent else msgspec.to_builtins(terms)
    await queries.set_kind(tx, variant_id, kind, stored)
    await mark_changed(tx)


async def _check_change(
    tx: TenantTx, variant_id: UUID, now: VariantKind, kind: VariantKind
) -> None:
    """Units of one kind may not become units of another: nobody could hand them over."""
    if VariantKind.BUNDLE in (now, kind):
        raise KindOfBundle
    if not kind.is_sent and await bundle_queries.is_component(tx, variant_id):
        raise KindOfBundle
    if not kind.is_sent and await queries.is_configurable(tx, variant_id):
        raise KindOfDesign
    level = (await levels(tx, [variant_id]))[variant_id]
    if level.on_hand or level.backordered or level.selling != Selling.IN_STOCK:
        raise KindFixed
