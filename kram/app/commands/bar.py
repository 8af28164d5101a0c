"""A progress bar for things of which one knows how many there are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

OnProgress = Callable[[int, int], None]
"""Gets (done, all)."""


@contextmanager
def progress_bar(label: str, console: "Console") -> Iterator[OnProgress]:
    """Shown from its first step on: what is refused before has none."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=console)
    task = progress.add_task(label, total=None)
    started = False

    def step(done: int, total: int) -> None:
        nonlocal started
        if not started:
            progress.start()
            started = True
        progress.update(task, completed=done, total=total)

    try:
        yield step
    finally:
        if started:
            progress.stop()
