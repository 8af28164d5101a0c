"""One contract, run against every storage."""

import io
import logging
import os
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from kram.kit.storage import BadKey, FileMissing, Storage, StorageUnavailable
from kram.kit.storage.addresses import storage_from_url
from kram.kit.storage.local import LocalStorage

pytestmark = pytest.mark.anyio

BAD_KEYS = [
    "",
    "/etc/passwd",
    "../x",
    "a/../b",
    "a/..",
    "a..b",
    "./a",
    "a//b",
    "a/",
    ".hidden",
    "a/.draft",
    "a\\b",
    "a b",
    "a\0b",
    "a%2e%2e",
    "é",
    "a" * 600,
    "private/../a",
    "C:a",
]


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["file", "s3"])
async def storage(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    s3_endpoint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Storage]:
    if request.param == "file":
        yield storage_from_url(f"file://{tmp_path}/media%20files?public=https://cdn.example/")
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    bucket = f"kram-{os.urandom(6).hex()}"
    boto3.client("s3", region_name="us-east-1", endpoint_url=s3_endpoint).create_bucket(
        Bucket=bucket
    )
    yield storage_from_url(f"s3://{bucket}?endpoint={s3_endpoint}&public=https://cdn.example/")


async def test_what_is_put_is_got(storage: Storage) -> None:
    await storage.put("t/1/a.webp", b"picture", "image/webp")
    assert await storage.get("t/1/a.webp") == b"picture"
    assert await storage.exists("t/1/a.webp")
    assert not await storage.exists("t/1/b.webp")
    assert not await storage.exists("t/1")


async def test_a_file_object_is_stored_and_read_in_pieces(storage: Storage) -> None:
    await storage.put("private/import.csv", io.BytesIO(b"x" * 300_000), "text/csv")
    with await storage.open("private/import.csv") as stored:
        pieces = list(iter(lambda: stored.read(100_000), b""))
    assert b"".join(pieces) == b"x" * 300_000
    assert len(pieces) >= 3


async def test_a_second_put_replaces(storage: Storage) -> None:
    await storage.put("a", b"first, longer", "text/plain")
    await storage.put("a", b"second", "text/plain")
    assert await storage.get("a") == b"second"


async def test_empty_files_are_files(storage: Storage) -> None:
    await storage.put("empty", b"", "text/plain")
    assert await storage.get("empty") == b""
    assert await storage.exists("empty")


async def test_what_is_missing_is_said_to_be(storage: Storage) -> None:
    with pytest.raises(FileMissing):
        await storage.get("nothing")
    with pytest.raises(FileMissing):
        await storage.open("nothing/deeper")


async def test_delete_is_repeatable(storage: Storage) -> None:
    await storage.put("a", b"1", "text/plain")
    await storage.delete("a")
    await storage.delete("a")
    assert not await storage.exists("a")


async def test_all_under_a_prefix_goes_and_neighbours_stay(storage: Storage) -> None:
    keys = ("t/1/a", "t/1/deep/b", "t/10/a", "private/t/1/c")
    for key in keys:
        await storage.put(key, b"1", "text/plain")
    assert await storage.delete_under("t/1") == 2
    assert await storage.delete_under("t/1") == 0
    assert [await storage.exists(key) for key in keys] == [False, False, True, True]
    assert await storage.delete_under("private/t/1") == 1


async def test_only_public_files_have_an_address(storage: Storage) -> None:
    assert storage.url("t/1/a.webp") == "https://cdn.example/t/1/a.webp"
    with pytest.raises(BadKey, match="private"):
        storage.url("private/a")


@pytest.mark.parametrize("key", BAD_KEYS)
async def test_bad_keys_are_refused_everywhere(storage: Storage, key: str) -> None:
    with pytest.raises(BadKey):
        await storage.put(key, b"x", "text/plain")
    for method in (storage.get, storage.open, storage.exists, storage.delete, storage.delete_under):
        with pytest.raises(BadKey):
            await method(key)
    with pytest.raises(BadKey):
        storage.url(key)


async def test_private_files_lie_outside_the_served_folder(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    await storage.put("private/a.csv", b"1", "text/csv")
    await storage.put("t/a.webp", b"1", "image/webp")
    served = [path.name for path in storage.public_folder.rglob("*") if path.is_file()]
    assert served == ["a.webp"]
    assert storage.url("t/a.webp") == "/media/t/a.webp"


async def test_private_files_are_their_owners_alone(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    await storage.put("private/a.csv", b"1", "text/csv")
    assert stat.S_IMODE((tmp_path / "private" / "a.csv").stat().st_mode) == 0o600


class Failing(io.BytesIO):
    """Gives a piece and then breaks, as an upload does."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError("connection reset")
        self.seek(1)
        return b"half"


async def test_a_failed_put_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    await storage.put("a", b"whole", "text/plain")
    with pytest.raises(StorageUnavailable):
        await storage.put("a", Failing(), "text/plain")
    assert await storage.get("a") == b"whole"
    assert [path.name for path in storage.public_folder.iterdir()] == ["a"]


async def test_a_store_that_is_away_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    storage = storage_from_url("s3://bucket?endpoint=http://127.0.0.1:9")
    with pytest.raises(StorageUnavailable):
        await storage.get("a")


def test_default_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    assert storage_from_url("file:///media").url("a") == "/media/a"
    public = storage_from_url("s3://shop?region=eu-central-1").url("a")
    assert public == "https://shop.s3.eu-central-1.amazonaws.com/a"


@pytest.mark.parametrize(
    "url",
    ["", "media", "file://media", "file://", "s3://", "s3:///a", "http://x/y", "s3://a?regoin=x"],
)
def test_addresses_that_name_no_storage_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="storage URL"):
        storage_from_url(url)
