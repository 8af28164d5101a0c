"""`kram health NAME`: for whoever watches a process, such as docker compose."""

import os
from typing import Annotated

import typer

from kram.app.commands.root import ROOT
from kram.app.health import BEATING, OLDEST_SECONDS, heartbeat_file
from kram.kit.heartbeat import seconds_since_beat


def health(name: Annotated[str, typer.Argument(help=", ".join(BEATING))]) -> None:
    """Tell whether a process is ready for work; exit code 1 if not. The web answers /readyz."""
    if name not in BEATING:
        raise typer.BadParameter(f"choose one of {', '.join(BEATING)}")
    environ = {"KRAM_DATA_DIR": str(ROOT / ".kram"), **os.environ}
    age = seconds_since_beat(heartbeat_file(environ, name))
    if age is None:
        typer.echo(f"The {name} has given no sign of life yet.")
        raise typer.Exit(1)
    typer.echo(f"The {name} gave its last sign of life {age:.0f} s ago.")
    if age > OLDEST_SECONDS:
        raise typer.Exit(1)
