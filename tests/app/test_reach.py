"""Servers that do not answer are told in one sentence that names the setting, never the secret."""

import asyncio
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis

from kram.app.devstack.ports import free_port
from kram.app.reach import reach_queue, reach_servers
from kram.app.settings import SettingMissing, Settings
from kram.kit.queue import Unreachable, reach
from tests.conftest import make_environment, make_settings

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]


def told(ended: pytest.ExceptionInfo[SystemExit]) -> str:
    sentence = str(ended.value)
    assert "secret" not in sentence
    assert "\n" not in sentence
    return sentence


async def test_servers_that_answer_are_passed_in_silence(settings: Settings) -> None:
    await reach_servers(settings)
    await reach_queue(settings)


async def test_a_valkey_that_is_away_is_told(database_url: str) -> None:
    settings = make_settings(database_url, f"redis://:secret@127.0.0.1:{free_port()}/0")
    with pytest.raises(SystemExit) as ended:
        await reach_servers(settings)
    assert told(ended).startswith("No connection to Valkey of KRAM_REDIS_URL: ")


async def test_a_wrong_password_is_told(database_url: str, redis_url: str, valkey: Redis) -> None:
    may = ["+ping", "+select"]
    await valkey.acl_setuser("guest", enabled=True, passwords=["+right"], commands=may)
    url = redis_url.replace("redis://", "redis://guest:{}@")
    with pytest.raises(SystemExit) as ended:
        await reach_servers(make_settings(database_url, url.format("secret")))
    assert told(ended) == (
        "No connection to Valkey of KRAM_REDIS_URL: "
        "invalid username-password pair or user is disabled."
    )
    await reach_servers(make_settings(database_url, url.format("right")))
    await valkey.acl_deluser("guest")


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
async def test_a_queue_elsewhere_that_is_away_is_told(
    database_url: str, redis_url: str, scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    away = f"{scheme}://me:secret@127.0.0.1:{free_port()}/"
    settings = make_settings(database_url, redis_url, KRAM_BROKER_URL=away)
    with pytest.raises(SystemExit) as ended:
        await reach_servers(settings)
    assert told(ended).startswith("No connection to the task queue of KRAM_BROKER_URL: ")
    assert caplog.records == []


def test_a_rabbit_that_was_away_leaves_nothing_to_be_collected_later() -> None:
    """Its connection closes itself in whatever runs when it is collected: here nothing does."""
    loop = asyncio.new_event_loop()
    with pytest.raises(Unreachable):
        loop.run_until_complete(reach(f"amqp://127.0.0.1:{free_port()}/"))
    gc.collect()
    loop.close()


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("KRAM_REDIS_URL", "valkey://127.0.0.1"),
        ("KRAM_REDIS_URL", "amqp://127.0.0.1"),
        ("KRAM_REDIS_URL", "redis://:sec/ret@127.0.0.1:6379"),
        ("KRAM_BROKER_URL", "http://127.0.0.1"),
    ],
)
def test_an_address_of_another_kind_is_told_before_it_is_tried(setting: str, address: str) -> None:
    with pytest.raises(SettingMissing, match=setting) as ended:
        make_settings("postgresql://127.0.0.1", "redis://127.0.0.1", **{setting: address})
    assert "sec" not in str(ended.value)


@pytest.mark.parametrize("name", ["relay", "worker", "scheduler"])
def test_a_process_without_its_queue_ends_with_one_sentence(database_url: str, name: str) -> None:
    settings = make_environment(database_url, f"redis://127.0.0.1:{free_port()}/0")
    done = subprocess.run(
        [sys.executable, "-m", "kram", "run", name],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("No connection to the task queue of KRAM_REDIS")
