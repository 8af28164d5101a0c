"""The list of customers, narrowed by what the staff looks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, tuple_

from kram.kit.db.tx import TenantRead
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.customers.models import Customer

Narrow = Callable[[Select[*tuple[Any, ...]]], Select[*tuple[Any, ...]]]
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """Every word of `q` occurs in the name, the username, the e-mail or the phone.

    `narrow`: a segment, which lies above this slice.
    """

    q: str = ""
    tag: str = ""
    group_id: UUID | None = None
    narrow: Narrow | None = None


async def people_page(
    tx: TenantRead, wanted: Wanted, *, cursor: str | None = None, limit: int = USUAL_PAGE
) -> Page[Customer]:
    """The newest first; neither joined nor erased ones. Raises: BadCursor."""
    query = _narrowed(select(Customer), wanted)
    if cursor is not None:
        last = read_cursor(cursor, tuple[datetime, UUID])
        query = query.where(tuple_(Customer.created_at, Customer.id) < last)
    query = query.order_by(Customer.created_at.desc(), Customer.id.desc()).limit(limit + 1)
    rows: Sequence[Customer] = (await tx.scalars(query)).all()
    return page_of(rows, limit, lambda customer: (customer.created_at, customer.id))


async def count_people(tx: TenantRead, wanted: Wanted) -> int:
    query = _narrowed(select(func.count()).select_from(Customer), wanted)
    return int(await tx.scalar(query))


def _narrowed(query: Select[*tuple[Any, ...]], wanted: Wanted) -> Select[*tuple[Any, ...]]:
    query = query.where(Customer.merged_into.is_(None), Customer.erased_at.is_(None))
    for word in wanted.q.replace("\0", "").split()[:_MOST_WORDS]:
        query = query.where(or_(*_found_in(word)))
    if wanted.tag:
        query = query.where(Customer.tags.contains([wanted.tag.strip().lower()]))
    if wanted.group_id is not None:
        query = query.where(Customer.group_ids.contains([wanted.group_id]))
    return wanted.narrow(query) if wanted.narrow else query


def _found_in(word: str) -> Sequence[Any]:
    columns = (Customer.name, Customer.username, Customer.email)
    found = [column.icontains(word.removeprefix("@"), autoescape=True) for column in columns]
    digits = "".join(letter for letter in word if letter.isascii() and letter.isdigit())
    if len(digits) > 2:
        found.append(Customer.phone.contains(digits, autoescape=True))
    return found
