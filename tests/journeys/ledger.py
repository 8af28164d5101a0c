"""What the database says when the pages have said theirs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio
import asyncpg

_PATIENCE_SECONDS = 15
_PAUSE_SECONDS = 0.05

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ledger:
    """One shop's tables, read as the database's owner."""

    owner: asyncpg.Connection
    slug: str

    async def order(self) -> dict[str, object]:
        """The only order."""
        return await self._only(
            "SELECT number, status, payment_state, subtotal_minor, delivery_minor, total_minor,"
            " currency, tracking FROM {schema}.orders"
        )

    async def payment(self) -> dict[str, object]:
        """The only payment."""
        return await self._only(
            "SELECT provider, status, amount_minor, captured_minor, refunded_minor"
            " FROM {schema}.payment"
        )

    async def stock(self, sku: str) -> tuple[int, int]:
        """On hand, and how many of these are reserved."""
        row = await self._only(
            "SELECT on_hand, reserved FROM {schema}.stock"
            " JOIN {schema}.variant ON variant.id = stock.variant_id WHERE sku = $1",
            sku,
        )
        return row["on_hand"], row["reserved"]  # type: ignore[return-value]

    async def quiet(self) -> None:
        """Waits until nothing is under way: what has not arrived by now was never sent."""
        await until(self._under_way, list[tuple[str, str | None]]())

    async def _under_way(self) -> list[tuple[str, str | None]]:
        """Rows that are due or being handled, and dead ones, which will stay."""
        rows = await self.owner.fetch(
            "SELECT name, last_error FROM relay.outbox WHERE done_at IS NULL"
            " AND (dead_at IS NOT NULL OR attempts > 0 OR next_at < now() + interval '5 s')"
            " UNION ALL SELECT kind, last_error FROM relay.inbox WHERE done_at IS NULL"
        )
        return [(row[0], row[1]) for row in rows]

    async def _only(self, sql: str, *values: object) -> dict[str, object]:
        schema = await self.owner.fetchval(
            "SELECT schema FROM platform.shop WHERE slug = $1", self.slug
        )
        (row,) = await self.owner.fetch(sql.format(schema=schema), *values)
        return dict(row)


async def until(look: Callable[[], Awaitable[T]], wanted: T) -> None:
    """Looks until it sees what is wanted; fails with what it saw last."""
    seen = await look()
    with anyio.move_on_after(_PATIENCE_SECONDS):
        while seen != wanted:
            await anyio.sleep(_PAUSE_SECONDS)
            seen = await look()
    assert seen == wanted, f"{seen} is not {wanted}"
