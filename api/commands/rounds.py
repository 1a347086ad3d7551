"""``jinlin rounds plan``: who visits whom in which order on a day, tried out and not kept."""

from datetime import datetime

import click

from api.clock import system_clock
from api.commands.show import as_json
from api.settings import Settings
from api.v1.rounds import RoundForm, day_of
from api.views.round import round_view
from api.world import open_world
from data.city.rounds import planned
from data.registers.day_rounds import faces
from grid.account import Account

HOUR_S = 3600


@click.group("rounds")
def command() -> None:
    """Plan rounds of visits."""


@command.command("plan")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day, today when left out.")
@click.option("--area", default="", help="Code of an area, the whole district when left out.")
@click.option("--most-due", type=click.IntRange(0, 800), help="Due visits at most.")
@click.option("--json", "in_json", is_flag=True, help="Write JSON.")
def plan(day: datetime | None, area: str, most_due: int | None, *, in_json: bool) -> None:
    """Plan the visits that are due on a day with the workers of an area; nothing is kept and nobody is sent."""
    world, now = open_world(Settings()), system_clock()
    account = Account(user="", name="", role="dispatcher", area="")
    form = RoundForm(area=area, day=day.date() if day else None, most_due=most_due)
    with world.database.read() as session:
        asked = day_of(session, world, account, form, now)
        made = planned(world.city, asked, now)
        who = faces(session, world.city, made)
    if in_json:
        as_json(round_view(world, made, account, who, {}))
        return
    view = round_view(world, made, account, who, {})
    for worker in view["workers"]:
        click.echo(
            f"{worker['user']} {worker['name']} {_hour(worker['leave_at'])}-{_hour(worker['back_at'])}"
        )
        for stop in worker["stops"]:
            where = stop["address"] or stop["cell_name"]
            click.echo(f"  {_hour(stop['begin_at'])} {stop['what_name']} {stop['name']} {where}".rstrip())
    for stop in view["left_out"]:
        click.echo(f"- {stop['what_name']} {stop['name']} {stop['cell_name']}: {stop['why']}")
    sums = view["sums"]
    needed, there, way = (sums[name] / HOUR_S for name in ("needed_s", "there_s", "travel_s"))
    click.echo(
        f"{sums['planned']} planned, {sums['left_out']} left out; "
        f"{needed:.1f} h needed, {there:.1f} h there, {way:.1f} h on the way"
    )


def _hour(at: str | None) -> str:
    """Cut the time of day out of a time; a dash for none."""
    return at[11:16] if at else "--:--"
