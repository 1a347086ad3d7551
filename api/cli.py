"""The command line. Each command is loaded only when it is called, so that ``jinlin --help`` answers at once."""

import os
import sys
from collections.abc import Mapping
from importlib import import_module

import click

from data.errors import BadFileError

COMMANDS = {
    "demo": "Build the sample district if there is none, rehearse 30 days, and serve it.",
    "serve": "Serve the district of the database.",
    "init": "Make or upgrade the tables of a database.",
    "district": "Build a district from a map extract, or write the synthetic one.",
    "rehearse": "Play days of calls and reports through the desk.",
    "import": "Take in areas, cells, residents, providers, tickets, visits or devices from a file; undo it.",
    "template": "Write an empty workbook of a register to fill in.",
    "export": "Write tickets, orders, providers, areas, cells, visits, scores or events as CSV, Excel or GeoJSON.",
    "check": "Check areas and cells for gaps and overlaps, the registers, and the rules for holes.",
    "rules": "Check the responsibility table, try another one on a past month, take it out and in.",
    "scores": "Recompute a past month from the log; compare ledger, events and what was published.",
    "report": "Write a month on paper as PDF: figures, what changed and how sure, maps, where it comes from.",
    "money": "Check that every fen balances; write the ledger for an accountant.",
    "verify": "Walk the event log, the ledger, tickets, visits and frozen figures; find what was altered.",
    "seal": "Write the signed head of the event log, to be kept outside.",
    "backup": "Write an encrypted backup of everything to a folder, while the server runs.",
    "restore": "Restore a backup into an empty home and database, and verify it.",
    "user": "Add an account, or make a key for a gateway of devices.",
    "simulate": "Play devices in homes against a server.",
    "hotline": "Take cases and answers of an outside line in from a file, write those for it to one.",
    "webhook": "Tell other systems of every event.",
    "deadline": "Compute a deadline and explain it.",
    "nearest": "Find who should go for an item at a place.",
    "assign": "Plan who goes for all orders that wait, so that the whole costs least.",
    "rounds": "Plan who visits whom in which order on a day.",
    "siting": "Choose where the next providers of an item would help most.",
    "locate": "Find the cell of a place and who answers there.",
    "warm": "Compile the kernels of the road engine ahead.",
}


class LazyCommands(click.Group):
    """A group whose commands are imported by name when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order of their table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = import_module(
            f"api.commands.{cmd_name}_" if cmd_name == "import" else f"api.commands.{cmd_name}"
        )
        found: click.Command = module.command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyCommands)
@click.version_option(package_name="jinlin")
def jinlin() -> None:
    """Jinlin 近邻: spatial dispatch and grid governance of a city district."""


def spoken_here(environment: Mapping[str, str]) -> str:
    """Give the language of the terminal: Chinese where the first of POSIX's variables that is set says so, else English."""
    told = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    return "zh" if told.startswith("zh") else "en"


def _call() -> object:
    """Call the command that is asked for, and return its exit code.

    Raises
    ------
    BadFileError
        When a file that was named cannot be opened.
    """
    try:
        # Outside of its standalone mode Click returns the exit code of a command instead of raising it.
        return jinlin(standalone_mode=False)
    except OSError as error:
        if error.filename is None:  # about no file: a fault of ours, or of the machine
            raise
        raise BadFileError(f"{error.filename} cannot be opened: {error.strerror}") from None


def main() -> None:
    """Run the command line; errors of use and of data are one line, not a trace.

    Exit codes: 0 done and nothing found, 1 something was found or went wrong, 2 wrong use, 130 interrupted.
    """
    try:
        code = _call()
        sys.exit(code if isinstance(code, int) else 0)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (ValueError, LookupError) as error:
        refused = import_module("api.locale.refusals").refused
        told = refused(str(error.args[0] if error.args else error), spoken_here(os.environ))
        click.echo(f"jinlin: {told}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
