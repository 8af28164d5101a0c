"""What commands stand on: which installation they speak to, and how they refuse."""

import os
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from kram.app.commands.root import ROOT

if TYPE_CHECKING:
    from kram.app.settings import Settings

T = TypeVar("T")


def command_settings(environ: Mapping[str, str] = os.environ) -> "Settings":
    """Those of the environment; without any, those of this checkout's running `kram up`.

    Raises: SettingMissing, which ends the command with its sentence.
    """
    from kram.app.settings import read_settings

    if environ.get("KRAM_DATABASE_URL"):
        return read_settings(environ)
    return read_settings({**_of_running_stack(), **environ})


def _of_running_stack() -> dict[str, str]:
    from kram.app.devstack.home import Home

    home = Home(ROOT)
    report = home.read_report() if home.noted_processes() else {}
    if not report:
        return {}
    return {
        "KRAM_ENVIRONMENT": "development",
        "KRAM_DATABASE_URL": report["database_url"],
        "KRAM_REDIS_URL": report["redis_url"],
        "KRAM_SECRET_KEY": home.secret_key(),
        "KRAM_PUBLIC_URL": report["web"],
        "KRAM_STORAGE_URL": (home.folder / "media").as_uri(),
        "KRAM_DATA_DIR": str(home.folder),
    }


def finished(work: Coroutine[Any, Any, T]) -> T:
    """Its result; an expected failure ends the command with one sentence and exit code 1."""
    import asyncio

    with refusals_told():
        return asyncio.run(work)


@contextmanager
def refusals_told() -> Iterator[None]:
    """A bug keeps its traceback."""
    from kram.kit.errors import AppError

    try:
        yield
    except AppError as refused:
        _stop(refused.detail, refused)
    except ConnectionError as unreachable:
        _stop(f"The database does not answer ({unreachable}): see `kram doctor`.", unreachable)


def _stop(sentence: str, cause: Exception) -> None:
    from rich.console import Console

    Console(stderr=True, soft_wrap=True, highlight=False).print(sentence, style="red", markup=False)
    raise typer.Exit(1) from cause
