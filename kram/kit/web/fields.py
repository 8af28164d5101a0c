"""Which field was refused: msgspec's and Litestar's notes as our field errors."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from kram.kit.errors import FieldError

_STEP = re.compile(r"[^.\[\]]+")
_MISSING = re.compile(r"Object missing required field `(.+)`")
_LOCATED = re.compile(r"(?P<text>.+?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)


def field_errors_of_msgspec(error: msgspec.ValidationError) -> list[FieldError]:
    """msgspec stops at the first refusal and ends its text with "- at `$.lines[0].quantity`"."""
    located = _LOCATED.fullmatch(str(error))
    if located is None:
        return []
    return [_field_error(located["text"], _STEP.findall(located["path"] or ""))]


def field_errors(notes: object) -> list[FieldError]:
    """Litestar's `ValidationException.extra`: dicts of message, key and source."""
    if not isinstance(notes, Iterable):
        return []
    return [_of_note(note) for note in notes if isinstance(note, Mapping)]


def _of_note(note: Mapping[str, Any]) -> FieldError:
    key, message = str(note.get("key", "")), str(note.get("message", ""))
    source = str(getattr(note.get("source"), "value", note.get("source", "body")))
    if source != "body":
        return FieldError(f"{source}/{key}", "invalid", message)
    if message == "'data'":  # how Litestar says that there was no body
        return FieldError("", "required", "Send a body")
    return _field_error(message, [] if key == "data" else _STEP.findall(key))


def _field_error(text: str, steps: list[str]) -> FieldError:
    missing = _MISSING.fullmatch(text)
    if missing:
        return FieldError(_pointer([*steps, missing[1]]), "required", "Fill in this field")
    return FieldError(_pointer(steps), "invalid", text)


def _pointer(steps: list[str]) -> str:
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
