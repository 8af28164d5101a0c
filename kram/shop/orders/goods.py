"""What of the wanted goods is sold at this moment, or why not."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from kram.kit.db.tx import TenantRead
from kram.shop.catalog.queries import Offer
from kram.shop.configurator.errors import DesignChanged, DesignImpossible
from kram.shop.configurator.lines import LineKey, Sold, seal_of, sold
from kram.shop.orders.drafts import DraftLine
from kram.shop.orders.errors import GoodsGone


async def sold_whole(
    tx: TenantRead, wanted: Mapping[LineKey, int], customer_id: UUID, language: str
) -> Mapping[LineKey, Offer]:
    """All of it, called as in that language. Raises: GoodsGone, DesignImpossible."""
    return whole(await sold(tx, wanted, customer_id=customer_id, language=language), wanted)


def whole(found: Sold, wanted: Iterable[LineKey]) -> Mapping[LineKey, Offer]:
    """Raises: GoodsGone, DesignImpossible."""
    known = {*found.offers, *found.impossible}
    if gone := [key.variant_id for key in wanted if key not in known]:
        raise GoodsGone(variant_ids=gone)
    if found.impossible:
        troubles = [each for wrong in found.impossible.values() for each in wrong.troubles]
        raise DesignImpossible(troubles, list(found.impossible))
    return found.offers


def check_seals(lines: Iterable[DraftLine], sold: Mapping[LineKey, Offer]) -> None:
    """Raises: DesignChanged, when what somebody put together is not what they saw any more."""
    changed = [line.key for line in lines if line.seal not in (None, seal_of(sold[line.key]))]
    if changed:
        raise DesignChanged(lines=changed)
