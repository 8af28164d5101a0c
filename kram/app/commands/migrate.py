"""`kram migrate`: the control plane and every shop to the newest revision."""

from typing import Annotated

import typer

from kram.app.commands.bar import progress_bar
from kram.app.commands.ground import command_settings, finished


def migrate(
    everything: Annotated[
        bool, typer.Option("--all", help="Every shop too, not the control plane alone.")
    ] = False,
    connections: Annotated[int, typer.Option(min=1, max=64, help="Shops at once.")] = 4,
) -> None:
    """Bring the database to this release. Safe to repeat; a killed run is taken up again."""
    from rich.console import Console

    from kram.app.setup import migrate_control_plane, migrate_shops

    settings = command_settings()
    console = Console(highlight=False)
    revision = finished(migrate_control_plane(settings))
    console.print(f"The control plane is at revision {revision}.")
    if not everything:
        return
    with progress_bar("Schemas", console) as step:
        report = finished(migrate_shops(settings, connections=connections, on_progress=step))
    console.print(f"{report.migrated} schemas were migrated, {len(report.failed)} failed.")
    for schema, error in report.failed.items():
        console.print(f"  {schema}: {error}", style="red", markup=False)
    if report.failed:
        console.print("Mend the cause and run it again: the others are not touched twice.")
        raise typer.Exit(1)
