"""Whether this process can do its work: named checks of what it needs, each with a time limit."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import msgspec
import structlog

Check = Callable[[], Awaitable[object]]

_log = structlog.get_logger(__name__)


class CheckResult(msgspec.Struct, frozen=True):
    """No reason is given here, since anyone may ask; it is in the log."""

    is_ok: bool
    milliseconds: int


class Readiness(msgspec.Struct, frozen=True):
    is_ready: bool
    checks: Mapping[str, CheckResult]


class HealthChecks:
    """A check passes if it returns, whatever it returns, and fails if it raises or takes long."""

    def __init__(self, checks: Mapping[str, Check], *, timeout_seconds: float = 2) -> None:
        self._checks = dict(checks)
        self._timeout_seconds = timeout_seconds

    async def run(self) -> Readiness:
        results = await asyncio.gather(*(self._run(*item) for item in self._checks.items()))
        return Readiness(
            is_ready=all(result.is_ok for result in results),
            checks=dict(zip(self._checks, results, strict=True)),
        )

    async def _run(self, name: str, check: Check) -> CheckResult:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await check()
        except Exception as error:  # whatever the failure is: that is what is being asked
            _log.warning("health check failed", check=name, reason=repr(error))
            return CheckResult(False, _milliseconds_since(started))
        return CheckResult(True, _milliseconds_since(started))


def _milliseconds_since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
