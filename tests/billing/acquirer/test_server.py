"""The acquirer as its process serves it: on a socket, with its own clockwork."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from kram.app.devstack.acquirer.server import create_acquirer
from kram.app.devstack.acquirer.settings import SHORT_RETRY_SECONDS, AcquirerSettings
from kram.billing.providers.contract import ProviderStatus
from kram.billing.providers.hosted.provider import HostedPayments
from kram.billing.providers.sandbox import sandbox_account
from kram.kit.crypto import KeyRing
from kram.kit.ids import new_id
from tests.billing.acquirer.conftest import Shop
from tests.billing.conformance import payment_request

pytestmark = pytest.mark.anyio

KEYS = "test:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.02)


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    settings = AcquirerSettings.from_environment(
        {"KRAM_SECRET_KEY": KEYS, "KRAM_ACQUIRER_PORT": "9", "KRAM_DATA_DIR": str(tmp_path)}
    )
    assert settings.public_url == "http://127.0.0.1:9/sandbox-pay"
    assert settings.config.journal == tmp_path / "acquirer.jsonl"
    assert settings.config.retry_seconds == SHORT_RETRY_SECONDS


async def test_money_that_comes_later_is_told_without_anybody_looking(tmp_path: Path) -> None:
    settings = AcquirerSettings(
        port=(port := free_port()),
        public_url=f"http://127.0.0.1:{port}/sandbox-pay",
        data_dir=tmp_path,
        keys=KeyRing.parse(KEYS),
    )
    config = settings.config
    config.settling_seconds = 0.1
    merchant, shop_id = Shop(), new_id()
    app = create_acquirer(config, httpx.AsyncClient(transport=httpx.MockTransport(merchant)))
    server = Server(app, "127.0.0.1", port, interface=Interfaces.ASGI, log_enabled=False)
    serving = asyncio.ensure_future(server.serve())
    try:
        async with httpx.AsyncClient() as http:
            account = sandbox_account(
                settings.keys,
                shop_id,
                acquirer_url=settings.public_url,
                callback_url="http://kram.test/hooks",
            )
            provider = HostedPayments("sandbox", account, http)
            request = payment_request()
            started = await provider.start(request)
            assert started.redirect_url is not None
            assert (await http.get(started.redirect_url)).status_code == 200
            await http.post(f"{started.redirect_url}/later")
            await until(lambda: len(merchant.heard) == 1)
            state = await provider.fetch(request.payment_id)
            assert state.status is ProviderStatus.SUCCEEDED
    finally:
        server.stop()
        await serving
