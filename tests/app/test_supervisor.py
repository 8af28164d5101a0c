"""The supervisor alone: what it passes on, and how it waits."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from kram.app.devstack.child import Program
from kram.app.devstack.errors import StackError
from kram.app.devstack.supervisor import Supervisor
from kram.app.devstack.voice import Voice


@pytest.fixture
def voice() -> Voice:
    return Voice(Console(file=io.StringIO(), color_system=None))


@pytest.fixture
def tree(tmp_path: Path, voice: Voice) -> Iterator[Supervisor]:
    with Supervisor(tmp_path, {"PATH": "/usr/bin:/bin"}, voice) as tree:
        yield tree


def said(voice: Voice) -> list[str]:
    file = voice.console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue().splitlines()


def python(name: str, code: str, *, restarts: bool = False) -> Program:
    return Program(name, [sys.executable, "-c", code], restarts=restarts)


def run_to_end(tree: Supervisor, program: Program) -> None:
    tree.start(program)
    tree.finish(program.name)


def test_each_line_carries_the_name_of_who_said_it(tree: Supervisor, voice: Voice) -> None:
    run_to_end(tree, python("relay", "print('one\\ntwo')"))
    assert said(voice) == ["    relay │ one", "    relay │ two"]


def test_the_last_words_without_a_line_end_are_passed_on(tree: Supervisor, voice: Voice) -> None:
    run_to_end(tree, python("relay", "import sys; sys.stdout.write('last')"))
    assert said(voice) == ["    relay │ last"]


def test_markup_and_broken_letters_go_out_as_they_are(tree: Supervisor, voice: Voice) -> None:
    code = "import sys; sys.stdout.buffer.write(b'[bold]x[/bold] \\xff\\n')"
    run_to_end(tree, python("relay", code))
    assert said(voice) == ["    relay │ [bold]x[/bold] \N{REPLACEMENT CHARACTER}"]


def test_a_line_without_end_does_not_fill_the_memory(tree: Supervisor, voice: Voice) -> None:
    run_to_end(tree, python("relay", "print('x' * 1_000_000)"))
    lines = [line.removeprefix("    relay │ ") for line in said(voice)]
    assert "".join(lines) == "x" * 1_000_000
    assert max(map(len, lines)) < 200_000


def test_a_program_that_fails_raises(tree: Supervisor) -> None:
    with pytest.raises(StackError, match="setup failed"):
        run_to_end(tree, python("setup", "raise SystemExit(2)"))
    assert tree.children == {}


def test_a_gated_program_waits_for_its_gate(tree: Supervisor, voice: Voice) -> None:
    code = "import os, sys; print(sys.argv[-1], flush=True); os.read(0, 1); print('through')"
    tree.start(python("web", code), gated=True)
    assert tree.wait_until(lambda: bool(said(voice)), 5)
    assert not tree.wait_until(lambda: len(said(voice)) > 1, 0.2)
    tree.open_gate("web")
    tree.finish("web")
    assert said(voice) == ["      web │ --gated", "      web │ through"]


def test_waiting_ends_when_patience_does(tree: Supervisor) -> None:
    assert tree.wait_until(lambda: False, 0.05) is False


def test_a_child_that_leaves_its_output_open_is_still_buried(
    tree: Supervisor, voice: Voice
) -> None:
    code = "import subprocess; subprocess.Popen(['/bin/sleep', '60']); print('done')"
    run_to_end(tree, python("relay", code))
    assert said(voice) == ["    relay │ done"]
