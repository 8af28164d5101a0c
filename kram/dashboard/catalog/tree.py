"""Categories as an indented list."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from kram.shop.catalog.models import Category


@dataclass(frozen=True, slots=True)
class Branch:
    category: Category
    depth: int


def branches(categories: Sequence[Category]) -> list[Branch]:
    """Depth first, siblings in the order given."""
    children: defaultdict[UUID | None, list[Category]] = defaultdict(list)
    for category in categories:
        children[category.parent_id].append(category)
    return list(_below(children, None, 0))


def _below(
    children: defaultdict[UUID | None, list[Category]], parent: UUID | None, depth: int
) -> Iterator[Branch]:
    for category in children[parent]:
        yield Branch(category, depth)
        yield from _below(children, category.id, depth + 1)
