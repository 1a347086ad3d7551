"""``jinlin deadline``: compute a deadline and explain it."""

from datetime import datetime

import click

from api.commands.show import as_json
from api.settings import Settings
from data.rules import read_catalogue
from dispatch.errors import BadFieldError
from dispatch.worktime import Limit
from grid.deadlines import due, explanation


@click.command("deadline")
@click.option("--start", required=True, help="Time with offset, such as 2026-02-13T16:00+08:00.")
@click.option(
    "--limit", required=True, help="Such as '2 work_day', '4 work_hour', '3 urgent_hour', '5 natural_day'."
)
def command(start: str, limit: str) -> None:
    """Compute a deadline and explain it stretch by stretch."""
    try:
        begin = datetime.fromisoformat(start)
    except ValueError:
        raise BadFieldError("start", start, "write a time such as 2026-02-13T16:00+08:00") from None
    rulebook = read_catalogue(Settings().catalogue).rulebook
    found = due(begin, Limit.parse(limit), rulebook.worktime)
    as_json(
        {
            "start": found.start_at.isoformat(),
            "limit": str(found.limit),
            "due_at": found.due_at.isoformat(),
            "provisional": found.provisional,
            "explanation": explanation(found),
            "rules": rulebook.version,
        }
    )
