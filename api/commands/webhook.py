"""``jinlin webhook``: other systems that are told of every event."""

import click
from sqlalchemy import select

from api.clock import system_clock
from api.commands.door import OPERATOR, opened_desk
from api.commands.show import as_json
from api.commands.store import looking_at
from api.outside.webhooks import check_url, new_secret
from api.settings import Settings
from api.views.shape import plain
from data.desk.webhooks import NewWebhook
from data.models import HookRow
from data.outside.webhooks import hooks, waiting
from data.rules.catalogue import read_catalogue
from data.store.kinds.upkeep import WEBHOOK
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action


@click.group("webhook")
def command() -> None:
    """Tell other systems of events, signed as Standard Webhooks are, and again until they are taken."""


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
    new = NewWebhook(name=name, url=check_url(url), secret=secret, events=events, line=line)
    with opened_desk() as desk:
        desk.start(new, OPERATOR, system_clock())
    as_json({"added": name, "url": url, "events": list(events), "line": line, "secret": secret})


@command.command("list")
def list_() -> None:
    """Show every webhook: what waits, when it was last taken, what was answered, when it is tried again."""
    zone = read_catalogue(Settings().catalogue).rulebook.worktime.zone
    with looking_at() as store, store.read() as session:
        as_json([plain(hook, zone) for hook in hooks(session)])


def _switch(name: str, action: str) -> None:
    with opened_desk() as desk:
        state = desk.act(WEBHOOK, name, Action(name=action, by=OPERATOR), system_clock()).fact.state
        with desk.database.read() as session:
            number = session.execute(select(HookRow.id).where(HookRow.name == name)).scalar_one()
            as_json({"webhook": name, "state": state, "waiting": waiting(session, number)})


@command.command("hold")
@click.argument("name")
def hold(name: str) -> None:
    """Send nothing for now; events wait."""
    _switch(name, "hold")


@command.command("resume")
@click.argument("name")
def resume(name: str) -> None:
    """Send again, beginning with what waits."""
    _switch(name, "resume")


@command.command("retire")
@click.argument("name")
def retire(name: str) -> None:
    """Tell it nothing any more; what waits is dropped."""
    _switch(name, "retire")
