"""A heartbeat is that of the slowest loop, and its failure is nobody else's."""

import os
import stat
import time
from pathlib import Path

import pytest

from kram.kit import heartbeat
from kram.kit.heartbeat import Heartbeat, seconds_since_beat


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "_BEAT_SECONDS", 0.0)


def age_by(file: Path, seconds: float) -> None:
    os.utime(file, (time.time() - seconds,) * 2)


def test_it_beats_when_every_loop_has_turned(tmp_path: Path) -> None:
    file = tmp_path / "health" / "bots"
    beats = Heartbeat(file, ["general", "fast"])
    general, fast = beats.of("general"), beats.of("fast")
    assert seconds_since_beat(file) is None
    general()
    general()
    assert seconds_since_beat(file) is None, "one loop has not turned yet"
    fast()
    assert 0 <= (seconds_since_beat(file) or 99) < 5
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_one_stuck_loop_stops_it(tmp_path: Path) -> None:
    file = tmp_path / "bots"
    beats = Heartbeat(file, ["general", "fast"])
    general, fast = beats.of("general"), beats.of("fast")
    general()
    fast()
    age_by(file, 100)
    for _ in range(5):
        general()
    assert (seconds_since_beat(file) or 0) > 99
    fast()
    assert (seconds_since_beat(file) or 99) < 5


def test_it_writes_at_most_once_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "_BEAT_SECONDS", 1.0)
    file = tmp_path / "relay"
    turned = Heartbeat(file, ["relay"]).of("relay")
    turned()
    age_by(file, 100)
    turned()
    assert (seconds_since_beat(file) or 0) > 99


def test_a_place_that_cannot_be_written_stops_no_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    Heartbeat(tmp_path / "file" / "relay", ["relay"]).of("relay")()
    assert seconds_since_beat(tmp_path / "file" / "relay") is None
