"""A product's options as they are typed: a name, and its values one a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from kram.dashboard.pages.forms import Form
from kram.shop.catalog.models import Product
from kram.shop.catalog.options.shape import (
    MOST_OPTIONS,
    Option,
    OptionDraft,
    ValueDraft,
    live,
    options_of,
)


def option_drafts(form: Form, known: Sequence[Option]) -> list[OptionDraft]:
    """Three rows of a name and its values, one a line. A row that was there keeps its number, and
    so do its values: in their old places when none was added or taken away, else by their names."""
    names, values, ids = (form.all(name) for name in ("option_name", "option_values", "option_id"))
    drafts = []
    for name, typed, option_id in zip(names, values, ids, strict=False):
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        if not name.strip() and not lines:
            continue
        old = next((each for each in known if str(each.id) == option_id), None)
        drafts.append(
            OptionDraft(
                id=old.id if old else None,
                name=name,
                names=old.names if old else {},
                values=tuple(_values(lines, old)),
            )
        )
    return drafts


def _values(lines: Sequence[str], old: Option | None) -> list[ValueDraft]:
    """ "Red #ff0000" is a value with its colour."""
    before = old.offered if old else ()
    drafts = [_value(line) for line in lines]
    by_name = {value.name.casefold(): value for value in before}
    renamed = len(before) == len(drafts)
    made = []
    for place, draft in enumerate(drafts):
        value = by_name.get(draft.name.casefold())
        if value is None and renamed and before[place].name.casefold() not in _names(drafts):
            value = before[place]
        made.append(
            ValueDraft(
                id=value.id if value else None,
                name=draft.name,
                names=value.names if value else {},
                colour=draft.colour,
            )
        )
    return made


def _names(drafts: Sequence[ValueDraft]) -> set[str]:
    return {draft.name.casefold() for draft in drafts}


def _value(line: str) -> ValueDraft:
    name, _, colour = line.rpartition(" ")
    if name and colour.startswith("#"):
        return ValueDraft(name=name, colour=colour)
    return ValueDraft(name=line)


def filled_options(product: Product) -> Form:
    options = live(options_of(product.options))
    blank = MOST_OPTIONS - len(options)
    texts = [
        "\n".join(f"{value.name} {value.colour}".strip() for value in option.offered)
        for option in options
    ]
    return Form.of(
        option_id=[*(str(option.id) for option in options), *[""] * blank],
        option_name=[*(option.name for option in options), *[""] * blank],
        option_values=[*texts, *[""] * blank],
    )


@dataclass(frozen=True, slots=True)
class OptionRow:
    id: str
    name: str
    values: str


def option_rows(form: Form) -> list[OptionRow]:
    columns = (form.all(name) for name in ("option_id", "option_name", "option_values"))
    return [OptionRow(*cells) for cells in zip(*columns, strict=False)]


def named_drafts(
    form: Form, known: Sequence[Option], languages: Sequence[str]
) -> list[OptionDraft]:
    """The options as they are, with names in other languages: `name.3.en` is of number 3."""

    def names(number: int, before: dict[str, str]) -> dict[str, str]:
        typed = {code: f"name.{number}.{code}" for code in languages}
        return before | {code: form.get(name) for code, name in typed.items() if form.has(name)}

    return [
        OptionDraft(
            id=option.id,
            name=option.name,
            names=names(option.id, option.names),
            values=tuple(
                ValueDraft(
                    id=value.id,
                    name=value.name,
                    names=names(value.id, value.names),
                    colour=value.colour,
                )
                for value in option.offered
            ),
        )
        for option in known
    ]
