"""What a field of a cart's hash holds: "<since> <body>".

`since` is the microsecond at which the line was put in; it sorts the cart and outlives later
changes of the line. The body ends with `at`, the microsecond at which that was wanted. A line is in
the cart, put aside, or out: what was taken out is remembered, so that an older wish, which comes
late, does not bring it back. A release that knows only lines in the cart reads these and no others.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import msgspec

from kram.kit.money import Money
from kram.shop.configurator.lines import LineKey

ASIDE = b'{"aside":'
OUT = b'{"at":'


class CartLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """`title`, `price` and `seal` (of what was chosen: `configurator.lines.seal_of`) are what the
    shopper saw when the line was last written. `design` is the code of what they put together."""

    variant_id: UUID
    quantity: int
    title: str
    price: Money
    design: str = ""
    seal: str = ""

    @property
    def key(self) -> LineKey:
        return LineKey(self.variant_id, self.design)


class _Aside(msgspec.Struct, frozen=True):
    aside: CartLine


def micros(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


def body(line: CartLine, at: int, *, aside: bool) -> bytes:
    """Of no units: it is out."""
    if not line.quantity:
        return out(at)
    written = msgspec.json.encode(_Aside(line) if aside else line)
    return b'%s,"at":%d}' % (written[:-1], at)


def out(at: int) -> bytes:
    return b'{"at":%d}' % at


def read(values: Iterable[bytes]) -> tuple[tuple[CartLine, ...], tuple[CartLine, ...]]:
    """Lines in the cart and lines put aside, in the order in which they were put in.

    A line written by another release in another shape is dropped, not an error for ever.
    """
    dated = [value.split(b" ", 1) for value in values]
    dated.sort(key=lambda pair: int(pair[0]))
    lines: list[CartLine] = []
    aside: list[CartLine] = []
    for _, text in dated:
        with suppress(msgspec.MsgspecError):
            if text.startswith(ASIDE):
                aside.append(msgspec.json.decode(text, type=_Aside).aside)
            elif not text.startswith(OUT):
                lines.append(msgspec.json.decode(text, type=CartLine))
    return tuple(lines), tuple(aside)
