"""Past-tense facts with a name and a version."""

from typing import Any, ClassVar

import msgspec

_by_name: dict[str, type["Event"]] = {}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about one shop. Fields are ids and values, never entities.

    `name` is public ("order.paid.v1"): CRMs receive it. A changed meaning is a new version.
    """

    name: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = cls.__dict__.get("name")
        if name is None:
            return
        known = _by_name.setdefault(name, cls)
        # msgspec makes the class twice (the struct replaces the plain one): same place, same event.
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two events are named {name}")
        _by_name[name] = cls


def encode(event: Event) -> dict[str, Any]:
    encoded: dict[str, Any] = msgspec.to_builtins(event)
    return encoded


def decode(name: str, payload: dict[str, Any]) -> Event:
    """Raises KeyError for a name that no event has, msgspec.ValidationError for a bad payload."""
    return msgspec.convert(payload, type=_by_name[name])


def known_events() -> dict[str, type[Event]]:
    return dict(_by_name)
