"""Secrets at rest and keys for signing, from one ring of master keys that can be rotated.

A sealed blob: version (1 byte), length of the key id (1), key id, salt (16), nonce (12),
AES-256-GCM ciphertext with tag. The key of a blob is HKDF-SHA256(master key, salt), so that the
limit on random nonces under one key is never near. Header and context are authenticated.
"""

import base64
import hmac
import re
import secrets
from collections.abc import Mapping
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = 1
_KEY_BYTES, _SALT_BYTES, _NONCE_BYTES = 32, 16, 12
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")


class CannotOpen(Exception):
    """Not sealed by this ring, for this context, or changed since."""


class BadKeyRing(ValueError):
    """The configured keys cannot be used; the message says which and why."""


class KeySet(NamedTuple):
    """Keys of one purpose: sign with `keys[primary_id]`, verify with any."""

    primary_id: str
    keys: Mapping[str, bytes]


class KeyRing:
    def __init__(self, primary_id: str, keys: Mapping[str, bytes]) -> None:
        """Keys are 32 random bytes; the primary seals, all of them open."""
        if primary_id not in keys:
            raise BadKeyRing(f"the primary key {primary_id!r} is not among the keys")
        for key_id, key in keys.items():
            if not _KEY_ID.fullmatch(key_id):
                raise BadKeyRing(f"key id {key_id!r}: use 1 to 32 of A-Z a-z 0-9 . _ -")
            if len(key) != _KEY_BYTES:
                raise BadKeyRing(f"key {key_id!r} has {len(key)} bytes instead of {_KEY_BYTES}")
        self.primary_id = primary_id
        self._keys = dict(keys)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads "2027:base64,2026:base64"; the first is the primary. See `generate_key()`."""
        pairs = [pair.strip().partition(":") for pair in text.split(",") if pair.strip()]
        if not pairs:
            raise BadKeyRing("no key given: write id:base64 of 32 bytes")
        if not all(colon for _, colon, _ in pairs):
            # Not shown: it is the key itself, without its id.
            raise BadKeyRing("a key has no id: write id:base64 of 32 bytes")
        if len({key_id for key_id, _, _ in pairs}) != len(pairs):
            raise BadKeyRing("a key id is given twice")
        return cls(pairs[0][0], {key_id: _decoded(key_id, key) for key_id, _, key in pairs})

    def __repr__(self) -> str:
        return f"KeyRing(primary_id={self.primary_id!r}, {len(self._keys)} keys)"

    def seal(self, plaintext: bytes, *, context: bytes) -> bytes:
        """`context` binds the blob to its place (shop, table, column): it opens nowhere else."""
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        header = _header(self.primary_id)
        cipher = self._cipher(self.primary_id, salt)
        return header + salt + nonce + cipher.encrypt(nonce, plaintext, header + context)

    def open(self, blob: bytes, *, context: bytes) -> bytes:
        """Raises: CannotOpen."""
        key_id, header, body = _split(blob)
        if key_id not in self._keys:
            raise CannotOpen(f"sealed by the unknown key {key_id!r}")
        salt, nonce = body[:_SALT_BYTES], body[_SALT_BYTES : _SALT_BYTES + _NONCE_BYTES]
        ciphertext = body[_SALT_BYTES + _NONCE_BYTES :]
        try:
            return self._cipher(key_id, salt).decrypt(nonce, ciphertext, header + context)
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("changed, or sealed for another context") from error

    def needs_rotation(self, blob: bytes) -> bool:
        return _split(blob)[0] != self.primary_id

    def reseal(self, blob: bytes, *, context: bytes) -> bytes:
        return self.seal(self.open(blob, context=context), context=context)

    def derive(self, purpose: str) -> bytes:
        """32 bytes of the primary key for one purpose; they change when the primary does."""
        return self.derive_all(purpose).keys[self.primary_id]

    def derive_all(self, purpose: str) -> KeySet:
        info = b"kram.derive." + purpose.encode()
        return KeySet(
            self.primary_id,
            {key_id: _hkdf(key, b"", info) for key_id, key in self._keys.items()},
        )

    def _cipher(self, key_id: str, salt: bytes) -> AESGCM:
        return AESGCM(_hkdf(self._keys[key_id], salt, b"kram.seal"))


def generate_key() -> str:
    """32 random bytes as text for `KeyRing.parse`."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def constant_time_equal(left: str | bytes, right: str | bytes) -> bool:
    """Never raises: `hmac.compare_digest` does on text that is not ASCII."""
    return hmac.compare_digest(_as_bytes(left), _as_bytes(right))


def _as_bytes(value: str | bytes) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def _hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt, info).derive(key)


def _header(key_id: str) -> bytes:
    return bytes((_VERSION, len(key_id))) + key_id.encode()


def _split(blob: bytes) -> tuple[str, bytes, bytes]:
    if len(blob) < 2 or blob[0] != _VERSION:
        raise CannotOpen("not a sealed blob")
    end = 2 + blob[1]
    return blob[2:end].decode("ascii", "replace"), blob[:end], blob[end:]


def _decoded(key_id: str, text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except ValueError as error:
        raise BadKeyRing(f"key {key_id!r} is not base64") from error
