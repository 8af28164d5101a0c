"""Which variants a product has, given its options: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product as combinations
from uuid import UUID

from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.catalog.errors import OptionsRefused
from kram.shop.catalog.options.shape import MOST_VARIANTS, Option, live


@dataclass(frozen=True, slots=True)
class Known:
    """A variant that is there; `choice` None: made before the product had options."""

    id: UUID
    sku: str
    title: str
    choice: str | None
    is_archived: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination of values. `choice` is "" where there are no options."""

    choice: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """What a variant shall be; `sku` is empty for one that is new."""

    id: UUID
    sku: str
    title: str
    choice: str
    position: int
    is_archived: bool = False


def cells(options: Sequence[Option]) -> list[Cell]:
    """Every combination, the last option running fastest. Raises: OptionsRefused."""
    shown = live(options)
    size = 1
    for option in shown:
        size *= len(option.offered)
    if size > MOST_VARIANTS:
        raise OptionsRefused(
            gettext_noop("These options make %(count)s variants: at most 2,000 are possible"),
            count=size,
        )
    return [
        Cell(choice_of(value.id for value in values), " / ".join(value.name for value in values))
        for values in combinations(*(option.offered for option in shown))
    ]


def choice_of(numbers: Iterator[int]) -> str:
    return ".".join(map(str, sorted(numbers)))


def numbers_of(choice: str | None) -> set[int]:
    return {int(number) for number in choice.split(".")} if choice else set()


def rows(known: Sequence[Known], before: Sequence[Option], after: Sequence[Option]) -> list[Row]:
    """The variants that have to be made or changed; those that stay archived are left out.

    A variant keeps its values; of an option that is new it gets the first. A combination that
    was possible before and has no variant on sale was taken off by somebody, and stays off.
    Raises: OptionsRefused.
    """
    if not live(before) and not live(after):
        return []
    wanted = cells(after)
    placed = _named(known, wanted) if _is_unsorted(known, before) else _carried(known, after)
    old = {cell.choice for cell in cells(before)} if live(before) else set()
    claims: dict[str, Known] = {}
    for variant in sorted(known, key=lambda each: each.is_archived):
        claims.setdefault(placed[variant.id], variant)
    made: list[Row] = []
    for position, cell in enumerate(wanted):
        owner = claims.get(cell.choice)
        if owner is None:
            made.append(Row(new_id(), "", cell.title, cell.choice, position))
        elif not (owner.is_archived and (owner.choice or "") in old):
            made.append(Row(owner.id, owner.sku, cell.title, cell.choice, position))
    kept = {row.id for row in made}
    left_out = (each for each in known if not each.is_archived and each.id not in kept)
    return made + [_put_away(variant) for variant in left_out]


def _put_away(variant: Known) -> Row:
    return Row(variant.id, variant.sku, variant.title, variant.choice or "", 0, is_archived=True)


def _is_unsorted(known: Sequence[Known], before: Sequence[Option]) -> bool:
    """Several variants that were typed one by one: only their titles can tell what they are."""
    return not live(before) and sum(not variant.is_archived for variant in known) > 1


def _carried(known: Sequence[Known], after: Sequence[Option]) -> dict[UUID, str]:
    return {variant.id: _carry(variant, after) for variant in known}


def _carry(variant: Known, after: Sequence[Option]) -> str:
    """The variant's combination under the new options; one with a value that is gone fits none."""
    had = numbers_of(variant.choice)
    numbers = []
    for option in live(after):
        own = [value.id for value in option.values if value.id in had]
        numbers += own or [option.offered[0].id]
    return choice_of(iter(numbers))


def _named(known: Sequence[Known], wanted: Sequence[Cell]) -> dict[UUID, str]:
    """Raises: OptionsRefused, naming the variants that fit nowhere."""
    by_title = {cell.title.casefold(): cell.choice for cell in wanted}
    placed = {
        variant.id: by_title.get(variant.title.casefold(), f"{variant.id}") for variant in known
    }
    lost = [
        variant.title
        for variant in known
        if not variant.is_archived and variant.title.casefold() not in by_title
    ]
    if lost:
        raise OptionsRefused(
            gettext_noop("Name the values like the variants that are there: %(titles)s"),
            titles=", ".join(lost[:5]),
        )
    return placed
