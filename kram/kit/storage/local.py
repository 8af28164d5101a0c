"""Files in a folder: for one machine, for development and for tests."""

import asyncio
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from kram.kit.storage.contract import (
    FileMissing,
    StorageUnavailable,
    checked_key,
    is_private,
    public_key,
)

T = TypeVar("T")


class LocalStorage:
    """`public_folder` may be served as it stands, at `public_url`; private files lie elsewhere,
    and no other account of the machine may read them."""

    def __init__(self, folder: Path, public_url: str = "/media") -> None:
        self._folder = folder
        self._public_url = public_url.rstrip("/")

    @property
    def public_folder(self) -> Path:
        return self._folder / "public"

    async def put(self, key: str, body: bytes | BinaryIO, content_type: str) -> None:
        rights = 0o600 if is_private(key) else 0o644
        await _in_thread(lambda: _write(self._path(key), body, rights))

    async def get(self, key: str) -> bytes:
        return await _in_thread(self._path(key).read_bytes)

    async def open(self, key: str) -> BinaryIO:
        return await _in_thread(lambda: self._path(key).open("rb"))

    async def exists(self, key: str) -> bool:
        return await _in_thread(self._path(key).is_file)

    async def delete(self, key: str) -> None:
        await _in_thread(lambda: self._path(key).unlink(missing_ok=True))

    async def delete_under(self, prefix: str) -> int:
        return await _in_thread(lambda: _delete_tree(self._path(prefix)))

    def url(self, key: str) -> str:
        return f"{self._public_url}/{public_key(key)}"

    def _path(self, key: str) -> Path:
        root = self._folder if is_private(key) else self.public_folder
        return root / checked_key(key)


async def _in_thread(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise FileMissing from error
    except OSError as error:
        raise StorageUnavailable from error


def _write(path: Path, body: bytes | BinaryIO, rights: int) -> None:
    """A reader sees the old file or the new one, also after the power has failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}.draft")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, rights)
        with os.fdopen(descriptor, "wb") as target:
            if isinstance(body, bytes):
                target.write(body)
            else:
                shutil.copyfileobj(body, target)
            target.flush()
            os.fsync(target.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _delete_tree(folder: Path) -> int:
    if not folder.is_dir():
        return 0
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    shutil.rmtree(folder)
    return files
