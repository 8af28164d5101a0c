"""What an outside tax service must do, and what happens when it does not."""

import asyncio
from typing import Protocol

import msgspec
import structlog

from kram.shop.taxes.errors import TaxServiceUnavailable

_log = structlog.get_logger(__name__)


class TaxedLine(msgspec.Struct, frozen=True):
    """`amount_minor` is the whole line's, after discounts."""

    sku: str
    quantity: int
    amount_minor: int


class TaxRequest(msgspec.Struct, frozen=True):
    currency: str
    country: str
    prices_include_tax: bool
    lines: tuple[TaxedLine, ...]
    delivery_minor: int


class TaxAnswer(msgspec.Struct, frozen=True):
    """Minor units of tax: of each line in the request's order, and of the delivery."""

    lines: tuple[int, ...]
    delivery_minor: int


class TaxService(Protocol):
    name: str

    async def quote(self, request: TaxRequest) -> TaxAnswer:
        """Safe to repeat. Raises: TaxServiceUnavailable."""


async def ask(service: TaxService, request: TaxRequest, seconds: float) -> TaxAnswer | None:
    """None when it is late, unavailable or makes no sense: the shop's own rates answer then.

    Never inside a transaction.
    """
    try:
        async with asyncio.timeout(seconds):
            answer = await service.quote(request)
    except (TimeoutError, TaxServiceUnavailable) as failure:
        _log.warning("a tax service did not answer", service=service.name, why=repr(failure))
        return None
    if not _makes_sense(request, answer):
        _log.error("a tax service answered nonsense", service=service.name)
        return None
    return answer


def _makes_sense(request: TaxRequest, answer: TaxAnswer) -> bool:
    sums = (*(line.amount_minor for line in request.lines), request.delivery_minor)
    found = (*answer.lines, answer.delivery_minor)
    return len(sums) == len(found) and all(
        0 <= tax <= amount for tax, amount in zip(found, sums, strict=True)
    )
