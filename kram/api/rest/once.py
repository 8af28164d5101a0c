"""One effect for one `Idempotency-Key`, for what creates something in a shop."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from kram.api.rest.caller import AnyRequest, Desk, DeskHere
from kram.api.rest.inputs import Key
from kram.api.rest.services import RestServices, ServicesHere
from kram.billing.checkout import idempotency
from kram.billing.checkout.errors import StillRunning
from kram.billing.checkout.idempotency import RETRY_AFTER_SECONDS, Claim
from kram.billing.checkout.requests import check_key
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

A = TypeVar("A", bound=msgspec.Struct)
Effect = Callable[[TenantTx], Awaitable[A]]


class RequestRunning(AppError):
    """`retry_after` seconds among the extras."""

    code = "idempotent_request_running"
    kind = Kind.CONFLICT
    title = gettext_noop("The first request with this key still runs: repeat it in a second")


@dataclass(frozen=True, slots=True)
class Once:
    """Runs effects of one request. Without a key a repeated request has a second effect."""

    services: RestServices
    desk: Desk
    request: AnyRequest
    key: str | None

    async def run(
        self, effect: Effect[A], answer: type[A], *, fingerprint: bytes | None = None
    ) -> A:
        """The effect's answer, or the one that it gave before.

        `fingerprint` stands for a body that is too large to be kept in memory.
        Raises: IdempotencyKeyMissing (it is malformed), IdempotencyKeyReused, RequestRunning.
        """
        if self.key is None:
            async with self.services.db.tenant(self.desk.tenant) as tx:
                return await effect(tx)
        claim = await self._claim(check_key(self.key), fingerprint or await self.request.body())
        if claim.answer is not None:
            return msgspec.convert(claim.answer, answer)
        return await self._first(effect, claim)

    def needs_key(self) -> None:
        """Where a second effect would cost money. Raises: IdempotencyKeyMissing."""
        check_key(self.key or "")

    async def _claim(self, key: str, body: bytes) -> Claim:
        path = self.request.url.path
        try:
            async with self.services.db.tenant(self.desk.tenant) as tx:
                return await idempotency.claim(
                    tx,
                    actor=f"merchant:{self.desk.caller.merchant_id}",
                    operation=f"rest {self.request.method}",
                    key=key,
                    fingerprint=hashlib.sha256(path.encode() + b"\0" + body).digest(),
                )
        except StillRunning as running:
            raise RequestRunning(retry_after=RETRY_AFTER_SECONDS) from running

    async def _first(self, effect: Effect[A], claim: Claim) -> A:
        try:
            async with self.services.db.tenant(self.desk.tenant) as tx:
                await idempotency.begin(tx, claim)
                made = await effect(tx)
                await idempotency.finish(tx, claim, msgspec.to_builtins(made))
        except AppError:
            async with self.services.db.tenant(self.desk.tenant) as tx:
                await idempotency.give_up(tx, claim)
            raise
        return made


OnceHere = NamedDependency[SkipValidation[Once]]


async def provide_once(
    services: ServicesHere,
    desk: DeskHere,
    request: AnyRequest,
    idempotency_key: Key = None,
) -> Once:
    return Once(services, desk, request, idempotency_key)
