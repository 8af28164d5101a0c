"""`python -m bench [NAME …]`: runs benchmarks and prints what they measured."""

import asyncio
import sys
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import Figure
from bench.ground import prepared

NAMES = sorted(
    file.stem
    for file in Path(__file__).parent.glob("*.py")
    if "async def run(ground" in file.read_text() and file.stem != "__main__"
)


async def measure(names: list[str]) -> dict[str, list[Figure]]:
    figures = {}
    for name in names:
        async with prepared() as ground:
            figures[name] = await import_module(f"bench.{name}").run(ground)
        show(name, figures[name])
    return figures


def show(name: str, figures: list[Figure]) -> None:
    table = Table(title=name, title_justify="left")
    for column in ("what", "ours", "limit", "unit", "ratio", "goal", "note"):
        table.add_column(column, overflow="fold")
    for figure in figures:
        table.add_row(
            figure.what,
            f"{figure.ours:,.2f}",
            f"{figure.limit:,.2f}" if figure.limit is not None else "",
            figure.unit,
            shown_ratio(figure.ratio) if figure.ratio else "",
            figure.goal,
            figure.note,
        )
    Console(width=160).print(table)


def shown_ratio(ratio: float) -> str:
    return f"{ratio:.1f} ×" if ratio >= 5 else f"{ratio:.0%}"


def main() -> None:
    names = sys.argv[1:] or NAMES
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}; there are: {', '.join(NAMES)}.")
    asyncio.run(measure(names))


if __name__ == "__main__":
    main()
