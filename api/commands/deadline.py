"""``jinlin deadline``: compute a deadline and explain it."""

from datetime import datetime

import click

from api.commands.show import as_json
from api.settings import Settings
from data.rules.catalogue import read_catalogue
from dispatch.errors import BadFieldError
from dispatch.worktime import Limit
from grid.deadlines import Due, due, explanation


@click.command("deadline")
@click.option("--start", required=True, help="Time with offset, such as 2026-02-13T16:00+08:00.")
@click.option(
    "--limit", default="", help="Such as '2 work_day', '4 work_hour', '3 urgent_hour', '5 natural_day'."
)
@click.option(
    "--category", default="", help="Limit, response and stages of a category, such as P0101, instead."
)
def command(start: str, limit: str, category: str) -> None:
    """Compute a deadline, or all those of a category, and explain it stretch by stretch."""
    try:
        begin = datetime.fromisoformat(start)
    except ValueError:
        raise BadFieldError("start", start, "write a time such as 2026-02-13T16:00+08:00") from None
    if bool(limit) == bool(category):
        raise BadFieldError("limit", limit, "give either --limit or --category")
    rulebook = read_catalogue(Settings().catalogue).rulebook
    if limit:
        body = _told(due(begin, Limit.parse(limit), rulebook.worktime))
    else:
        kind = rulebook.category(category)
        body = _told(due(begin, kind.limit, rulebook.worktime))
        body["response"] = _told(due(begin, kind.response, rulebook.worktime))
        body["stages"] = [
            {"name": stage.name, **_told(due(begin, stage.limit, rulebook.worktime))} for stage in kind.stages
        ]
    as_json({**body, "rules": rulebook.version})


def _told(found: Due) -> dict[str, object]:
    return {
        "start": found.start_at.isoformat(),
        "limit": str(found.limit),
        "due_at": found.due_at.isoformat(),
        "provisional": found.provisional,
        "explanation": explanation(found),
    }
