"""What merchants call: create a payment, look at it, give money back."""

import asyncio
import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from standardwebhooks import Webhook, WebhookVerificationError

from kram.app.devstack.acquirer import errors
from kram.app.devstack.acquirer.acquirer import Acquirer, refund_key
from kram.app.devstack.acquirer.http import AnyRequest, TheAcquirer
from kram.app.devstack.acquirer.records import PaymentRecord, RefundRecord
from kram.billing.providers.hosted.wire import (
    Body,
    CreatedPayment,
    CreatePayment,
    CreateRefund,
    PaymentView,
    RefundView,
)

B = TypeVar("B", bound=Body)


@post("/api/{merchant_id:str}/payments")
async def create_payment(
    merchant_id: FromPath[str], request: AnyRequest, acquirer: TheAcquirer
) -> Response[CreatedPayment]:
    raw = await _authentic_body(merchant_id, request, acquirer)
    order = _read(raw, CreatePayment)
    _check_order(order, merchant_id, request.headers)
    payment = acquirer.create(merchant_id, order, raw)
    await _strike_after(acquirer)
    created = CreatedPayment(
        provider_payment_id=payment.id,
        status=payment.status,
        redirect_url=f"{acquirer.config.public_url}/pay/{payment.id}",
    )
    return Response(created, status_code=HTTPStatus.CREATED)


@get("/api/{merchant_id:str}/payments")
async def look_at_payment(
    merchant_id: FromPath[str],
    payment_id: FromQuery[UUID],
    request: AnyRequest,
    acquirer: TheAcquirer,
) -> PaymentView:
    await _authentic_body(merchant_id, request, acquirer)
    payment = _find(acquirer, merchant_id, payment_id)
    acquirer.look(payment)
    await _strike_after(acquirer)
    return view(payment)


@post("/api/{merchant_id:str}/refunds", status_code=HTTPStatus.OK)
async def create_refund(
    merchant_id: FromPath[str], request: AnyRequest, acquirer: TheAcquirer
) -> RefundView:
    raw = await _authentic_body(merchant_id, request, acquirer)
    wanted = _read(raw, CreateRefund)
    _check_key(request.headers, wanted.refund_id)
    payment = _find(acquirer, merchant_id, wanted.payment_id)
    if wanted.currency != payment.order.currency or wanted.amount_minor == 0:
        raise errors.invalid("The amount must be above zero, in the payment's currency")
    refund = RefundRecord(
        id=refund_key(),
        refund_id=wanted.refund_id,
        amount_minor=wanted.amount_minor,
        reason=wanted.reason,
        fingerprint=hashlib.sha256(raw).digest(),
    )
    refund = acquirer.refund(payment, refund)
    await _strike_after(acquirer)
    return _refund_view(payment, refund)


def view(payment: PaymentRecord) -> PaymentView:
    return PaymentView(
        provider_payment_id=payment.id,
        payment_id=payment.order.payment_id,
        status=payment.status,
        amount_minor=payment.order.amount_minor,
        currency=payment.order.currency,
        failure=payment.failure,
        refunds=tuple(_refund_view(payment, refund) for refund in payment.refunds),
    )


def _refund_view(payment: PaymentRecord, refund: RefundRecord) -> RefundView:
    return RefundView(
        provider_refund_id=refund.id,
        status="succeeded",
        amount_minor=refund.amount_minor,
        currency=payment.order.currency,
        refund_id=refund.refund_id,
    )


async def _authentic_body(merchant_id: str, request: AnyRequest, acquirer: Acquirer) -> bytes:
    """Raises Refused; also where a fault was asked for."""
    await _strike_before(acquirer)
    raw = await request.body()
    try:
        Webhook(acquirer.config.secret_of(merchant_id)).verify(
            raw, dict(request.headers), json_parse=False
        )
    except (WebhookVerificationError, ValueError):
        raise errors.bad_signature() from None
    return raw


def _read(raw: bytes, body: type[B]) -> B:
    try:
        return msgspec.json.decode(raw, type=body)
    except msgspec.DecodeError as error:
        raise errors.invalid(str(error)) from error


def _check_order(order: CreatePayment, merchant_id: str, headers: Mapping[str, str]) -> None:
    _check_key(headers, order.payment_id)
    if order.merchant_id != merchant_id:
        raise errors.invalid("merchant_id is not the one that signed")
    if order.amount_minor == 0:
        raise errors.invalid("amount_minor must be above zero")
    for url in (order.return_url, order.cancel_url, order.callback_url):
        if urlsplit(url).scheme not in {"http", "https"}:
            raise errors.invalid(f"{url!r} is not an address of the web")


def _check_key(headers: Mapping[str, str], expected: UUID) -> None:
    if headers.get("idempotency-key") != str(expected):
        raise errors.invalid("Idempotency-Key must be the id in the body")


def _find(acquirer: Acquirer, merchant_id: str, payment_id: UUID) -> PaymentRecord:
    payment = acquirer.book.payment_of(merchant_id, payment_id)
    if payment is None:
        raise errors.unknown_payment()
    return payment


async def _strike_before(acquirer: Acquirer) -> None:
    faults = acquirer.faults
    await asyncio.sleep(faults.slow_seconds)
    if faults.refuse_next > 0:
        faults.refuse_next -= 1
        raise errors.out_of_order()


async def _strike_after(acquirer: Acquirer) -> None:
    if acquirer.faults.lose_next > 0:
        acquirer.faults.lose_next -= 1
        raise errors.out_of_order()
