"""Many shoppers of one shop, each signed in by launch data of their own, who tap at once."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID

import httpx

from kram.kit.clock import utc_now
from kram.kit.ids import new_id
from kram.kit.telegram import sign_init_data, webapp_key
from tests.factories.storefront import order_words
from tests.stress.tables import Row, row_of

_AT_ONCE = 20
"""Shoppers who fill their carts at the same time; checkout is everybody's at once."""
_MOST_TRIES = 20
_FIRST_ADDRESS = IPv4Address("198.51.0.1")
PICKUP = "pickup"


@dataclass
class Shopper:
    """`door` is the web process that a balancer chose for them."""

    door: httpx.AsyncClient
    headers: dict[str, str]
    words: dict[str, Any] = field(default_factory=dict)
    tries: int = 0
    seconds: float = 0

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        return await self.door.request(method, path, headers=headers, **more)

    async def must(self, method: str, path: str, **more: Any) -> Any:
        answer = await self.ask(method, path, **more)
        assert answer.is_success, answer.text
        return answer.json()

    async def fill(self, wanted: Iterable[tuple[UUID, int]], code: str) -> None:
        """Puts the goods into the cart in that order, and looks at what it costs."""
        for variant, units in wanted:
            await self.must("PUT", f"cart/lines/{variant}", json={"quantity": units})
        if code:
            await self.must("POST", "cart/codes", json={"code": code})
        cart = await self.must("GET", "cart", params={"delivery": PICKUP})
        totals = cart["totals"]
        self.words = order_words(
            totals["total_minor"],
            expected_to_pay_minor=totals["to_pay_minor"],
            delivery=PICKUP,
            address="",
        )

    async def order(self) -> str:
        """Taps once. What the script does for the shopper at a 503 is done here too: the same
        request again when it is told. Returns "placed" or the code of the refusal."""
        key, began = f"key-{new_id()}", time.monotonic()
        try:
            for self.tries in range(_MOST_TRIES):
                answer = await self.ask(
                    "POST", "checkout", json=self.words, headers={"idempotency-key": key}
                )
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    break
                await asyncio.sleep(float(answer.headers["retry-after"]))
            return "placed" if answer.is_success else str(answer.json()["code"])
        finally:
            self.seconds = time.monotonic() - began


@dataclass(frozen=True)
class Crowd:
    doors: Sequence[httpx.AsyncClient]
    bot_token: str

    async def come(
        self, carts: Sequence[Sequence[tuple[UUID, int]]], code: str = ""
    ) -> list[Shopper]:
        """One shopper for each cart."""
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(number: int) -> Shopper:
            async with turn:
                shopper = await self._sign_in(number)
                await shopper.fill(carts[number], code)
                return shopper

        return await asyncio.gather(*map(one, range(len(carts))))

    async def _sign_in(self, number: int) -> Shopper:
        door = self.doors[number % len(self.doors)]
        # Each comes from an address of their own, as the proxy in front of the web says.
        shopper = Shopper(door, {"x-forwarded-for": str(_FIRST_ADDRESS + number)})
        person = {"id": 10_000 + number, "first_name": f"Buyer {number}", "language_code": "uk"}
        launched = {
            "user": json.dumps(person),
            "auth_date": str(int(utc_now().timestamp())),
            "query_id": "AAE",
        }
        data = {"init_data": sign_init_data(launched, webapp_key(self.bot_token))}
        session = await shopper.must("POST", "session", json=data)
        shopper.headers["authorization"] = f"Bearer {session['token']}"
        return shopper


async def race(name: str, expected: int, shoppers: Sequence[Shopper]) -> Row:
    """All of them tap "Order" at the same moment."""
    began = time.monotonic()
    ended = Counter(await asyncio.gather(*(shopper.order() for shopper in shoppers)))
    return row_of(
        name,
        expected,
        ended,
        sum(shopper.tries for shopper in shoppers),
        [shopper.seconds for shopper in shoppers],
        time.monotonic() - began,
    )
