"""The nightly look through the registers: what cannot be right becomes a correction, what was mended ends."""

from datetime import datetime

from api.clockwork import CLOCK, one_by_one
from api.world import World
from data.desk.corrections import OpenCorrection
from data.queries.corrections import unended
from data.registers.truth import Found, look_through
from data.store.kinds.upkeep import CORRECTION
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action, Actor
from grid.correction import Correction, holds, number_of


def run_checks(world: World, now: datetime) -> int:
    """Look through the registers in one hour of the night; asked more often than that, so that no night is left out."""
    return check_records(world, now) if world.local(now).hour == world.catalogue.checks.hour else 0


def check_records(world: World, now: datetime) -> int:
    """Open a correction for every record that cannot be right, and end those of records that were mended.

    Parameters
    ----------
    world : World
    now : datetime
        Aware.

    Returns
    -------
    int
        How many were opened or ended.
    """
    rules, day = world.catalogue.checks, world.local(now).date()
    found: dict[str, tuple[str, Found]] = {}
    with world.database.read() as session:
        known = {one.no: one for one in unended(session)}
        for code, rule in rules.checks.items():
            for each in look_through(session, rule, day):
                found[number_of(code, each.record, each.other)] = (code, each)
    fresh = [no for no in found if no not in known or not holds(known[no], rules, now)]
    mended = [no for no, one in known.items() if one.state == "open" and no not in found]

    def open_one(no: str, at: datetime) -> None:
        code, each = found[no]
        new = OpenCorrection(check=code, record=each.record, other=each.other, area=each.area)
        world.desk.start(new, CLOCK, at)

    def end_one(no: str, at: datetime) -> None:
        world.desk.act(CORRECTION, no, Action(name="clear", by=CLOCK), at)

    opened = one_by_one(world, "checks", [(no, now) for no in fresh], open_one)
    return opened + one_by_one(world, "checks", [(no, now) for no in mended], end_one)


def check_again(world: World, correction: Correction, by: Actor, now: datetime) -> Correction:
    """Look at one record again, and end its correction when the fault is gone.

    Raises
    ------
    NotPossibleError
        While the fault is still there.
    """
    rule, day = world.catalogue.checks.checks.get(correction.check), world.local(now).date()
    with world.database.read() as session:
        found = look_through(session, rule, day, correction.record) if rule else []
    if any(number_of(correction.check, each.record, each.other) == correction.no for each in found):
        told = "the record still has this fault; correct it first, or say with a reason that it is right as it is"
        raise NotPossibleError(told)
    done = world.desk.act(CORRECTION, correction.no, Action(name="clear", by=by), now)
    return done.fact
