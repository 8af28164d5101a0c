"""Where the built script and styles are: `kram/assets/manifest.json` names the hashed files."""

from pathlib import Path

import msgspec

KRAM_ROOT = Path(__file__).parents[5]
ASSETS_DIR = KRAM_ROOT / "kram" / "assets"
TEMPLATES_DIR = KRAM_ROOT / "templates"


class BundledFile(msgspec.Struct):
    """One built file."""

    file: str


def asset_url(name: str) -> str | None:
    """The address of a built file, or None while nothing is built."""
    manifest = ASSETS_DIR / "manifest.json"
    if not manifest.exists():
        return None
    files = msgspec.json.decode(manifest.read_bytes(), type=dict[str, BundledFile])
    return f"/assets/{files[name].file}" if name in files else None
