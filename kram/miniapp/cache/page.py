"""One ready answer: its bytes, headers and ETag, and how it is sent."""

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from litestar.types import HTTPScope, Message, Send

Headers = list[tuple[bytes, bytes]]

_GZIP_LEVEL = 6
_OVERHEAD_BYTES = 1500
"""What the objects around the body take, so that many small pages do not escape the budget."""


class Wanted(NamedTuple):
    """What of a request decides how a page is sent. `known` is its If-None-Match."""

    languages: bytes
    known: bytes
    gzipped: bool
    head: bool

    @classmethod
    def of(cls, scope: HTTPScope) -> "Wanted":
        languages = known = b""
        gzipped = False
        for name, value in scope["headers"]:
            if name == b"accept-language":
                languages = value
            elif name == b"if-none-match":
                known = value
            elif name == b"accept-encoding":
                gzipped = b"gzip" in value
        return cls(languages, known, gzipped, scope["method"] == "HEAD")


class Page:
    """Kept compressed: all browsers take gzip, and a cache holds five times as many pages so."""

    __slots__ = (
        "_gzipped",
        "_gzipped_headers",
        "_plain_headers",
        "_unchanged_headers",
        "etag",
        "headers",
    )

    def __init__(self, body: bytes, headers: Mapping[str, str]) -> None:
        self.headers = headers
        # Weak, since both encodings carry it; of the content, so that all processes agree.
        self.etag = b'W/"' + hashlib.blake2b(body, digest_size=12).hexdigest().encode() + b'"'
        self._gzipped = gzip.compress(body, _GZIP_LEVEL, mtime=0)
        common = [(b"etag", self.etag), *_encoded(headers)]
        self._unchanged_headers = [pair for pair in common if pair[0] != b"content-type"]
        self._plain_headers = [*common, _length(len(body))]
        self._gzipped_headers = [
            *common,
            (b"content-encoding", b"gzip"),
            _length(len(self._gzipped)),
        ]

    @property
    def size(self) -> int:
        """Bytes of memory, roughly."""
        return len(self._gzipped) + _OVERHEAD_BYTES

    @property
    def body(self) -> bytes:
        return gzip.decompress(self._gzipped)

    async def send(self, send: Send, wanted: Wanted) -> None:
        if wanted.known and self._is_among(wanted.known):
            start, body = _start(304, self._unchanged_headers), b""
        elif wanted.gzipped:
            start, body = _start(200, self._gzipped_headers), self._gzipped
        else:
            start, body = _start(200, self._plain_headers), self.body
        await send(start)
        sent = b"" if wanted.head else body
        await send({"type": "http.response.body", "body": sent, "more_body": False})

    def _is_among(self, known: bytes) -> bool:
        if known == self.etag:
            return True
        # A proxy may have made it strong or joined several.
        opaque = self.etag[2:]
        return any(tag.strip().removeprefix(b"W/") in (opaque, b"*") for tag in known.split(b","))


def _start(status: int, headers: Headers) -> Message:
    # A copy: layers outside of this one add headers of their own to the list.
    return {"type": "http.response.start", "status": status, "headers": headers.copy()}


def _encoded(headers: Mapping[str, str]) -> Iterable[tuple[bytes, bytes]]:
    return ((name.lower().encode(), value.encode("latin-1")) for name, value in headers.items())


def _length(count: int) -> tuple[bytes, bytes]:
    return b"content-length", str(count).encode()
