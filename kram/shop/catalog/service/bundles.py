"""What goes into a bundle."""

from collections.abc import Mapping
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.shop.catalog import bundle_queries
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.errors import BundleNested, BundleOfDigital, VariantMissing
from kram.shop.catalog.models import VariantKind

MOST_COMPONENTS = 20
LARGEST_QUANTITY = 999


async def set_components(
    tx: TenantTx, bundle_id: UUID, parts: Mapping[UUID, int], *, product_id: UUID | None = None
) -> None:
    """Makes the variant a bundle of these units of other variants; of nothing, an ordinary one.

    Locks all of them in the order of their ids, so that no two changes can nest bundles together.
    Raises: VariantMissing (also for one of another product, if that is given), BundleNested,
    BundleOfDigital, InvalidInput.
    """
    _check(bundle_id, parts)
    if product_id is not None and not await bundle_queries.is_of(tx, bundle_id, product_id):
        raise VariantMissing
    kinds = await bundle_queries.lock_kinds(tx, {bundle_id, *parts})
    if len(kinds) != len({bundle_id, *parts}):
        raise VariantMissing
    if any(kinds[part] == VariantKind.BUNDLE for part in parts):
        raise BundleNested
    if any(not VariantKind(kind).is_sent for kind in kinds.values()):
        raise BundleOfDigital
    if parts and await bundle_queries.is_component(tx, bundle_id):
        raise BundleNested
    kind = VariantKind.BUNDLE if parts else VariantKind.GOODS
    await bundle_queries.set_kind(tx, bundle_id, kind)
    await bundle_queries.replace_components(tx, bundle_id, parts)
    await mark_changed(tx)


def _check(bundle_id: UUID, parts: Mapping[UUID, int]) -> None:
    """Raises: InvalidInput."""
    if len(parts) > MOST_COMPONENTS:
        detail = gettext_noop("A bundle has at most 20 components")
    elif bundle_id in parts:
        detail = gettext_noop("A bundle cannot contain itself")
    elif not all(1 <= quantity <= LARGEST_QUANTITY for quantity in parts.values()):
        detail = gettext_noop("Choose from 1 to 999 units")
    else:
        return
    raise InvalidInput(errors=[FieldError("/components", "components_invalid", detail)])
