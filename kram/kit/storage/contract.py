"""What every storage does, and how it refuses."""

import re
from typing import BinaryIO, Protocol

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

PRIVATE_PREFIX = "private/"

_LONGEST_KEY = 512
_SEGMENT = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"
_KEY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")


class BadKey(ValueError):
    """Not a relative path of letters, digits, `.`, `-` and `_`: a bug of the caller."""


class FileMissing(AppError):
    code = "file_missing"
    kind = Kind.NOT_FOUND
    title = gettext_noop("This file does not exist")


class StorageUnavailable(AppError):
    code = "storage_unavailable"
    kind = Kind.UNAVAILABLE
    title = gettext_noop("Files cannot be reached just now: try again in a minute")


class Storage(Protocol):
    """Every method that takes a key may raise BadKey and, if the storage is away,
    StorageUnavailable."""

    async def put(self, key: str, body: bytes | BinaryIO, content_type: str) -> None:
        """All of it or nothing, lasting once this returns; what had the key is replaced.

        A file object is read from where it stands, in a thread.
        """
        ...

    async def get(self, key: str) -> bytes:
        """Raises: FileMissing."""
        ...

    async def open(self, key: str) -> BinaryIO:
        """For reading in a thread, piece by piece; the caller closes it. Raises: FileMissing."""
        ...

    async def exists(self, key: str) -> bool: ...

    async def delete(self, key: str) -> None:
        """Nothing happens if there is no such file."""
        ...

    async def delete_under(self, prefix: str) -> int:
        """Deletes every file whose key begins with `prefix/`; how many there were."""
        ...

    def url(self, key: str) -> str:
        """The public address. Raises: BadKey for a private key, which has none."""
        ...


def checked_key(key: str) -> str:
    """Itself. Raises: BadKey."""
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key) or ".." in key:
        raise BadKey(f"{key[:80]!r} is no key of a file")
    return key


def public_key(key: str) -> str:
    """Itself. Raises: BadKey."""
    if is_private(key):
        raise BadKey(f"{key[:80]!r} is private and has no address")
    return checked_key(key)


def is_private(key: str) -> bool:
    return key.startswith(PRIVATE_PREFIX)
