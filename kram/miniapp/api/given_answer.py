"""What an order gave, as its page shows it: no key among it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from kram.kit.i18n import Translator
from kram.kit.money import Money
from kram.kit.money_text import format_money
from kram.miniapp.api.order_steps import moment
from kram.shop.digital.models import GrantKind
from kram.shop.digital.service.given import Given
from kram.shop.orders.models import Order, OrderLine
from kram.tenants.registry import ShopCard


class GivenFileAnswer(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    note: str
    can_load: bool


class GivenAnswer(msgspec.Struct, frozen=True):
    """`kind` is a `GrantKind`; `seen`: it was read before."""

    id: UUID
    kind: str
    name: str
    note: str
    ready: bool
    seen: bool
    files: list[GivenFileAnswer]


def given_answers(
    given: Sequence[Given], order: Order, shop: ShopCard, words: Translator
) -> list[GivenAnswer]:
    """In the order of the order's lines."""
    lines = {line.id: line for line in order.lines}
    places = {line.id: line.position for line in order.lines}
    ordered = sorted(given, key=lambda each: (places.get(each.line_id, 0), each.unit))
    return [_answer(each, lines[each.line_id], shop, words) for each in ordered]


def _answer(given: Given, line: OrderLine, shop: ShopCard, words: Translator) -> GivenAnswer:
    title = f"{line.title} · {line.variant_title}" if line.variant_title else line.title
    several = line.quantity > 1 and given.kind is not GrantKind.FILES
    return GivenAnswer(
        id=given.id,
        kind=given.kind,
        name=f"{title} · {given.unit}" if several else title,
        note=_note(given, shop, words),
        ready=given.ready,
        seen=given.seen_at is not None,
        files=[
            GivenFileAnswer(
                file.id, file.name, _left(file.size_bytes, file.left, words), file.left != 0
            )
            for file in given.files
        ],
    )


def _note(given: Given, shop: ShopCard, words: Translator) -> str:
    said = []
    if given.face_minor is not None and given.currency is not None:
        worth = Money(given.face_minor, given.currency)
        said.append(format_money(worth, words.language, trim_zeros=True))
    if given.expires_at is not None:
        until = moment(given.expires_at, shop.timezone, words)
        said.append(words.gettext("until %(moment)s", moment=until))
    return ", ".join(said)


def _left(size_bytes: int, left: int | None, words: Translator) -> str:
    size = _size(size_bytes, words)
    if left is None:
        return size
    counted = words.gettext("downloads left: %(count)s", count=left)
    return f"{size} · {counted}"


def _size(size_bytes: int, words: Translator) -> str:
    if size_bytes < 2**20:
        return words.gettext("%(count)s KB", count=max(round(size_bytes / 2**10), 1))
    return words.gettext("%(count)s MB", count=round(size_bytes / 2**20))
