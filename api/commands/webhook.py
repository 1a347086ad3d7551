"""``jinlin webhook``: other systems that are told of every event."""

import click

from api.commands.show import as_json
from api.outside.webhooks import check_url, new_secret
from api.settings import Settings
from api.views.shape import plain
from api.world import system_clock
from data.outside.webhooks import HELD, ON, RETIRED, add_hook, hooks, set_state
from data.rules.catalogue import read_catalogue
from data.store.session import Database
from dispatch.errors import BadFieldError


@click.group("webhook")
def command() -> None:
    """Tell other systems of events, signed as Standard Webhooks are, and again until they are taken."""


def _store() -> Database:
    store = Database(Settings().database_url())
    store.create()
    return store


@command.command("add")
@click.argument("name")
@click.argument("url")
@click.option("--event", "events", multiple=True, help="Such as ticket or ticket.close; all when left out.")
@click.option("--line", default="", help="Tell this line of hotlines.toml of its own cases alone.")
def add(name: str, url: str, events: tuple[str, ...], line: str) -> None:
    """Tell URL of what happens from now on; prints the secret, which is not shown again."""
    secret, lines = new_secret(), read_catalogue(Settings().catalogue).rulebook.lines
    if line and line not in lines:
        raise BadFieldError("line", line, f"a line of hotlines.toml; there are: {', '.join(lines) or 'none'}")
    now = system_clock()
    _store().write(lambda session: add_hook(session, name, check_url(url), secret, events, now, line))
    as_json({"added": name, "url": url, "events": list(events), "line": line, "secret": secret})


@command.command("list")
def list_() -> None:
    """Show every webhook: what waits, when it was last taken, what was answered, when it is tried again."""
    zone = read_catalogue(Settings().catalogue).rulebook.worktime.zone
    with _store().read() as session:
        as_json([plain(hook, zone) for hook in hooks(session)])


def _switch(name: str, state: str) -> None:
    waiting = _store().write(lambda session: set_state(session, name, state))
    as_json({"webhook": name, "state": state, "waiting": waiting})


@command.command("hold")
@click.argument("name")
def hold(name: str) -> None:
    """Send nothing for now; events wait."""
    _switch(name, HELD)


@command.command("resume")
@click.argument("name")
def resume(name: str) -> None:
    """Send again, beginning with what waits."""
    _switch(name, ON)


@command.command("retire")
@click.argument("name")
def retire(name: str) -> None:
    """Tell it nothing any more; what waits is dropped."""
    _switch(name, RETIRED)
