import json
import os
from pathlib import Path

import pytest

from kram.kit.assets import Asset, AssetMissing, Assets


def write_manifest(folder: Path, version: str) -> None:
    manifest = folder / "manifest.json"
    built = {"miniapp/shop.js": {"file": f"miniapp/shop-{version}.js", "bytes": 10, "gzip": 5}}
    manifest.write_text(json.dumps(built))
    os.utime(manifest, ns=(0, hash(version) & 0xFFFFFFFF))


def test_an_asset_has_an_address_and_sizes(tmp_path: Path) -> None:
    write_manifest(tmp_path, "A")
    assets = Assets(tmp_path)
    assert assets.url("miniapp/shop.js") == "/assets/miniapp/shop-A.js"
    assert assets.asset("miniapp/shop.js") == Asset("miniapp/shop-A.js", bytes=10, gzip=5)


def test_what_is_missing_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(AssetMissing, match="run `make assets`"):
        Assets(tmp_path).url("miniapp/shop.js")
    write_manifest(tmp_path, "A")
    with pytest.raises(AssetMissing, match=r"miniapp/other\.js"):
        Assets(tmp_path).url("miniapp/other.js")


def test_bundles_built_after_the_start_are_found(tmp_path: Path) -> None:
    assets = Assets(tmp_path)
    with pytest.raises(AssetMissing):
        assets.url("miniapp/shop.js")
    write_manifest(tmp_path, "A")
    assert assets.url("miniapp/shop.js") == "/assets/miniapp/shop-A.js"


@pytest.mark.parametrize(("is_watched", "seen"), [(True, "B"), (False, "A")])
def test_a_watched_manifest_is_read_again(tmp_path: Path, is_watched: bool, seen: str) -> None:
    write_manifest(tmp_path, "A")
    assets = Assets(tmp_path, is_watched=is_watched)
    assets.url("miniapp/shop.js")
    write_manifest(tmp_path, "B")
    assert assets.url("miniapp/shop.js") == f"/assets/miniapp/shop-{seen}.js"
