"""The processes that other tests kill are Kram's own, and leave nothing behind."""

from pathlib import Path

import httpx
import pytest

from kram.app.devstack.processes import birth
from kram.app.settings import Settings
from tests.processes import ALL, running

pytestmark = pytest.mark.anyio


async def test_all_of_them_serve_and_none_outlives_its_test(
    settings: Settings, tmp_path: Path
) -> None:
    async with running(settings, tmp_path) as processes:
        pids = [processes.pid(name) for name in ALL]
        async with httpx.AsyncClient() as http:
            assert (await http.get(f"{processes.settings.public_url}/readyz")).status_code == 200
        assert [birth(pid) is not None for pid in pids] == [True] * 7
    assert [birth(pid) for pid in pids] == [None] * 7


async def test_one_is_killed_and_comes_back_and_another_is_asked_to_leave(
    settings: Settings, tmp_path: Path
) -> None:
    async with running(settings, tmp_path, ["relay", "worker"]) as processes:
        first = processes.pid("relay")
        await processes.kill("relay")
        assert birth(first) is None
        await processes.start("relay")
        assert processes.pid("relay") != first
        assert processes.log("relay").count("started") == 2
        assert await processes.stop("relay", "worker") == {"relay": 0, "worker": 0}


async def test_the_log_of_one_that_cannot_start_is_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"web ended: 1(?s:.*)storage URL: write"):
        async with running(settings, tmp_path, ["web"], KRAM_STORAGE_URL="cupboard://top"):
            pass
