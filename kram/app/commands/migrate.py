"""`kram migrate`: the control plane and every shop to the newest revision."""

import asyncio
from typing import Annotated

import typer


def migrate(
    everything: Annotated[
        bool, typer.Option("--all", help="Every shop too, not the control plane alone.")
    ] = False,
    connections: Annotated[int, typer.Option(help="Shops at once.")] = 4,
) -> None:
    """Bring the database to this release. Safe to repeat; a killed run is taken up again."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from kram.app.settings import read_settings
    from kram.app.setup import migrate_control_plane, migrate_shops

    settings = read_settings()
    console = Console(highlight=False)
    revision = asyncio.run(migrate_control_plane(settings))
    console.print(f"The control plane is at revision {revision}.")
    if not everything:
        return
    columns = (TextColumn("Shops"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("Shops", total=None)
        report = asyncio.run(
            migrate_shops(
                settings,
                connections=connections,
                on_progress=lambda done, total: progress.update(bar, completed=done, total=total),
            )
        )
    console.print(f"{report.migrated} shops were migrated, {len(report.failed)} failed.")
    for schema, error in report.failed.items():
        console.print(f"  {schema}: {error}", style="red", markup=False)
    if report.failed:
        console.print("Mend the cause and run it again: the others are not touched twice.")
        raise typer.Exit(1)
