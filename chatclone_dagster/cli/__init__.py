"""`chatclone …`: thin over the functions the assets call."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from chatclone_dagster.cli import (
    convert,
    exclude,
    forget,
    inspect,
    ledger,
    look,
    make,
    people,
    privacy,
    serve,
    stats,
    talk,
)
from chatclone_dagster.errors import UserError

app = typer.Typer(
    help="From the chat exports you have to a language model that texts like you.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for _room in (make, inspect, people, convert, stats, talk, look, ledger, exclude, forget, serve, privacy):
    _room.add_to(app)


def main() -> None:
    """Run the command line; what the user can mend is one line on stderr and exit code 2."""
    try:
        app()
    except UserError as error:
        Console(stderr=True).print(f"[bold red]✗[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(2)
