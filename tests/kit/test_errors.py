import msgspec
import pytest

from kram.kit.errors import AppError, FieldError, InvalidInput, Kind, http_status, problem


class OutOfStock(AppError):
    code = "out_of_stock"
    kind = Kind.CONFLICT
    title = "Not enough in stock"


def test_detail_is_the_message_filled_with_the_extras() -> None:
    error = OutOfStock("Only %(left)s left: lower the quantity", left=3)
    assert error.detail == str(error) == "Only 3 left: lower the quantity"
    assert error.message == "Only %(left)s left: lower the quantity"


@pytest.mark.parametrize("message", ["50% off", "100%", "%(other)s", "%d"])
def test_a_message_that_is_no_pattern_stays_as_it_is(message: str) -> None:
    assert OutOfStock(message, left=3).detail == message


def test_without_a_message_the_title_speaks() -> None:
    assert OutOfStock().detail == "Not enough in stock"


def test_problem_has_the_members_of_rfc_9457() -> None:
    error = OutOfStock("Only %(left)s left", left=3)
    assert msgspec.to_builtins(problem(error, "/orders")) == {
        "type": "/problems/out_of_stock",
        "title": "Not enough in stock",
        "status": 409,
        "code": "out_of_stock",
        "detail": "Only 3 left",
        "instance": "/orders",
        "extra": {"left": 3},
    }


def test_problem_lists_field_errors() -> None:
    field = FieldError("/lines/0/quantity", "too_small", "at least 1")
    body = msgspec.json.decode(msgspec.json.encode(problem(InvalidInput(errors=[field]))))
    assert body["errors"] == [
        {"pointer": "/lines/0/quantity", "code": "too_small", "detail": "at least 1"}
    ]


def test_every_kind_has_its_own_status() -> None:
    assert {kind: int(http_status(kind)) for kind in Kind} == {
        Kind.INVALID: 422,
        Kind.UNAUTHENTICATED: 401,
        Kind.FORBIDDEN: 403,
        Kind.NOT_FOUND: 404,
        Kind.CONFLICT: 409,
        Kind.GONE: 410,
        Kind.TOO_LARGE: 413,
        Kind.LIMITED: 429,
        Kind.UNAVAILABLE: 503,
    }
