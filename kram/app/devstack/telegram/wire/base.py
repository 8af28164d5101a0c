"""What every wire object has in common."""

import msgspec


class Wire(msgspec.Struct, omit_defaults=True, kw_only=True, rename={"from_": "from"}):
    """An object of the Bot API: optional fields are absent, never null."""


def to_builtins(value: object) -> object:
    """The value as plain JSON types, with absent fields left out."""
    return msgspec.to_builtins(value)
