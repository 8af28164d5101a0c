"""What `kram` prints is plain for a pipe, and for who set NO_COLOR."""

import io
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from kram.app import colours
from kram.app.devstack.voice import Voice
from kram.app.settings import Settings
from tests.conftest import make_environment

ROOT = Path(__file__).resolve().parents[2]
UNSET = {"NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "at_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": ""}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_who_wants_colours(environ: dict[str, str], at_terminal: bool, in_pipe: bool) -> None:
    assert colours.wanted(environ, Terminal()) is at_terminal
    assert colours.wanted(environ, io.StringIO()) is in_pipe


def test_the_stacks_processes_are_told_what_its_own_reader_is() -> None:
    assert Voice(Console(file=io.StringIO())).colours == {"NO_COLOR": "1"}
    terminal = Console(file=io.StringIO(), force_terminal=True, color_system="standard")
    assert Voice(terminal).colours == {"FORCE_COLOR": "1"}


def at_terminal(environment: Mapping[str, str], *command: str) -> bytes:
    """What a command says to a terminal."""
    ours, theirs = pty.openpty()
    told = {name: value for name, value in os.environ.items() if name not in UNSET}
    with subprocess.Popen(
        [sys.executable, "-m", "kram", *command],
        cwd=ROOT,
        env={**told, "TERM": "xterm", **environment},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 65536):
                said += piece
        except OSError:  # Linux says so at the end
            pass
    os.close(ours)
    return said


COMMANDS = [
    ("--help",),
    ("run", "nothing"),
    ("doctor",),
    ("shop", "list"),
    ("shop", "export", "no-such-shop"),
    ("migrate",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_color_makes_every_command_plain(settings: Settings, command: tuple[str, ...]) -> None:
    environment = make_environment(settings.database_url, settings.redis_url)
    said = at_terminal({**environment, "NO_COLOR": "1"}, *command)
    assert said
    assert b"\x1b" not in said


@pytest.mark.parametrize("command", [("--help",), ("shop", "export", "no-such-shop")], ids=" ".join)
def test_a_terminal_has_colours(settings: Settings, command: tuple[str, ...]) -> None:
    """Or the test above would prove nothing."""
    environment = make_environment(settings.database_url, settings.redis_url)
    assert b"\x1b[" in at_terminal(environment, *command)
