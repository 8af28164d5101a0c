"""Addresses of the bundled scripts and styles, whose names change with their content."""

from pathlib import Path

import msgspec

FOLDER = Path(__file__).parents[1] / "assets"
URL_PREFIX = "/assets/"


class AssetMissing(RuntimeError):
    """The bundles were not built; the message says how to build them."""


class Asset(msgspec.Struct, frozen=True):
    """`file` is relative to the folder; `gzip` is its compressed size in bytes."""

    file: str
    bytes: int
    gzip: int


class Assets:
    """Reads the manifest when first asked; `is_watched` looks again whenever it has changed."""

    def __init__(self, folder: Path = FOLDER, *, is_watched: bool = False) -> None:
        self.folder = folder
        self._is_watched = is_watched
        self._read_at = 0
        self._known: dict[str, Asset] = {}

    def url(self, name: str) -> str:
        """`url("miniapp/shop.js")` → "/assets/miniapp/shop-ABC.js". Raises: AssetMissing."""
        return URL_PREFIX + self.asset(name).file

    def asset(self, name: str) -> Asset:
        """Raises: AssetMissing."""
        if self._is_watched or not self._known:
            self._read()
        try:
            return self._known[name]
        except KeyError:
            raise AssetMissing(
                f"{name} is not in {self.folder}: run `make assets` (or `make up`)"
            ) from None

    def _read(self) -> None:
        manifest = self.folder / "manifest.json"
        try:
            changed_at = manifest.stat().st_mtime_ns
            if changed_at != self._read_at:
                self._known = msgspec.json.decode(manifest.read_bytes(), type=dict[str, Asset])
                self._read_at = changed_at
        except FileNotFoundError:
            self._known = {}
