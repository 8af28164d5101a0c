"""The folder .kram/ of a checkout: the data, the key, and up.json, which tells scripts the rest."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kram.app.devstack.errors import StackError
from kram.app.devstack.lock import Lock
from kram.app.devstack.places import PASSABLE
from kram.app.devstack.processes import birth


@dataclass(frozen=True)
class Home:
    """Where a checkout keeps what the stack makes."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / ".kram"

    @property
    def report(self) -> Path:
        return self.folder / "up.json"

    @property
    def demo(self) -> Path:
        """Where the seed notes the demo merchant's sign-in."""
        return self.folder / "demo.json"

    def make(self) -> Lock:
        """Makes the folder; returns the lock that one stack at a time holds."""
        if not self.folder.exists():
            self.folder.mkdir()
            # Started by root, the servers' account passes through to its data.
            self.folder.chmod(PASSABLE if os.geteuid() == 0 else 0o700)
        return Lock(self.folder / "up.lock")

    def secret_key(self) -> str:
        """Returns the key that encrypts what the development shops store, made on first use.

        Raises:
            StackError: it is gone, but what it encrypted is there.
        """
        path = self.folder / "secret.key"
        if not path.exists():
            if self.demo.exists() and (self.folder / "postgres" / "PG_VERSION").exists():
                raise StackError(
                    f"{path} is gone, and what shops keep secret in {self.folder} cannot be read"
                    " without it: put it back, or move the folder away to start with an empty one."
                )
            key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
            write_private(path, f"dev:{key}")
        return path.read_text().strip()

    def write_report(self, report: Mapping[str, Any]) -> None:
        write_private(self.report, json.dumps(report, indent=2, ensure_ascii=False) + "\n")

    def read_report(self) -> dict[str, Any]:
        """Returns what the last start noted, empty if nothing readable is left of it."""
        with suppress(OSError, ValueError):
            found = json.loads(self.report.read_text())
            if isinstance(found, dict):
                return found
        return {}

    def noted_processes(self) -> list[int]:
        """Returns the last start's programs, not servers, that are still the same and alive."""
        report = self.read_report()
        births = report.get("births", {})
        pids = report.get("pids", {})
        return [pids[name] for name, born in births.items() if is_same(pids[name], born)]

    def read_demo(self) -> dict[str, str] | None:
        with suppress(OSError, ValueError):
            found: dict[str, str] = json.loads(self.demo.read_text())
            return found
        return None


def is_same(pid: int, born: str | None) -> bool:
    return born is not None and birth(pid) == born


def write_private(path: Path, text: str) -> None:
    """Replaces a file in one step; only its owner may read it."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - carries the rights
        file.write(text)
    fresh.replace(path)
