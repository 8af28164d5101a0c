"""What the machinery around us asks: is it alive, is it ready, how is it doing."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kram.kit import metrics
from kram.kit.health import HealthChecks


def health_routes(checks: HealthChecks) -> list[HTTPRouteHandler]:
    """`/healthz`: the loop turns; restart the process otherwise. `/readyz`: send it requests."""

    @get("/healthz", include_in_schema=False)
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @get("/readyz", include_in_schema=False)
    async def ready() -> Response[Any]:
        readiness = await checks.run()
        status = HTTPStatus.OK if readiness.is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        return Response(
            msgspec.json.encode(readiness), status_code=status, media_type="application/json"
        )

    return [alive, ready]


def metrics_route(multiprocess_folder: Path | None = None) -> HTTPRouteHandler:
    """`/metrics`, for the inside only: the proxy in front must not pass it on."""

    @get("/metrics", include_in_schema=False, sync_to_thread=True)
    def show() -> Response[bytes]:
        return Response(metrics.render(multiprocess_folder), media_type=metrics.CONTENT_TYPE)

    return show
