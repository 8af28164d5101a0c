"""Carts in Valkey."""

from collections.abc import Awaitable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID

import msgspec
from redis.asyncio import Redis

from kram.kit.clock import utc_now
from kram.kit.db.scope import TenantId
from kram.shop.cart import entries, scripts
from kram.shop.cart.entries import CartLine as CartLine
from kram.shop.cart.errors import CartFull, CartQuantityInvalid
from kram.shop.cart.extras import Extras
from kram.shop.catalog.queries import Offer
from kram.shop.configurator.lines import LineKey, seal_of

MOST_LINES = 100
MOST_UNITS = 999
KEPT_FOR = timedelta(days=30)


class Cart(msgspec.Struct, frozen=True):
    """`lines` in the order in which they were put in; `aside` are kept for another time.

    `is_known` is False where nothing is: nobody ever put anything in, or it is lost.
    """

    lines: tuple[CartLine, ...] = ()
    aside: tuple[CartLine, ...] = ()
    is_known: bool = False

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)


class CartStore:
    """Raises RedisError when Valkey does not answer: to a shopper that is "try again"."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._write_script = redis.register_script(scripts.WRITE)
        self._empty_script = redis.register_script(scripts.EMPTY)

    async def get(self, tenant_id: TenantId, customer_id: UUID) -> Cart:
        """Empty if there is none."""
        key = _key(tenant_id, customer_id)
        found = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(key))
        lines, aside = entries.read(found.values())
        return Cart(lines, aside, is_known=bool(found))

    async def put_line(
        self,
        tenant_id: TenantId,
        customer_id: UUID,
        offer: Offer,
        quantity: int,
        *,
        aside: bool = False,
        wanted_at: datetime | None = None,
    ) -> None:
        """Sets the line to that many units, in the cart or aside; 0 takes it out.

        `offer` is what the shopper looks at: read it before, outside of this call. `wanted_at` is
        of a wish that comes late: what was wanted of the line after it stays.
        Raises: CartQuantityInvalid, CartFull.
        """
        when = _When.of(wanted_at)
        written = [_written(_line(offer, quantity), when, aside=aside)]
        await self._write(tenant_id, customer_id, written, when)

    async def put_lines(
        self, tenant_id: TenantId, customer_id: UUID, wanted: Iterable[tuple[Offer, int]]
    ) -> None:
        """Merges what another device gathered: these lines are set, the others stay.

        Raises: CartQuantityInvalid, CartFull (what fitted is in).
        """
        when = _When.of(None)
        written = [_written(_line(offer, quantity), when) for offer, quantity in wanted]
        await self._write(tenant_id, customer_id, written, when)

    async def settle(
        self, tenant_id: TenantId, customer_id: UUID, settled: Cart, seen_at: datetime
    ) -> None:
        """Writes what a view made of the lines (`CartView.settled`): the shopper has seen it.

        `seen_at` is from before the cart was read: what was changed after that stays.
        """
        when = _When.of(seen_at)
        written = [_written(line, when) for line in settled.lines]
        written += [_written(line, when, aside=True) for line in settled.aside]
        await self._write(tenant_id, customer_id, written, when)

    async def remove(
        self,
        tenant_id: TenantId,
        customer_id: UUID,
        line: LineKey,
        wanted_at: datetime | None = None,
    ) -> None:
        """From wherever it lies; nothing if it is not there."""
        when = _When.of(wanted_at)
        written = [(_field(line), entries.out(when.at))]
        await self._write(tenant_id, customer_id, written, when)

    async def extras(self, tenant_id: TenantId, customer_id: UUID) -> Extras:
        """None typed if there is nothing, or another release wrote it in another shape."""
        found = await self._redis.get(_extras_key(tenant_id, customer_id))
        try:
            return Extras() if found is None else msgspec.json.decode(found, type=Extras)
        except msgspec.MsgspecError:
            return Extras()

    async def put_extras(self, tenant_id: TenantId, customer_id: UUID, extras: Extras) -> None:
        key = _extras_key(tenant_id, customer_id)
        await self._redis.set(key, msgspec.json.encode(extras), ex=KEPT_FOR)

    async def clear(
        self, tenant_id: TenantId, customer_id: UUID, seen_at: datetime | None = None
    ) -> None:
        """Ordered, or not wanted any more; what was put aside stays.

        `seen_at` is from before the cart was read: what was wanted after that stays too.
        """
        keys = [_key(tenant_id, customer_id), _extras_key(tenant_id, customer_id)]
        at = entries.micros(seen_at or utc_now())
        arguments: list[int | bytes] = [int(KEPT_FOR.total_seconds()), at, entries.out(at)]
        await self._empty_script(keys=keys, args=arguments)

    async def forget(self, tenant_id: TenantId, customer_id: UUID) -> None:
        """All of it."""
        await self._redis.delete(_key(tenant_id, customer_id), _extras_key(tenant_id, customer_id))

    async def _write(
        self,
        tenant_id: TenantId,
        customer_id: UUID,
        written: Iterable[tuple[str, bytes]],
        when: "_When",
    ) -> None:
        """`written` are fields of the hash and what they hold from now on."""
        arguments: list[str | bytes | int] = [
            MOST_LINES,
            int(KEPT_FOR.total_seconds()),
            when.now,
            int(when.is_late),
        ]
        for field, body in written:
            arguments += [field, when.at, body]
        refused = await self._write_script(keys=[_key(tenant_id, customer_id)], args=arguments)
        if refused:
            raise CartFull


class _When(NamedTuple):
    """Microseconds: when this is written, and when it was wanted."""

    now: int
    at: int
    is_late: bool

    @classmethod
    def of(cls, late: datetime | None) -> "_When":
        now = entries.micros(utc_now())
        return cls(now, now if late is None else entries.micros(late), late is not None)


def _written(line: CartLine, when: _When, *, aside: bool = False) -> tuple[str, bytes]:
    return _field(line.key), entries.body(line, when.at, aside=aside)


def _key(tenant_id: TenantId, customer_id: UUID) -> str:
    return f"cart:{tenant_id}:{customer_id}"


def _extras_key(tenant_id: TenantId, customer_id: UUID) -> str:
    return f"cart-extras:{tenant_id}:{customer_id}"


def _field(line: LineKey) -> str:
    """A variant's hex alone for one without a design: so the release before wrote them."""
    return line.written.replace("-", "")


def _line(offer: Offer, quantity: int) -> CartLine:
    if not 0 <= quantity <= MOST_UNITS:
        raise CartQuantityInvalid
    design = offer.chosen.design if offer.chosen else ""
    return CartLine(
        offer.variant_id, quantity, offer.shown_title, offer.price, design, seal_of(offer)
    )
