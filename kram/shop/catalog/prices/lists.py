"""Lists of prices for some."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from kram.kit.currencies import EXPONENTS
from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.catalog.changes import mark_changed, mark_changed_at
from kram.shop.catalog.drafts import LARGEST_PRICE
from kram.shop.catalog.errors import PriceListMissing, VariantMissing
from kram.shop.catalog.models import PriceList
from kram.shop.catalog.prices import queries

LARGEST_TIER = 999
MOST_PRICES_AT_ONCE = 2_000
_LONGEST_NAME = 100


class PriceListDraft(msgspec.Struct, frozen=True, kw_only=True):
    """`group_id` None: for everybody; the dates None: without that end."""

    name: str
    currency: str
    group_id: UUID | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_active: bool = True


class TierPrice(msgspec.Struct, frozen=True):
    """From `min_quantity` units on, each costs `minor` in the list's currency."""

    variant_id: UUID
    minor: int
    min_quantity: int = 1


async def create_price_list(tx: TenantTx, draft: PriceListDraft) -> PriceList:
    """Raises: InvalidInput."""
    price_list = PriceList(id=new_id(), created_at=tx.now, **_values(draft))
    tx.add(price_list)
    await tx.flush()
    await _changed(tx, price_list)
    return price_list


async def change_price_list(tx: TenantTx, price_list_id: UUID, draft: PriceListDraft) -> PriceList:
    """Its currency stays what it was. Raises: PriceListMissing, InvalidInput."""
    price_list = await _locked(tx, price_list_id)
    for name, value in _values(draft).items():
        if name != "currency":
            setattr(price_list, name, value)
    await tx.flush()
    await _changed(tx, price_list)
    return price_list


async def remove_price_list(tx: TenantTx, price_list_id: UUID) -> None:
    """With its prices. Raises: PriceListMissing."""
    await tx.delete(await _locked(tx, price_list_id))
    await tx.flush()
    await mark_changed(tx)


async def set_prices(tx: TenantTx, price_list_id: UUID, prices: Sequence[TierPrice]) -> None:
    """Replaces all tiers of the named variants; the others keep theirs.

    Raises: PriceListMissing, VariantMissing, InvalidInput.
    """
    price_list = await _locked(tx, price_list_id)
    variant_ids = {price.variant_id for price in prices}
    currencies = await queries.currencies_of(tx, variant_ids)
    if variant_ids - currencies.keys():
        raise VariantMissing
    _check(price_list, prices, currencies.values())
    await queries.remove_prices(tx, price_list_id, variant_ids)
    rows = [{"price_list_id": price_list_id, **msgspec.structs.asdict(price)} for price in prices]
    if rows:
        await queries.write_prices(tx, rows)
    await mark_changed(tx)


async def drop_prices(tx: TenantTx, price_list_id: UUID, variant_ids: Collection[UUID]) -> None:
    """Raises: PriceListMissing."""
    await _locked(tx, price_list_id)
    await queries.remove_prices(tx, price_list_id, variant_ids)
    await mark_changed(tx)


async def _locked(tx: TenantTx, price_list_id: UUID) -> PriceList:
    price_list = await tx.get(PriceList, price_list_id, lock=True)
    if price_list is None:
        raise PriceListMissing
    return price_list


async def _changed(tx: TenantTx, price_list: PriceList) -> None:
    await mark_changed(tx)
    mark_changed_at(tx, price_list.starts_at, price_list.ends_at)


def _check(price_list: PriceList, prices: Sequence[TierPrice], shop: Collection[str]) -> None:
    """Raises: InvalidInput."""
    least = 2 if price_list.group_id is None and price_list.currency in shop else 1
    refused: list[FieldError] = []
    if len(prices) > MOST_PRICES_AT_ONCE:
        refused.append(
            FieldError("/prices", "too_many", gettext_noop("Send at most 2,000 prices at once"))
        )
    seen: set[tuple[UUID, int]] = set()
    for place, price in enumerate(prices):
        if not 0 <= price.minor <= LARGEST_PRICE:
            refused.append(
                FieldError(
                    f"/prices/{place}/minor",
                    "amount_invalid",
                    gettext_noop("Give a price from 0 up"),
                )
            )
        if not least <= price.min_quantity <= LARGEST_TIER:
            refused.append(
                FieldError(
                    f"/prices/{place}/min_quantity",
                    "quantity_invalid",
                    gettext_noop(
                        "Prices for everybody begin with 2 units: for one unit set a sale price"
                    )
                    if price.min_quantity == 1
                    else gettext_noop("Choose from 1 to 999 units"),
                )
            )
        if (price.variant_id, price.min_quantity) in seen:
            refused.append(
                FieldError(
                    f"/prices/{place}/min_quantity",
                    "tier_repeated",
                    gettext_noop("Give one price for each number of units"),
                )
            )
        seen.add((price.variant_id, price.min_quantity))
    if refused:
        raise InvalidInput(errors=refused)


def _values(draft: PriceListDraft) -> dict[str, object]:
    """Raises: InvalidInput."""
    name = " ".join(draft.name.replace("\0", " ").split())
    refused: list[FieldError] = []
    if not 1 <= len(name) <= _LONGEST_NAME:
        refused.append(
            FieldError("/name", "length", gettext_noop("A name has 1 to 100 characters"))
        )
    if draft.currency not in EXPONENTS:
        refused.append(
            FieldError("/currency", "currency_unknown", gettext_noop("There is no such currency"))
        )
    if draft.starts_at and draft.ends_at and draft.ends_at <= draft.starts_at:
        refused.append(
            FieldError("/ends_at", "time_order", gettext_noop("The end comes after the beginning"))
        )
    if refused:
        raise InvalidInput(errors=refused)
    return {**msgspec.structs.asdict(draft), "name": name}
