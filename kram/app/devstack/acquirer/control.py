"""Levers for tests and demonstrations; a real acquirer has a test cabinet for this."""

from typing import Annotated, Literal

import msgspec
from litestar import Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, JSONBody

from kram.app.devstack.acquirer.acquirer import Acquirer
from kram.app.devstack.acquirer.http import TheAcquirer
from kram.app.devstack.acquirer.merchant_api import view
from kram.app.devstack.acquirer.records import PaymentRecord
from kram.billing.providers.hosted.wire import PaymentView


class FaultsAsked(msgspec.Struct, frozen=True):
    """How many calls are refused, how many take effect and lose their answer, how slow all are."""

    refuse_next: int = 0
    lose_next: int = 0
    slow_seconds: float = 0.0


class Holding(msgspec.Struct, frozen=True):
    hold: bool


class Release(msgspec.Struct, frozen=True):
    """`copies`: how many times each message is sent."""

    order: Literal["as_is", "reversed", "shuffled"] = "as_is"
    copies: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1


class OwnRefund(msgspec.Struct, frozen=True):
    amount_minor: Annotated[int, msgspec.Meta(ge=1)]


@get("/payments")
async def list_payments(acquirer: TheAcquirer) -> list[PaymentView]:
    return [view(payment) for payment in acquirer.book.payments()]


@post("/payments/{id_:str}/{action:str}", status_code=200)
async def act(id_: FromPath[str], action: FromPath[str], acquirer: TheAcquirer) -> PaymentView:
    """What the shopper or the bank would do, without the page."""
    verbs = {
        "succeed": acquirer.succeed,
        "decline": acquirer.decline,
        "cancel": acquirer.cancel,
        "later": acquirer.pay_later,
    }
    if action not in verbs:
        raise NotFoundException
    payment = _find(acquirer, id_)
    verbs[action](payment)
    return view(payment)


@post("/payments/{id_:str}/refunds", status_code=200)
async def refund(
    id_: FromPath[str], data: JSONBody[OwnRefund], acquirer: TheAcquirer
) -> PaymentView:
    """A refund that the merchant's system did not ask for."""
    payment = _find(acquirer, id_)
    acquirer.refund_by_hand(payment, data.amount_minor)
    return view(payment)


@post("/faults", status_code=200)
async def set_faults(data: JSONBody[FaultsAsked], acquirer: TheAcquirer) -> FaultsAsked:
    faults = acquirer.faults
    faults.refuse_next, faults.lose_next = data.refuse_next, data.lose_next
    faults.slow_seconds = data.slow_seconds
    return data


@post("/callbacks/hold", status_code=200)
async def hold_callbacks(data: JSONBody[Holding], acquirer: TheAcquirer) -> Holding:
    acquirer.callbacks.hold = data.hold
    return data


@post("/callbacks/release", status_code=200)
async def release_callbacks(data: JSONBody[Release], acquirer: TheAcquirer) -> dict[str, int]:
    return {"heard": await acquirer.callbacks.release(data.order, data.copies)}


def _find(acquirer: Acquirer, id_: str) -> PaymentRecord:
    payment = acquirer.book.payment(id_)
    if payment is None:
        raise NotFoundException
    return payment


control_router = Router(
    path="/control",
    route_handlers=[
        list_payments,
        act,
        refund,
        set_faults,
        hold_callbacks,
        release_callbacks,
    ],
)
