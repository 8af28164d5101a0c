"""How REST describes itself."""

from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin


def openapi_config() -> OpenAPIConfig:
    """Served as `/api/v1/openapi.json`; no page of it, because one would load scripts of others."""
    return OpenAPIConfig(
        title="Kram",
        version="1",
        path="/api/v1",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
    )
