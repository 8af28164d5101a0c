"""The `kram` command: a table of commands, light to import because every process starts here."""

import typer

from kram.app.commands import doctor, health, migrate, shop, stack, worker
from kram.app.commands.colours import heed_no_color

app = typer.Typer(
    help="Kram: shops inside Telegram.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks print the values of variables, secrets too
    add_completion=False,
)
app.command()(stack.up)
app.command()(stack.run)
app.command()(stack.assets)
app.command()(worker.worker)
app.command()(health.health)
app.command()(migrate.migrate)
app.add_typer(shop.shop, name="shop")
app.command()(doctor.doctor)


def main() -> None:
    heed_no_color()
    app(prog_name="kram")
