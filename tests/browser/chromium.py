"""Debian's Chromium under Playwright, and what no page of Kram may do in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Request,
    Response,
    WebError,
    async_playwright,
    expect,
)

CHROMIUM = Path("/usr/bin/chromium")
PHONE_SIZE = {"width": 390, "height": 844}
WIDE_SIZE = {"width": 1440, "height": 900}

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NOT_LOADED = "Failed to load resource"
"""Chromium says it of every answer of 400 and more; those are judged by who asked."""
_PATIENCE_MS = 15_000
"""For one condition: other tests share the processors."""


@dataclass  # without slots: Playwright hangs its wrappers on whose methods listen
class Watch:
    """Collects what no page may do: errors on the console, broken files, foreign hosts.

    A refusal that a script asked for and can answer, such as 404 for another's order, is none.
    """

    faults: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("console", self._said)
        context.on("weberror", self._failed)
        context.on("request", self._asked)
        context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_NOT_LOADED):
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def _failed(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
            self.faults.append(f"foreign host: {request.url}")

    def _answered(self, response: Response) -> None:
        may_be_refused = response.request.resource_type in ("document", "fetch", "xhr")
        if response.status >= (500 if may_be_refused else 400):
            self.faults.append(f"{response.status}: {response.url}")


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Skips the test, and says so, where there is no Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is missing: apt-get install --no-install-recommends chromium")
    expect.set_options(timeout=_PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_context(
    browser: Browser, *, locale: str = "uk-UA", **options: object
) -> AsyncIterator[BrowserContext]:
    """A person's own browser; at its end nothing forbidden may have happened in it."""
    size = {"viewport": WIDE_SIZE, **options}
    context = await browser.new_context(locale=locale, **size)  # type: ignore[arg-type]
    context.set_default_timeout(_PATIENCE_MS)
    watch = Watch()
    watch.over(context)
    try:
        yield context
    finally:
        await context.close()
    assert not watch.faults, "\n".join(watch.faults)
