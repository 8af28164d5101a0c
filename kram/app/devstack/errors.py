"""What goes wrong on the way up, told in one sentence that says what to do."""

from pathlib import Path


class StackError(Exception):
    """Something on this machine keeps the stack from running; the message is for the person."""


class Taken(StackError):
    """Another process owns it."""


def complaint(log: str) -> str:
    """Returns the line of a server's log that tells the cause, without its prefixes."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    for mark in ("PANIC:", "FATAL:", "FATAL CONFIG FILE ERROR", "error:", "ERROR:", "# "):
        for line in reversed(lines):
            if mark in line:
                return line.split(mark, 1)[1].strip() or line
    return lines[-1] if lines else "it said nothing"


def is_disk_full(log: str) -> bool:
    return "No space left on device" in log or "Disk quota exceeded" in log


def disk_is_full(place: Path) -> StackError:
    return StackError(f"The disk that holds {place} is full: free some space, then start again.")
