"""Make promotions and codes, offer them to a basket, and count their uses."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
import structlog

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.shop.promotions import codes as spelling
from kram.shop.promotions import drafts, queries
from kram.shop.promotions.conditions import Candidate
from kram.shop.promotions.drafts import PromotionDraft
from kram.shop.promotions.engine import Applied
from kram.shop.promotions.errors import CodeTaken, PromotionMissing, PromotionUsedUp
from kram.shop.promotions.models import Promotion, PromoUse, UseState
from kram.shop.promotions.rule import Rule

_log = structlog.get_logger(__name__)


class Offered(msgspec.Struct, frozen=True):
    """`unknown` are typed codes that belong to nothing."""

    candidates: tuple[Candidate, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def ask_about_goods(self) -> bool:
        return any(not each.rule.goods.is_everything for each in self.candidates)

    @property
    def ask_about_customer(self) -> bool:
        return any(each.rule.when.ask_about_customer for each in self.candidates)


class GoodsFacts(msgspec.Struct, frozen=True):
    """What promotions and taxes ask of a product; `categories` from the root down to its own."""

    categories: tuple[UUID, ...] = ()
    collections: frozenset[UUID] = frozenset()
    tags: frozenset[str] = frozenset()


async def create(tx: TenantTx, draft: PromotionDraft) -> Promotion:
    """Raises: InvalidInput."""
    clean = drafts.cleaned(draft)
    promotion = Promotion(
        id=new_id(), used=0, created_at=tx.now, updated_at=tx.now, **_columns(clean)
    )
    tx.add(promotion)
    await tx.flush()
    return promotion


async def update(tx: TenantTx, promotion_id: UUID, draft: PromotionDraft) -> Promotion:
    """Orders that have it keep what they got; a new limit counts them. Raises: InvalidInput,
    PromotionMissing."""
    clean = drafts.cleaned(draft)
    promotion = await tx.get(Promotion, promotion_id, lock=True)
    if promotion is None:
        raise PromotionMissing
    limits = (promotion.total_limit, promotion.buyer_limit)
    for name, value in _columns(clean).items():
        setattr(promotion, name, value)
    promotion.updated_at = tx.now
    if limits != (clean.total_limit, clean.buyer_limit):
        await tx.flush()
        await queries.recount(tx, promotion)
    await tx.flush()
    return promotion


async def set_active(tx: TenantTx, promotion_id: UUID, is_active: bool) -> None:
    """Raises: PromotionMissing."""
    if not await queries.pause(tx, promotion_id, is_active):
        raise PromotionMissing


async def add_code(
    tx: TenantTx, promotion_id: UUID, code: str, use_limit: int | None = None
) -> str:
    """The code as it is kept. Raises: PromotionMissing, InvalidInput, CodeTaken."""
    clean = spelling.checked(code)
    await _existing(tx, promotion_id)
    if not await queries.add_codes(tx, promotion_id, [clean], use_limit):
        raise CodeTaken
    return clean


async def generate_codes(
    tx: TenantTx,
    promotion_id: UUID,
    count: int,
    *,
    prefix: str = "",
    length: int = 8,
    use_limit: int | None = 1,
) -> Sequence[str]:
    """New random codes, in one statement. Raises: PromotionMissing, InvalidInput, CodesTooShort."""
    wanted = list(spelling.make(count, prefix, length))
    await _existing(tx, promotion_id)
    made = list(await queries.add_codes(tx, promotion_id, wanted, use_limit))
    while len(made) < count:  # some were taken: about one in ten thousand
        more = list(spelling.make(count - len(made), prefix, length))
        made += await queries.add_codes(tx, promotion_id, more, use_limit)
    return made


async def offered(tx: TenantRead, typed: Collection[str], customer_id: UUID | None) -> Offered:
    """What might be given now; one statement."""
    meant = {form: code for code in reversed(list(typed)) for form in spelling.forms(code)}
    rows = await queries.candidates(tx, list(meant), customer_id)
    found = [each for row in rows if (each := _candidate(row)) is not None]
    known = {meant[row.code] for row in rows if row.code}
    spelled = [
        msgspec.structs.replace(each, code=meant[each.code]) if each.code else each
        for each in found
    ]
    return Offered(tuple(spelled), tuple(code for code in typed if code not in known))


async def goods_facts(tx: TenantRead, product_ids: Collection[UUID]) -> Mapping[UUID, GoodsFacts]:
    """One statement for any number."""
    rows = await queries.goods(tx, product_ids)
    return {product_id: _facts(row) for product_id, row in rows.items()}


async def take(
    tx: TenantTx, order_id: UUID, customer_id: UUID, applied: Collection[Applied]
) -> None:
    """Counts the order's uses, all or none, by one statement; nothing for none.

    Raises PromotionUsedUp when a limit has been reached meanwhile: then leave the transaction.
    """
    if not applied:
        return
    uses = [(each.promotion_id, each.code_id, each.total_minor) for each in applied]
    refused = await queries.take(tx, order_id, customer_id, uses)
    if refused:
        names = {each.promotion_id: each.code or each.name for each in applied}
        raise PromotionUsedUp(promotion=names[refused[0].promotion_id], why=refused[0].why)


async def give_back(tx: TenantTx, order_id: UUID) -> None:
    """The order ended: its uses are free for others; nothing if it holds none."""
    await queries.release(tx, order_id)


async def take_again(tx: TenantTx, order_id: UUID) -> None:
    """For an order that comes back to life. Raises like `take`."""
    uses = await queries.uses_of(tx, order_id)
    if not uses or any(use.state == UseState.HELD for use in uses):
        return
    last = {use.promotion_id: use for use in uses}
    wanted = [(use.promotion_id, use.code_id, use.amount_minor) for use in last.values()]
    refused = await queries.take(tx, order_id, _customer(uses), wanted)
    if refused:
        raise PromotionUsedUp(promotion="", why=refused[0].why)


def _customer(uses: Sequence[PromoUse]) -> UUID:
    return uses[-1].customer_id


async def _existing(tx: TenantRead, promotion_id: UUID) -> None:
    if await tx.get(Promotion, promotion_id) is None:
        raise PromotionMissing


def _columns(draft: PromotionDraft) -> dict[str, Any]:
    values = {name: getattr(draft, name) for name in draft.__struct_fields__}
    values["rule"] = msgspec.to_builtins(draft.rule)
    return values


def _candidate(row: Any) -> Candidate | None:
    """None for a rule that a newer release wrote: this one cannot give what it does not know."""
    try:
        rule = msgspec.convert(row.rule, Rule)
    except msgspec.ValidationError:
        _log.warning("a promotion was not understood", promotion=str(row.id))
        return None
    return Candidate(
        promotion_id=row.id,
        name=row.name,
        rule=rule,
        code=row.code or "",
        code_id=row.code_id,
        priority=row.priority,
        is_exclusive=row.is_exclusive,
        is_active=row.is_active,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        used_up=row.used_up,
        used_by_buyer=row.used_by_buyer,
    )


def _facts(row: Any) -> GoodsFacts:
    return GoodsFacts(
        tuple(row.shelves or ()), frozenset(row.collections or ()), frozenset(row.tags)
    )
