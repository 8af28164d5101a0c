"""Runs programs as one tree: says what they say, restarts what crashes, leaves nothing behind."""

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import NoReturn, Self

from kram.app.devstack.child import Child, Program
from kram.app.devstack.errors import StackError
from kram.app.devstack.processes import end, marked
from kram.app.devstack.voice import Voice

GRACE_SECONDS = 6.0
GLANCE_SECONDS = 0.25
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MARK = "KRAM_STACK"


class Stopped(Exception):
    """The person, or the system, asked to stop."""


class Supervisor:
    """Use it from the main thread: the kernel ties a child's life to the thread that made it.

    root: the checkout. Its path marks every process of the tree in its environment, so that a
    later start finds what a kill -9 left, grandchildren too.
    """

    def __init__(
        self,
        root: Path,
        environment: Mapping[str, str],
        voice: Voice,
        *,
        on_change: Callable[[], None] = lambda: None,
        on_glance: Callable[[], None] = lambda: None,
    ) -> None:
        self._root = root
        self._environment = {**environment, MARK: str(root)}
        self._voice = voice
        self._on_change = on_change
        self._on_glance = on_glance
        self._selector = selectors.DefaultSelector()
        self._bell, self._button = socket.socketpair()
        self._handlers: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}
        self._stops = 0
        self.children: dict[str, Child] = {}

    def __enter__(self) -> Self:
        for end_of_pair in (self._bell, self._button):
            end_of_pair.setblocking(False)
        signal.set_wakeup_fd(self._button.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        for signum in (*STOP_SIGNALS, signal.SIGCHLD):
            self._handlers[signum] = signal.signal(signum, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        self.stop()
        signal.set_wakeup_fd(-1)
        for signum, handler in self._handlers.items():
            signal.signal(signum, handler)
        self._selector.close()
        self._bell.close()
        self._button.close()
        # The terminal's Ctrl-C reaches the tools at work too; their complaint is no news.
        return isinstance(error, Stopped) or (isinstance(error, StackError) and self._stops > 0)

    def start(self, *programs: Program, gated: bool = False) -> None:
        for program in programs:
            self._spawn(self.children.setdefault(program.name, Child(program)), gated=gated)

    def open_gate(self, name: str) -> None:
        self.children[name].open_gate()

    def finish(self, name: str) -> None:
        """Waits for the end of a started program, others going on meanwhile.

        Raises:
            StackError: it failed.
            Stopped: a signal came first.
        """
        child = self.children[name]
        while child.code is None:
            self.pump()
        del self.children[name]
        if child.code != 0:
            raise StackError(f"{name} failed; what it said is above.")

    def wait_until(self, is_so: Callable[[], bool], patience_seconds: float) -> bool:
        """Lets the tree run until something is so; False when patience ends first."""
        until = time.monotonic() + patience_seconds
        while not is_so():
            if time.monotonic() > until:
                return False
            self.pump(0.02)
        return True

    def run(self) -> NoReturn:
        """Lets the tree run until a signal stops it.

        Raises:
            Stopped: always; leaving the `with` block ends the tree and swallows it.
        """
        while True:
            self.pump()

    def pump(self, patience_seconds: float = GLANCE_SECONDS) -> None:
        """Passes on what was said, buries and restarts; waits at most patience_seconds for it.

        Raises:
            Stopped: a signal asks for the end.
        """
        if self._stops:
            raise Stopped
        self._listen(patience_seconds)
        self._on_glance()
        for child in list(self.children.values()):
            if child.process is not None and child.process.poll() is not None:
                self._bury(child)
            elif child.due is not None and child.due <= time.monotonic():
                self._spawn(child)

    def stop(self) -> None:
        """Ends every process of the tree: asks first, and a second signal ends the asking."""
        running = self._running()
        for child in running:
            child.signal(signal.SIGTERM)
        stops, until = self._stops, time.monotonic() + GRACE_SECONDS
        while running and self._stops == stops and time.monotonic() < until:
            self._listen(GLANCE_SECONDS)
            running = [child for child in running if child.process and child.process.poll() is None]
        for child in self._running():
            child.signal(signal.SIGKILL)
            self._silence(child)
            child.bury()
        end_marked(self._root)

    def _running(self) -> list[Child]:
        return [child for child in self.children.values() if child.process is not None]

    def _spawn(self, child: Child, *, gated: bool = False) -> None:
        child.spawn(self._environment, self._root, gated=gated)
        assert child.process is not None
        assert child.process.stdout is not None
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)
        self._on_change()

    def _listen(self, patience_seconds: float) -> None:
        for key, _ in self._selector.select(patience_seconds):
            if isinstance(key.data, Child):
                self._pass_on(key.data)
            else:
                self._bell.recv(4096)

    def _pass_on(self, child: Child) -> None:
        for line in child.lines():
            self._voice.line(child.program.name, line)
        if child.is_silent:
            self._silence(child)

    def _silence(self, child: Child) -> None:
        output = child.process.stdout if child.process else None
        if output is not None and output in self._selector.get_map():
            self._selector.unregister(output)

    def _bury(self, child: Child) -> None:
        self._pass_on(child)
        self._silence(child)
        code = child.bury()
        if child.program.restarts:
            self._voice.note(
                child.program.name, f"{_ended(code)}; it starts again in {child.back_off():g} s."
            )
        self._on_change()

    def _note(self, signum: int, frame: FrameType | None) -> None:
        if signum != signal.SIGCHLD:
            self._stops += 1


def _ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def end_marked(root: Path) -> None:
    """Ends what is left of an earlier tree of this checkout."""
    left = [pid for pid in marked(MARK, str(root)) if pid != os.getpid()]
    end(left, signal.SIGTERM, signal.SIGKILL, patience_seconds=3)
