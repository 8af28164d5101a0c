import asyncio
import time

import pytest
from structlog.testing import capture_logs

from kram.kit.health import HealthChecks

pytestmark = pytest.mark.anyio


async def fine() -> None: ...


async def broken() -> None:
    raise ConnectionError("postgresql://user:secret@db")


async def endless() -> None:
    await asyncio.sleep(60)


async def test_ready_when_every_check_returns() -> None:
    readiness = await HealthChecks({"database": fine, "valkey": fine}).run()
    assert readiness.is_ready
    assert {name: result.is_ok for name, result in readiness.checks.items()} == {
        "database": True,
        "valkey": True,
    }


async def test_one_failure_is_named_and_its_reason_stays_in_the_log() -> None:
    with capture_logs() as lines:
        readiness = await HealthChecks({"database": broken, "valkey": fine}).run()
    assert not readiness.is_ready
    assert not readiness.checks["database"].is_ok
    assert readiness.checks["valkey"].is_ok
    assert [(line["event"], line["check"]) for line in lines] == [
        ("health check failed", "database")
    ]


async def test_a_check_that_hangs_fails_in_time_and_holds_up_nobody() -> None:
    started = time.perf_counter()
    checks = HealthChecks({"a": endless, "b": endless, "c": fine}, timeout_seconds=0.1)
    with capture_logs():
        readiness = await checks.run()
    assert time.perf_counter() - started < 1
    assert [result.is_ok for result in readiness.checks.values()] == [False, False, True]
