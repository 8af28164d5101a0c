from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from litestar.testing import TestClient
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from structlog.testing import capture_logs

from kram.kit.errors import AppError, Kind, Problem
from kram.kit.web.asgi import armoured
from kram.kit.web.problems import AnyRequest, problem_handlers


class Line(msgspec.Struct):
    quantity: Annotated[int, msgspec.Meta(ge=1)]


class Order(msgspec.Struct):
    lines: list[Line]


class TooFast(AppError):
    code = "too_fast"
    kind = Kind.LIMITED
    title = "Too many requests"


class SignInNeeded(AppError):
    code = "sign_in_needed"
    kind = Kind.UNAUTHENTICATED
    title = "Sign in first"


@post("/orders")
async def place(data: JSONBody[Order]) -> None: ...


@post("/raw")
async def raw(request: Request[Any, Any, Any]) -> object:
    return await request.json()


@post("/decoded")
async def decoded(request: Request[Any, Any, Any]) -> Order:
    return msgspec.json.decode(await request.body(), type=Order)


@get("/list")
async def many(
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 10,
    version: Annotated[int | None, HeaderParameter(name="x-version")] = None,
) -> None: ...


@get("/orders/{order_id:uuid}")
async def one(order_id: FromPath[UUID]) -> None: ...


@get("/fast")
async def fast() -> None:
    raise TooFast("Wait %(retry_after)s seconds", retry_after=7)


@get("/private")
async def private() -> None:
    raise SignInNeeded


@get("/staff")
async def staff() -> None:
    raise PermissionDeniedException(headers={"x-why": "role"})


@get("/bug")
async def bug() -> None:
    raise RuntimeError("password=hunter2")


@get("/teapot")
async def teapot() -> None:
    raise HTTPException("secret state", status_code=503)


@get("/unwritable")
async def unwritable() -> dict[str, object]:
    return {"x": object()}


@post("/small", request_max_body_size=10)
async def small(data: JSONBody[Order]) -> None: ...


@get("/endless")
async def endless() -> None:
    def around() -> None:
        around()

    around()


def refused_by_database(sqlstate: str) -> DBAPIError:
    class Refusal(Exception):
        pass

    refusal = Refusal("canceling statement")
    refusal.sqlstate = sqlstate  # type: ignore[attr-defined]
    return DBAPIError("UPDATE stock", {}, refusal)


@get("/database/{sqlstate:str}")
async def database(sqlstate: FromPath[str]) -> None:
    raise NoConnectionFree if sqlstate == "pool" else refused_by_database(sqlstate)


HANDLERS = [
    place,
    raw,
    decoded,
    many,
    one,
    fast,
    private,
    staff,
    bug,
    teapot,
    unwritable,
    small,
    endless,
    database,
]


@pytest.fixture
def client() -> Iterator[TestClient[Any]]:
    app = Litestar(HANDLERS, exception_handlers=problem_handlers(), logging_config=None)
    wrapped: Any = armoured(app, max_body_bytes=1000, https=True)
    with TestClient(wrapped, raise_server_exceptions=False) as opened:
        yield opened


def body(response: Any) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    shown: dict[str, Any] = response.json()
    assert shown["status"] == response.status_code
    assert shown["type"] == f"/problems/{shown['code']}"
    return shown


def test_an_expected_failure_is_a_problem_with_its_headers(client: TestClient[Any]) -> None:
    response = client.get("/fast")
    assert body(response) == {
        "type": "/problems/too_fast",
        "title": "Too many requests",
        "status": 429,
        "code": "too_fast",
        "detail": "Wait 7 seconds",
        "instance": "/fast",
        "extra": {"retry_after": 7},
    }
    assert response.headers["retry-after"] == "7"


def test_unauthenticated_names_the_scheme(client: TestClient[Any]) -> None:
    response = client.get("/private")
    assert body(response)["status"] == 401
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("request_", "pointer", "code", "detail"),
    [
        (("POST", "/orders", {"lines": [{"quantity": 0}]}), "/lines/0/quantity", "invalid", None),
        (("POST", "/orders", {"lines": [{}]}), "/lines/0/quantity", "required", None),
        (("POST", "/orders", {}), "/lines", "required", "Fill in this field"),
        (("POST", "/orders", None), "", "required", "Send a body"),
        (
            ("POST", "/decoded", {"lines": [{"quantity": "2"}]}),
            "/lines/0/quantity",
            "invalid",
            None,
        ),
        (("POST", "/decoded", {}), "/lines", "required", "Fill in this field"),
        (("POST", "/decoded", []), "", "invalid", "Expected `object`, got `array`"),
        (("GET", "/list?limit=101", None), "query/limit", "invalid", "Expected `int` <= 100"),
    ],
)
def test_a_refused_field_is_pointed_at(
    client: TestClient[Any],
    request_: tuple[str, str, object],
    pointer: str,
    code: str,
    detail: str | None,
) -> None:
    method, path, sent = request_
    shown = body(
        client.request(method, path, json=sent)
        if sent is not None
        else client.request(method, path)
    )
    assert (shown["status"], shown["code"]) == (422, "invalid_input")
    (error,) = shown["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert detail is None or error["detail"] == detail


def test_a_refused_header_is_named(client: TestClient[Any]) -> None:
    shown = body(client.get("/list", headers={"x-version": "new"}))
    assert shown["errors"][0]["pointer"] == "header/version"


@pytest.mark.parametrize("path", ["/orders", "/raw", "/decoded"])
def test_a_body_that_is_no_json_is_malformed(client: TestClient[Any], path: str) -> None:
    shown = body(client.post(path, content=b"{bad"))
    assert (shown["status"], shown["code"]) == (400, "malformed_request")
    assert shown["detail"].startswith("JSON is malformed")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/orders/not-a-uuid", 404, "not_found"),
        ("DELETE", "/list", 405, "method_not_allowed"),
        ("GET", "/staff", 403, "forbidden"),
    ],
)
def test_failures_of_the_framework_are_problems(
    client: TestClient[Any], method: str, path: str, status: int, code: str
) -> None:
    response = client.request(method, path)
    assert (body(response)["status"], body(response)["code"]) == (status, code)


def test_headers_of_the_framework_stay(client: TestClient[Any]) -> None:
    assert client.delete("/list").headers["allow"] == "GET, OPTIONS"
    assert client.get("/staff").headers["x-why"] == "role"


@pytest.mark.parametrize("path", ["/bug", "/teapot", "/unwritable"])
def test_a_bug_is_logged_and_its_details_are_kept_inside(
    client: TestClient[Any], path: str
) -> None:
    with capture_logs() as lines:
        response = client.get(path, headers={"x-request-id": "proxy-id-1"})
    shown = body(response)
    assert (shown["status"], shown["code"]) == (500, "internal_error")
    assert shown["extra"] == {"request_id": "proxy-id-1"}
    assert "hunter2" not in response.text
    assert "secret state" not in response.text
    line = lines[0]
    assert (line["event"], line["path"]) == ("request failed", path)
    assert isinstance(line["exc_info"], Exception)


def test_a_body_over_the_limit_is_a_problem_announced_or_in_chunks(client: TestClient[Any]) -> None:
    chunks = iter([b"x" * 600, b"x" * 600])
    for response in (client.post("/raw", content=b"x" * 1001), client.post("/raw", content=chunks)):
        shown = body(response)
        assert (shown["status"], shown["code"]) == (413, "body_too_large")
        assert shown["detail"] == "Send at most 1000 bytes"


def test_a_door_may_render_and_translate_by_itself() -> None:
    def render(request: AnyRequest, shown: Problem, headers: dict[str, str]) -> Response[Any]:
        return Response(f"<h1>{shown.title}</h1><p>{shown.detail}", status_code=shown.status)

    words = {
        "Too many requests": "Забагато запитів",
        "Wait %(retry_after)s seconds": "Ще %(retry_after)s с",
    }
    handlers = problem_handlers(render, lambda _: lambda text: words.get(text, text))
    app = Litestar(HANDLERS, exception_handlers=handlers, logging_config=None)
    with TestClient(app) as client:
        assert client.get("/fast").text == "<h1>Забагато запитів</h1><p>Ще 7 с"


def test_refusals_of_the_framework_say_the_next_step(client: TestClient[Any]) -> None:
    told = {
        (shown["status"], shown["code"]): shown["detail"]
        for shown in (
            body(client.get("/nothing")),
            body(client.patch("/fast")),
            body(client.post("/small", content=b"x" * 11)),
        )
    }
    assert told == {
        (404, "not_found"): "Nothing is here: check the address",
        (405, "method_not_allowed"): "Use a method that this address takes",
        (413, "request_entity_too_large"): "Send less at once",
    }


def test_a_body_of_brackets_without_end_is_malformed(client: TestClient[Any]) -> None:
    shown = body(client.post("/orders", content=b"[" * 900))
    assert (shown["status"], shown["code"]) == (400, "malformed_request")
    deep = TestClient(
        Litestar(HANDLERS, exception_handlers=problem_handlers(), logging_config=None),
        raise_server_exceptions=False,
    )
    with deep as opened:
        shown = body(opened.post("/orders", content=b"[" * 100_000))
    assert (shown["status"], shown["detail"]) == (400, "The body is nested too deeply")


def test_recursion_of_our_own_is_a_bug(client: TestClient[Any]) -> None:
    with capture_logs():
        assert body(client.get("/endless"))["status"] == 500


@pytest.mark.parametrize("state", ["55P03", "40P01", "40001", "pool"])
def test_a_race_that_was_lost_may_be_run_again(client: TestClient[Any], state: str) -> None:
    with capture_logs() as lines:
        response = client.get(f"/database/{state}")
    assert (body(response)["status"], body(response)["code"]) == (503, "busy")
    assert response.headers["retry-after"] == "1"
    assert lines[0]["log_level"] == "warning"


@pytest.mark.parametrize("state", ["23505", "42501", "22P02"])
def test_any_other_refusal_of_the_database_is_a_bug(client: TestClient[Any], state: str) -> None:
    with capture_logs() as lines:
        assert body(client.get(f"/database/{state}"))["code"] == "internal_error"
    assert lines[0]["log_level"] == "error"


@pytest.mark.parametrize("state", ["22021", "22P05"])
def test_a_text_that_no_database_keeps_is_the_senders_fault(
    client: TestClient[Any], state: str
) -> None:
    shown = body(client.get(f"/database/{state}"))
    assert (shown["status"], shown["detail"]) == (400, "Text must not contain NUL")
