from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.params import FromPath
from litestar.testing import TestClient
from structlog.testing import capture_logs

from kram.kit.health import HealthChecks
from kram.kit.web.asgi import armoured
from kram.kit.web.operations import health_routes, metrics_route


class Database:
    is_up = True

    async def ping(self) -> None:
        if not self.is_up:
            raise ConnectionError


@get("/tokens/{token:str}")
async def secret(token: FromPath[str]) -> str:
    if token == "bug":
        raise RuntimeError("bug")
    return token


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def client(database: Database) -> Iterator[TestClient[Any]]:
    checks = HealthChecks({"database": database.ping})
    app = Litestar([*health_routes(checks), metrics_route(), secret], logging_config=None)
    wrapped: Any = armoured(app, max_body_bytes=1000, https=False)
    with TestClient(wrapped, raise_server_exceptions=False) as opened:
        yield opened


def test_alive_needs_nothing_but_the_process(client: TestClient[Any], database: Database) -> None:
    database.is_up = False
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


def test_ready_follows_the_checks(client: TestClient[Any], database: Database) -> None:
    assert client.get("/readyz").status_code == 200
    database.is_up = False
    with capture_logs():
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["is_ready"] is False
    assert response.json()["checks"]["database"]["is_ok"] is False


def test_requests_are_measured_by_route_and_not_by_path(client: TestClient[Any]) -> None:
    client.get("/tokens/canary")
    client.get("/nowhere/canary")
    client.request("CANARY", "/tokens/canary")
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'method="GET",route="/tokens/{token}",status="200"' in response.text
    assert 'method="GET",route="other",status="404"' in response.text
    assert "canary" not in response.text.lower()


def test_what_went_wrong_is_logged_by_its_route(client: TestClient[Any]) -> None:
    with capture_logs() as lines:
        client.get("/tokens/bug", headers={"x-request-id": "proxy-id-1"})
        client.get("/tokens/fine")
    told = [line for line in lines if line["log_level"] == "warning"]
    assert [(line["event"], line["route"], line["status"]) for line in told] == [
        ("request", "/tokens/{token}", 500)
    ]
