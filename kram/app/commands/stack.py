"""`kram up`, `kram run`, `kram assets`: the embedded stack and its processes."""

import gc
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated

import typer

from kram.app.commands.root import ROOT
from kram.app.devstack import table
from kram.app.devstack.errors import StackError


def up() -> None:
    """Start everything on this machine, until Ctrl-C."""
    # Deferred: a process that `run` starts has no use for it.
    from kram.app.devstack.up import up as bring_up
    from kram.app.devstack.voice import Voice

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    voice = Voice()
    try:
        bring_up(ROOT, voice)
    except StackError as broken:
        voice.console.print(str(broken), style="bold red", markup=False)
        raise typer.Exit(1) from broken
    except KeyboardInterrupt as interrupted:
        raise typer.Exit(130) from interrupted


def run(
    name: Annotated[str, typer.Argument(help=", ".join(table.ENTRY_POINTS))],
    gated: Annotated[bool, typer.Option("--gated", hidden=True)] = False,
) -> None:
    """Run one process of Kram in the foreground, configured by KRAM_ variables."""
    if name not in table.ENTRY_POINTS:
        raise typer.BadParameter(f"choose one of {', '.join(table.ENTRY_POINTS)}")
    main = _imported(table.ENTRY_POINTS[name])
    if gated and not os.read(sys.stdin.fileno(), 1):
        raise typer.Exit(1)  # the stack went away before the database was ready
    main()


def _imported(entry_point: str) -> Callable[[], None]:
    """What is imported stays for ever: some 200,000 objects that the collector need not look at.

    Looking takes a fifth of a start, and a tenth of a second of everybody's time now and then.
    """
    module, function = entry_point.split(":")
    gc.disable()
    try:
        main: Callable[[], None] = getattr(import_module(module), function)
    finally:
        gc.freeze()
        gc.enable()
    return main


def assets(
    check: Annotated[bool, typer.Option(help="Check the types instead.")] = False,
) -> None:
    """Bundle the pages' scripts and styles, if they changed."""
    from kram.app.devstack import assets

    try:
        if check:
            assets.check(ROOT)
        else:
            assets.build(ROOT)
    except StackError as broken:
        typer.echo(str(broken), err=True)
        raise typer.Exit(1) from broken
