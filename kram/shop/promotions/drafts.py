"""What the staff writes down of a promotion, and how it is checked."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.kit.text import line, refused
from kram.shop.promotions.rule import Rule

LONGEST_NAME = 200
_LARGEST_LIMIT = 10**9
_LARGEST_PRIORITY = 1_000


class PromotionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """`total_limit` is for all its orders together, `buyer_limit` for those of one customer."""

    name: str
    rule: Rule
    is_automatic: bool = False
    is_active: bool = True
    is_exclusive: bool = False
    priority: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    total_limit: int | None = None
    buyer_limit: int | None = None


def cleaned(draft: PromotionDraft) -> PromotionDraft:
    """The draft as it is kept. Raises: InvalidInput."""
    clean = msgspec.structs.replace(draft, name=line(draft.name))
    errors = tuple(_refused(clean))
    if errors:
        raise InvalidInput(errors=errors)
    return clean


def _refused(draft: PromotionDraft) -> Iterator[FieldError]:
    yield from refused("/name", draft.name, LONGEST_NAME, needed=True)
    yield from _refused_time(draft)
    for name in ("total_limit", "buyer_limit"):
        limit: int | None = getattr(draft, name)
        if limit is not None and not 1 <= limit <= _LARGEST_LIMIT:
            detail = gettext_noop("Choose a number from 1 on, or leave it empty")
            yield FieldError(f"/{name}", "out_of_range", detail)
    if abs(draft.priority) > _LARGEST_PRIORITY:
        detail = gettext_noop("Choose a number from −1000 to 1000")
        yield FieldError("/priority", "out_of_range", detail)


def _refused_time(draft: PromotionDraft) -> Iterator[FieldError]:
    instants = {"starts_at": draft.starts_at, "ends_at": draft.ends_at}
    naive = [name for name, instant in instants.items() if instant and instant.tzinfo is None]
    for name in naive:
        detail = gettext_noop("Give the time zone too, for example 2026-12-01T00:00:00Z")
        yield FieldError(f"/{name}", "invalid", detail)
    if not naive and draft.starts_at and draft.ends_at and draft.ends_at <= draft.starts_at:
        yield FieldError("/ends_at", "out_of_range", gettext_noop("It must end after it begins"))
