"""Keep segments, look at them, and ask who belongs."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.customers.list_queries import Narrow
from kram.shop.segments import queries
from kram.shop.segments.compile_queries import narrowed
from kram.shop.segments.errors import SegmentMissing, SegmentNameTaken, TooManySegments
from kram.shop.segments.models import Segment
from kram.shop.segments.rules import Rule, plain, read_rule, with_money_steps

MOST_SEGMENTS = 100
_LONGEST_NAME = 80
_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """`names` are of the latest few; one who has no name is an empty text."""

    count: int
    names: list[str]


async def save_segment(
    tx: TenantTx, name: str, content: Any, segment_id: UUID | None = None
) -> Segment:
    """A new one, or changed. `content`: the rule as JSON's plain values.

    Raises: SegmentMissing, SegmentNameTaken, TooManySegments, RuleRefused, RuleTooLarge,
    InvalidInput.
    """
    told = _checked_name(name)
    rule = plain(with_money_steps(read_rule(content), await queries.money_steps(tx)))
    if segment_id is not None:
        return await _change(tx, segment_id, told, rule)
    if len(await queries.segments(tx)) >= MOST_SEGMENTS:
        raise TooManySegments
    made = Segment(id=new_id(), name=told, rule=rule)
    if not await queries.insert_segment(tx, made):
        raise SegmentNameTaken
    return await segment(tx, made.id)


async def _change(tx: TenantTx, segment_id: UUID, name: str, rule: dict[str, Any]) -> Segment:
    known = await tx.get(Segment, segment_id, lock=True)
    if known is None:
        raise SegmentMissing
    if await queries.is_name_taken(tx, name, segment_id):
        raise SegmentNameTaken
    known.name, known.rule, known.updated_at = name, rule, tx.now
    await tx.flush()
    return known


async def remove_segment(tx: TenantTx, segment_id: UUID) -> None:
    """Raises: SegmentMissing."""
    known = await tx.get(Segment, segment_id, lock=True)
    if known is None:
        raise SegmentMissing
    await tx.delete(known)


async def segment(tx: TenantRead, segment_id: UUID) -> Segment:
    """Raises: SegmentMissing."""
    known = await tx.get(Segment, segment_id)
    if known is None:
        raise SegmentMissing
    return known


async def preview(tx: TenantRead, content: Any) -> Preview:
    """Whom a rule means now. Raises: RuleRefused, RuleTooLarge."""
    rule = await _complete(tx, content)
    return Preview(*await queries.first_names(tx, rule, _NAMES_SHOWN))


async def segments_of(
    tx: TenantRead, customer_id: UUID, among: Collection[UUID] | None = None
) -> set[UUID]:
    """The segments that the customer belongs to now; of `among` if given, else of all.

    Two statements, which read nothing of other customers. Nothing for an id without a profile.
    """
    if among is not None and not among:
        return set()
    kept = await queries.segments(tx, among)
    return await queries.which_hold(tx, customer_id, {row.id: read_rule(row.rule) for row in kept})


async def in_segment(tx: TenantRead, customer_id: UUID, segment_id: UUID) -> bool:
    """False for a segment that is no more."""
    return segment_id in await segments_of(tx, customer_id, [segment_id])


async def rule_of(tx: TenantRead, segment_id: UUID) -> Rule:
    """Raises: SegmentMissing."""
    return read_rule((await segment(tx, segment_id)).rule)


async def narrowing(tx: TenantRead, segment_id: UUID) -> Narrow:
    """For the list of customers. Raises: SegmentMissing."""
    rule = await rule_of(tx, segment_id)
    return lambda query: narrowed(query, rule, tx.now)


async def _complete(tx: TenantRead, content: Any) -> Rule:
    return with_money_steps(read_rule(content), await queries.money_steps(tx))


def _checked_name(name: str) -> str:
    told = " ".join(name.replace("\0", "").split())
    if not 0 < len(told) <= _LONGEST_NAME:
        detail = gettext_noop("Write a name of up to 80 letters")
        raise InvalidInput(errors=[FieldError("/name", "invalid", detail)])
    return told
