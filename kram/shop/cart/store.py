"""Carts in Valkey."""

from collections.abc import Awaitable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import cast
from uuid import UUID

import msgspec
from redis.asyncio import Redis

from kram.kit.clock import utc_now
from kram.kit.db.scope import TenantId
from kram.kit.money import Money
from kram.shop.cart.errors import CartFull, CartQuantityInvalid
from kram.shop.cart.extras import Extras
from kram.shop.catalog.queries import Offer

MOST_LINES = 100
MOST_UNITS = 999
KEPT_FOR = timedelta(days=30)

# A line is "<since> <body>": the microsecond it was first put in, which sorts the cart and outlives
# later changes of the line. An empty body takes the line out. Returns how many did not fit.
_WRITE = """
local most, seconds, now = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local refused = 0
for i = 4, #ARGV, 2 do
    local field, body = ARGV[i], ARGV[i + 1]
    local old = redis.call('HGET', KEYS[1], field)
    if body == '' then
        redis.call('HDEL', KEYS[1], field)
    elseif old or redis.call('HLEN', KEYS[1]) < most then
        local since = old and string.match(old, '^%d+') or now
        redis.call('HSET', KEYS[1], field, since .. ' ' .. body)
    else
        refused = refused + 1
    end
end
redis.call('EXPIRE', KEYS[1], seconds)
return refused
"""


class CartLine(msgspec.Struct, frozen=True):
    """`title` and `price` are what the shopper saw when the line was last written."""

    variant_id: UUID
    quantity: int
    title: str
    price: Money


class Cart(msgspec.Struct, frozen=True):
    """`lines` in the order in which they were first put in."""

    lines: tuple[CartLine, ...] = ()

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)


class CartStore:
    """Raises RedisError when Valkey does not answer: to a shopper that is "try again"."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._write_script = redis.register_script(_WRITE)

    async def get(self, tenant_id: TenantId, customer_id: UUID) -> Cart:
        """Empty if there is none."""
        key = _key(tenant_id, customer_id)
        found = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(key))
        dated = [value.split(b" ", 1) for value in found.values()]
        dated.sort(key=lambda pair: int(pair[0]))
        return Cart(tuple(_readable(body for _, body in dated)))

    async def put_line(
        self, tenant_id: TenantId, customer_id: UUID, offer: Offer, quantity: int
    ) -> None:
        """Sets the line to that many units, 0 takes it out. Raises: CartQuantityInvalid, CartFull.

        `offer` is what the shopper looks at: read it before, outside of this call.
        """
        await self.put_lines(tenant_id, customer_id, [(offer, quantity)])

    async def put_lines(
        self, tenant_id: TenantId, customer_id: UUID, wanted: Iterable[tuple[Offer, int]]
    ) -> None:
        """Merges what another device gathered: these lines are set, the others stay.

        Raises: CartQuantityInvalid, CartFull (what fitted is in).
        """
        lines = [_line(offer, quantity) for offer, quantity in wanted]
        await self._write(tenant_id, customer_id, lines)

    async def settle(
        self, tenant_id: TenantId, customer_id: UUID, lines: Iterable[CartLine]
    ) -> None:
        """Writes what a view made of the lines (`CartView.settled`): the shopper has seen it."""
        await self._write(tenant_id, customer_id, lines)

    async def remove(self, tenant_id: TenantId, customer_id: UUID, variant_id: UUID) -> None:
        """Nothing if it is not there."""
        key = _key(tenant_id, customer_id)
        await self._redis.hdel(key, variant_id.hex)

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

    async def clear(self, tenant_id: TenantId, customer_id: UUID) -> None:
        await self._redis.delete(_key(tenant_id, customer_id), _extras_key(tenant_id, customer_id))

    async def _write(
        self, tenant_id: TenantId, customer_id: UUID, lines: Iterable[CartLine]
    ) -> None:
        arguments: list[str | bytes | int] = [
            MOST_LINES,
            int(KEPT_FOR.total_seconds()),
            int(utc_now().timestamp() * 1_000_000),
        ]
        for line in lines:
            arguments += [line.variant_id.hex, _body(line)]
        refused = await self._write_script(keys=[_key(tenant_id, customer_id)], args=arguments)
        if refused:
            raise CartFull


def _key(tenant_id: TenantId, customer_id: UUID) -> str:
    return f"cart:{tenant_id}:{customer_id}"


def _extras_key(tenant_id: TenantId, customer_id: UUID) -> str:
    return f"cart-extras:{tenant_id}:{customer_id}"


def _line(offer: Offer, quantity: int) -> CartLine:
    if not 0 <= quantity <= MOST_UNITS:
        raise CartQuantityInvalid
    return CartLine(offer.variant_id, quantity, offer.title, offer.price)


def _body(line: CartLine) -> bytes:
    return msgspec.json.encode(line) if line.quantity else b""


def _readable(bodies: Iterable[bytes]) -> Iterable[CartLine]:
    """A line written by another release in another shape is dropped, not an error for ever."""
    for body in bodies:
        with suppress(msgspec.MsgspecError):
            yield msgspec.json.decode(body, type=CartLine)
