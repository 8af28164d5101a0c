"""What the person at the terminal sees: each line with the name of who said it."""

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from kram.app import colours

COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_red", "bright_cyan")
WIDTH = 9


class Voice:
    """One console for many processes. Their lines go out as they are, never read as markup."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self._prefixes: dict[str, str] = {}

    @property
    def colours(self) -> Mapping[str, str]:
        """Settings for the processes whose lines it says: they see a pipe, it knows its reader."""
        return colours.FORCED if self.console.color_system else colours.NONE

    def line(self, name: str, text: str) -> None:
        self.console.file.write(f"{self._prefix(name)}{text}\n")
        self.console.file.flush()

    def note(self, name: str, text: str) -> None:
        """Says something about a process, in the stack's own name."""
        self.line("kram", f"{name} {text}")

    def _prefix(self, name: str) -> str:
        if name not in self._prefixes:
            colour = "bold" if name == "kram" else COLOURS[len(self._prefixes) % len(COLOURS)]
            with self.console.capture() as captured:
                self.console.print(Text(f"{name:>{WIDTH}} │ ", style=colour), end="")
            self._prefixes[name] = captured.get()
        return self._prefixes[name]
