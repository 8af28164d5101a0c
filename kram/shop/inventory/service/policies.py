"""How a variant is sold when its units run out, and when the staff hears of it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.catalog.errors import VariantMissing
from kram.shop.catalog.models import Variant
from kram.shop.inventory.errors import LimitTooLow, PolicyInvalid, QuantityInvalid
from kram.shop.inventory.models import WHOLE_SHOP, Selling, StockPolicy
from kram.shop.inventory.queries import places, policies, shelves
from kram.shop.inventory.rules import LARGEST_QUANTITY
from kram.shop.inventory.service.levels import room_of
from kram.shop.inventory.service.telling import Change, tell


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """`limit` units may be promised before they come; None: as many as are asked.

    `available_from` is what a pre-order promises. `low_at` None: as the shop says.
    """

    selling: Selling = Selling.IN_STOCK
    available_from: date | None = None
    limit: int | None = None
    low_at: int | None = None


async def set_policy(tx: TenantTx, variant_id: UUID, draft: PolicyDraft) -> StockPolicy:
    """What is promised already stays promised.

    Raises: VariantMissing, PolicyInvalid, QuantityInvalid, LimitTooLow.
    """
    _check(draft)
    if await tx.get(Variant, variant_id) is None:
        raise VariantMissing
    # With a shelf of its own a promise and an arrival always meet at a row.
    await shelves.open_rows(tx, [variant_id], [await places.first_warehouse(tx)])
    rows = await shelves.lock_rows(tx, [variant_id])
    free = sum(row.free for row in rows if row.is_active)
    before = (await policies.lock(tx, [variant_id])).get(variant_id)
    room = _room(before)
    if before is not None:
        _check_limit(draft, before.backordered)
    after = await policies.put(tx, variant_id, _values(draft))
    await tell(tx, [Change(variant_id, free, free, room, _room(after))])
    return after


async def set_shop_low_at(tx: TenantTx, low_at: int | None) -> None:
    """For variants that say nothing themselves; None: nobody is told. Raises: QuantityInvalid."""
    _check_units(low_at)
    await policies.put(tx, WHOLE_SHOP, {"low_at": low_at})


def _room(policy: StockPolicy | None) -> int:
    if policy is None:
        return 0
    return room_of(policy.selling, policy.backorder_limit, policy.backordered)


def _values(draft: PolicyDraft) -> dict[str, object]:
    plain, preorder = draft.selling is Selling.IN_STOCK, draft.selling is Selling.PREORDER
    return {
        "selling": draft.selling,
        "available_from": draft.available_from if preorder else None,
        "backorder_limit": None if plain else draft.limit,
        "low_at": draft.low_at,
    }


def _check(draft: PolicyDraft) -> None:
    if draft.selling is Selling.PREORDER and draft.available_from is None:
        raise PolicyInvalid
    _check_units(draft.limit)
    _check_units(draft.low_at)


def _check_units(units: int | None) -> None:
    if units is not None and not 0 <= units <= LARGEST_QUANTITY:
        raise QuantityInvalid


def _check_limit(draft: PolicyDraft, promised: int) -> None:
    if draft.selling is not Selling.IN_STOCK and draft.limit is not None and draft.limit < promised:
        raise LimitTooLow(promised=promised)
