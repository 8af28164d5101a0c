"""What the acquirer answers a merchant whom it refuses."""

from collections.abc import Mapping
from http import HTTPStatus


class Refused(Exception):
    """`code` is part of the contract, `detail` is for the developer who reads it."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail

    @property
    def body(self) -> Mapping[str, str]:
        return {"code": self.code, "detail": self.detail}


def bad_signature() -> Refused:
    detail = "Sign with webhook-id, webhook-timestamp and webhook-signature"
    return Refused(HTTPStatus.UNAUTHORIZED, "bad_signature", detail)


def invalid(detail: str) -> Refused:
    return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", detail)


def key_reused() -> Refused:
    detail = "This idempotency key was used with another body"
    return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)


def unknown_payment() -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, "payment_not_found", "No such payment")


def not_refundable() -> Refused:
    detail = "Only money that was taken can be given back"
    return Refused(HTTPStatus.CONFLICT, "payment_not_refundable", detail)


def refund_too_large(left_minor: int) -> Refused:
    detail = f"At most {left_minor} minor units are left of this payment"
    return Refused(HTTPStatus.CONFLICT, "refund_too_large", detail)


def out_of_order() -> Refused:
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, "out_of_order", "A fault was asked for")
