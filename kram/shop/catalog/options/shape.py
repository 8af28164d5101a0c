"""Options as they are kept in a product, and as somebody typed them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.i18n import is_spoken
from kram.kit.messages import gettext_noop
from kram.kit.text import line

MOST_OPTIONS, MOST_VALUES, MOST_VARIANTS = 3, 100, 2_000
LONGEST_NAME = 50
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class OptionValue(msgspec.Struct, frozen=True, omit_defaults=True):
    """`id` is unique among all options and values of the product; `names` are by language."""

    id: int
    name: str
    names: dict[str, str] = {}
    colour: str = ""
    gone: bool = False


class Option(msgspec.Struct, frozen=True, omit_defaults=True):
    id: int
    name: str
    values: tuple[OptionValue, ...]
    names: dict[str, str] = {}
    gone: bool = False

    @property
    def offered(self) -> tuple[OptionValue, ...]:
        return () if self.gone else tuple(value for value in self.values if not value.gone)


class ValueDraft(msgspec.Struct, frozen=True, kw_only=True):
    """`id` names a value that exists; without it its name does."""

    name: str
    id: int | None = None
    names: dict[str, str] = {}
    colour: str = ""


class OptionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """`id` names an option that exists; without it its name does."""

    name: str
    values: tuple[ValueDraft, ...]
    id: int | None = None
    names: dict[str, str] = {}


def options_of(kept: Sequence[Mapping[str, object]]) -> tuple[Option, ...]:
    return msgspec.convert(kept, tuple[Option, ...])


def live(options: Iterable[Option]) -> tuple[Option, ...]:
    return tuple(option for option in options if not option.gone)


def resolved(known: Sequence[Option], drafts: Sequence[OptionDraft]) -> tuple[Option, ...]:
    """The drafts with their numbers, followed by what is gone. Raises: InvalidInput."""
    drafts = [_clean(draft) for draft in drafts]
    refused = tuple(_refused(drafts))
    if refused:
        raise InvalidInput(errors=refused)
    numbers = _Numbers(known)
    made = [_option(draft, known, numbers) for draft in drafts]
    kept = {option.id for option in made}
    if len(kept) != len(made):
        raise InvalidInput(errors=[_repeated("/options")])
    gone = (msgspec.structs.replace(each, gone=True) for each in known if each.id not in kept)
    return (*made, *gone)


T = TypeVar("T", Option, OptionValue)


class _Numbers:
    def __init__(self, known: Sequence[Option]) -> None:
        used = [0]
        for option in known:
            used += [option.id, *(value.id for value in option.values)]
        self._last = max(used)

    def next(self) -> int:
        self._last += 1
        return self._last


def _option(draft: OptionDraft, known: Sequence[Option], numbers: _Numbers) -> Option:
    """Raises: InvalidInput."""
    found = _found(known, draft.id, draft.name)
    if found is None and draft.id is not None:
        raise InvalidInput(errors=[_unknown("/options")])
    option_id = found.id if found else numbers.next()
    old = found.values if found else ()
    values = [_value(value, old, numbers) for value in draft.values]
    kept = {value.id for value in values}
    if len(kept) != len(values):
        raise InvalidInput(errors=[_repeated("/options")])
    gone = [msgspec.structs.replace(each, gone=True) for each in old if each.id not in kept]
    return Option(option_id, draft.name, (*values, *gone), draft.names)


def _value(draft: ValueDraft, known: Sequence[OptionValue], numbers: _Numbers) -> OptionValue:
    """Raises: InvalidInput."""
    found = _found(known, draft.id, draft.name)
    if found is None and draft.id is not None:
        raise InvalidInput(errors=[_unknown("/options")])
    number = found.id if found else numbers.next()
    return OptionValue(number, draft.name, draft.names, draft.colour)


def _found(known: Sequence[T], number: int | None, name: str) -> T | None:
    if number is not None:
        return next((each for each in known if each.id == number), None)
    return next((each for each in known if each.name.casefold() == name.casefold()), None)


def _clean(draft: OptionDraft) -> OptionDraft:
    return msgspec.structs.replace(
        draft,
        name=_line(draft.name),
        names=_names(draft.names),
        values=tuple(
            msgspec.structs.replace(
                value,
                name=_line(value.name),
                names=_names(value.names),
                colour=value.colour.strip().lower(),
            )
            for value in draft.values
        ),
    )


def _line(text: str) -> str:
    return line(text.replace("\0", " "))


def _names(names: Mapping[str, str]) -> dict[str, str]:
    """In languages that we speak alone; an empty name is shown in the shop's own language."""
    return {
        language: _line(name)
        for language, name in names.items()
        if is_spoken(language) and _line(name)
    }


def _refused(drafts: Sequence[OptionDraft]) -> Iterator[FieldError]:
    if len(drafts) > MOST_OPTIONS:
        yield FieldError(
            "/options", "options_count", gettext_noop("A product has at most 3 options")
        )
    for place, option in enumerate(drafts):
        at = f"/options/{place}"
        yield from _refused_name(f"{at}/name", option.name, option.names)
        if not 1 <= len(option.values) <= MOST_VALUES:
            yield FieldError(
                f"{at}/values", "values_count", gettext_noop("An option has 1 to 100 values")
            )
        for number, value in enumerate(option.values):
            yield from _refused_name(f"{at}/values/{number}/name", value.name, value.names)
            if value.colour and not _COLOUR.fullmatch(value.colour):
                yield FieldError(
                    f"{at}/values/{number}/colour",
                    "colour_invalid",
                    gettext_noop("Write a colour like #1a2b3c"),
                )
        if _repeats(value.name for value in option.values):
            yield _repeated(f"{at}/values")
    if _repeats(option.name for option in drafts):
        yield _repeated("/options")


def _refused_name(pointer: str, name: str, names: Mapping[str, str]) -> Iterator[FieldError]:
    if not name:
        yield FieldError(pointer, "required", gettext_noop("Fill this in"))
    elif any(len(text) > LONGEST_NAME for text in (name, *names.values())):
        yield FieldError(pointer, "too_long", gettext_noop("Make this shorter"))


def _repeats(names: Iterable[str]) -> bool:
    folded = [name.casefold() for name in names]
    return len(set(folded)) != len(folded)


def _repeated(pointer: str) -> FieldError:
    return FieldError(pointer, "name_repeated", gettext_noop("Each name may stand here once"))


def _unknown(pointer: str) -> FieldError:
    return FieldError(
        pointer,
        "option_unknown",
        gettext_noop("This option is gone: reload the page"),
    )
