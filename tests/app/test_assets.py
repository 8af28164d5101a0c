"""The bundle of the pages' scripts and styles."""

import gzip
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kram.app.devstack import assets, node
from kram.app.devstack.errors import StackError
from tests.app.conftest import open_folder

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("package.json", "package-lock.json", "tsconfig.json", ".npmrc", "scripts/assets.mjs")


@pytest.fixture(scope="module")
def packages() -> Iterator[Path]:
    """A checkout with nothing but the bundler and its packages."""
    node.install_packages(ROOT)  # nothing to do after `make test`
    with open_folder() as made:
        for name in COPIED:
            (made / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, made / name)
        (made / "node_modules").symlink_to(ROOT / "node_modules")
        yield made


@pytest.fixture
def checkout(packages: Path) -> Iterator[Path]:
    yield packages
    for folder in (*assets.DOORS.values(), assets.TARGET):
        shutil.rmtree(packages / folder, ignore_errors=True)


def write(checkout: Path, name: str, text: str) -> None:
    path = checkout / "kram" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def manifest(checkout: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((checkout / assets.TARGET / "manifest.json").read_text())
    return found


def test_doors_without_assets_give_an_empty_manifest(checkout: Path) -> None:
    assert assets.build(checkout) is True
    assert manifest(checkout) == {}


def test_each_file_of_a_door_is_an_entry_and_its_folders_are_modules(checkout: Path) -> None:
    write(checkout, "miniapp/assets/cart/count.ts", "export const count: number = 41;")
    write(
        checkout,
        "miniapp/assets/shop.ts",
        'import { count } from "./cart/count"; document.title = String(count + 1);',
    )
    write(checkout, "miniapp/assets/shop.css", "body { color: red; }")
    write(checkout, "app/devstack/telegram/assets/phone.ts", "document.title = 'phone';")
    write(checkout, "miniapp/assets/globals.d.ts", "declare const build: string;")
    assets.build(checkout)
    found = manifest(checkout)
    assert sorted(found) == ["miniapp/shop.css", "miniapp/shop.js", "phone/phone.js"]
    script = found["miniapp/shop.js"]
    text = (checkout / assets.TARGET / script["file"]).read_bytes()
    assert script["bytes"] == len(text)
    assert abs(script["gzip"] - len(gzip.compress(text))) < 32
    assert b"42" in text  # the module is inside, and folded
    assert (checkout / assets.TARGET / f"{script['file']}.map").exists()


def test_a_name_changes_with_its_content_alone(checkout: Path) -> None:
    write(checkout, "dashboard/assets/page.ts", "document.title = 'a';")
    write(checkout, "dashboard/assets/other.ts", "document.title = 'other';")
    assets.build(checkout)
    before = manifest(checkout)
    write(checkout, "dashboard/assets/page.ts", "document.title = 'b';")
    assert assets.build(checkout) is True
    after = manifest(checkout)
    assert after["dashboard/page.js"]["file"] != before["dashboard/page.js"]["file"]
    assert after["dashboard/other.js"] == before["dashboard/other.js"]


def test_the_build_before_is_kept_for_pages_already_open_and_no_older_one(checkout: Path) -> None:
    files = []
    for title in "abc":
        write(checkout, "dashboard/assets/page.ts", f"document.title = '{title}';")
        assets.build(checkout)
        files.append(checkout / assets.TARGET / manifest(checkout)["dashboard/page.js"]["file"])
    assert [file.exists() for file in files] == [False, True, True]


def test_nothing_is_done_when_nothing_changed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(checkout, "miniapp/assets/shop.ts", "document.title = 'x';")
    assets.build(checkout)
    monkeypatch.setattr("kram.app.devstack.assets.install_packages", None)
    started = time.monotonic()
    assert assets.build(checkout) is False
    assert time.monotonic() - started < 0.5


def test_a_mistake_is_shown_where_it_is_and_tried_again(checkout: Path) -> None:
    write(checkout, "miniapp/assets/shop.ts", "const = 1;")
    for _ in range(2):
        with pytest.raises(StackError, match=r"shop\.ts:1:6"):
            assets.build(checkout)
    write(checkout, "miniapp/assets/shop.ts", "document.title = 'x';")
    assert assets.build(checkout) is True


def test_packages_are_installed_only_when_the_lock_changed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kram.app.devstack.node._run", None)
    assert node.install_packages(checkout).name == "node"


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    installed = [package for path, package in lock["packages"].items() if path]
    assert all("resolved" not in package for package in installed)
    assert all("integrity" in package for package in installed)
