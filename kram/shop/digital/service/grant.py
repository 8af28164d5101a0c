"""Units of a paid order are given."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.catalog.models import VariantKind
from kram.shop.digital import grant_queries
from kram.shop.digital.errors import PoolOutOfStep
from kram.shop.digital.models import GrantKind
from kram.shop.digital.terms import Terms

FILES_UNIT = 0
"""A line's files are one grant, whatever its units."""


class Want(msgspec.Struct, frozen=True):
    """The next `units` of a line of so many (`quantity`), of which `before` were given."""

    line_id: UUID
    variant_id: UUID
    kind: VariantKind
    before: int
    units: int
    quantity: int
    terms: Terms

    @property
    def numbers(self) -> range:
        return range(self.before + 1, self.before + self.units + 1)


async def grant(tx: TenantTx, order_id: UUID, currency: str, wants: Sequence[Want]) -> None:
    """Two statements for any number of units. The order's row and the shelves of the keys are
    locked, the keys' units taken from them. Raises: PoolOutOfStep, a bug.
    """
    keys = [
        (want.line_id, unit, want.variant_id)
        for want in wants
        if want.kind is VariantKind.KEYS
        for unit in want.numbers
    ]
    if keys and await grant_queries.give_keys(tx, order_id, keys) != len(keys):
        raise PoolOutOfStep
    rows = [row for want in wants for row in _rows(tx, order_id, currency, want)]
    await grant_queries.insert_grants(tx, rows)


def _rows(tx: TenantTx, order_id: UUID, currency: str, want: Want) -> Iterator[dict[str, Any]]:
    row = {
        "order_id": order_id,
        "line_id": want.line_id,
        "variant_id": want.variant_id,
        "created_at": tx.now,
        "face_minor": None,
        "currency": None,
        "download_limit": None,
        "expires_at": None,
    }
    if want.kind is VariantKind.GIFT_CARD:
        card = {"face_minor": want.terms.face_minor, "currency": currency}
        for unit in want.numbers:
            yield {**row, **card, "id": new_id(), "kind": GrantKind.CARD, "unit": unit} | {
                "expires_at": _after(tx, want.terms.valid_days)
            }
    elif not want.before:
        limit = want.terms.downloads
        yield {**row, "id": new_id(), "kind": GrantKind.FILES, "unit": FILES_UNIT} | {
            "download_limit": None if limit is None else limit * want.quantity,
            "expires_at": _after(tx, want.terms.days),
        }


def _after(tx: TenantTx, days: int | None) -> Any:
    return None if days is None else tx.now + timedelta(days=days)
