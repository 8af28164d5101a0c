"""`kram shop`: shops from the command line."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kram.app.commands.bar import progress_bar
from kram.app.commands.ground import command_settings, finished

if TYPE_CHECKING:
    from rich.console import Console

    from kram.app.goods import Imported

shop = typer.Typer(help="Open, list, fill and save shops.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(help="The shop's address, as `kram shop list` shows it.")]
_FAULTS_SHOWN = 20


@shop.command()
def create(
    name: Annotated[str, typer.Argument(help="As shoppers read it.")],
    owner: Annotated[str, typer.Option(help="E-mail of its owner; a new one needs a password.")],
    slug: Annotated[
        str | None, typer.Option(help="Its address; made of the name if left out.")
    ] = None,
    currency: Annotated[str, typer.Option(help="Of all its prices, for ever.")] = "UAH",
    language: Annotated[str, typer.Option(help="uk, ru or en.")] = "uk",
) -> None:
    """Open a shop for an owner who has an account, or gets one."""
    from kram.app.shops import NewShop, create_shop

    def ask_password() -> str:
        text = f"{owner} has no account yet. Password for it"
        return str(typer.prompt(text, hide_input=True, confirmation_prompt=True))

    settings = command_settings()
    wanted = NewShop(name, owner, slug, currency.upper(), language)
    made = finished(create_shop(settings, wanted, ask_password))
    typer.echo(f"{made.name} is open at {settings.public_url}/m/{made.slug}/")


@shop.command(name="list")
def list_shops() -> None:
    """List every shop with its owner."""
    from rich.table import Table

    from kram.app.shops import all_shops

    found = finished(all_shops(command_settings()))
    table = Table("Address", "Name", "Owner", "Currency", "Language", "State", "Opened")
    for row in found:
        opened = f"{row.created_at:%Y-%m-%d}"
        table.add_row(row.slug, row.name, row.owner, row.currency, row.language, row.status, opened)
    _console().print(table)
    typer.echo(f"{len(found)} in all.")


@shop.command(name="import")
def import_goods(
    slug: Slug,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV.")],
) -> None:
    """Take goods in from a CSV file. The same file twice changes nothing."""
    from kram.app.goods import import_file

    console = _console()
    with progress_bar("Rows", console) as step:
        done = finished(import_file(command_settings(), slug, file, step))
    _show(done, console)


def _show(done: "Imported", console: "Console") -> None:
    from rich.table import Table

    console.print(
        f"{done.created} products are new, {done.updated} changed, {done.unchanged} stayed;"
        f" {done.failed} rows were refused."
    )
    if not done.failed:
        return
    table = Table("Row", "Column", "What to do", "Value")
    for fault in done.faults[:_FAULTS_SHOWN]:
        table.add_row(str(fault.row), fault.column, fault.message, fault.value)
    console.print(table)
    if len(done.faults) > _FAULTS_SHOWN:
        console.print(f"… and {len(done.faults) - _FAULTS_SHOWN} more: see the shop's dashboard.")
    raise typer.Exit(1)


@shop.command(name="export")
def export_goods(
    slug: Slug,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", dir_okay=False, help="A file; else to stdout.")
    ] = None,
) -> None:
    """Write the goods as CSV, in the columns that `import` takes."""
    from kram.app.goods import export_file

    if output is None:
        finished(export_file(command_settings(), slug, sys.stdout))
        return
    # A spreadsheet takes UTF-8 for something older unless the file says so.
    with output.open("w", encoding="utf-8-sig", newline="") as file:
        count = finished(export_file(command_settings(), slug, file))
    typer.echo(f"{count} variants are in {output}.")


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False, markup=False)
