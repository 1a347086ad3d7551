"""Timers: found by query, carried out through the desk, each with the time a thing was due."""

from datetime import datetime, timedelta

from sqlalchemy import select

from api.checks import run_checks
from api.clockwork import CLOCK, Timer, one_by_one, state_of
from api.world import World
from data.desk.figures import FreezeMonth
from data.desk.numbers import SettleSeries
from data.desk.offers import OFFER
from data.desk.orders import TICK
from data.desk.standings import recount
from data.desk.tickets import RECOMPUTE
from data.figures.appraisals import late_appeals
from data.figures.facts import records_begin
from data.figures.frozen import frozen_months
from data.figures.panel import measure_all
from data.models import TicketRow
from data.queries.orders import to_offer, waiting_too_long
from data.queries.reviews import REMINDED, on_trial, reminded, trial_of
from data.queries.tickets import provisional, ticking
from data.registers.positions import forget_positions
from data.store.kinds.cases import APPEAL, TICKET
from data.store.kinds.orders import ORDER, PROVIDER
from data.store.numbers import series_to_settle
from data.store.photos import forget_photos, remove_strays
from dispatch.lifecycle import Action
from dispatch.providers.licence import ending
from dispatch.providers.provider import TAKING_ORDERS
from dispatch.providers.reviews import trial_faults
from grid.period import months_over
from grid.tickets.ticket import JUST_AFTER


def run_overdue(world: World, now: datetime) -> int:
    """Let the clock speak on every ticket that is due for it, until none is left."""
    done, state = 0, state_of(world, "overdue")
    while True:
        aside = [no for no, left in state.aside.items() if world.elapsed() < left.until_s]
        with world.database.read() as session:
            due = ticking(session, now, aside)
        if not due:
            return done
        done += one_by_one(
            world,
            "overdue",
            due,
            lambda no, at: world.desk.act(TICKET, no, Action(name="tick", by=CLOCK), at),
        )


def run_review(world: World, now: datetime) -> int:
    """Take shelved tickets up again on the day of their review."""
    today = world.local(now).date()
    with world.database.read() as session:
        query = select(TicketRow.no).where(TicketRow.state == "shelved", TicketRow.review_on <= today)
        due = list(session.scalars(query))
    return one_by_one(
        world,
        "review",
        [(no, now) for no in due],
        lambda no, at: world.desk.act(TICKET, no, Action(name="resume", by=CLOCK), at),
    )


def run_receipts(world: World, now: datetime) -> int:
    """Forget receipts after their seven days."""
    return world.desk.forget_receipts(now)


def run_positions(world: World, now: datetime) -> int:
    """Forget where people on shift were, after the days that the catalogue names."""
    return world.database.write(lambda session: forget_positions(session, now, world.catalogue.positions))


def run_photos(world: World, now: datetime) -> int:
    """Forget photos that nothing tells of, and remove the files they leave behind."""
    world.database.write(lambda session: forget_photos(session, now))
    return remove_strays(world.database, world.home, now)


def run_calendar(world: World, now: datetime) -> int:
    """Count provisional deadlines again once the catalogue knows the holidays of their years."""
    with world.database.read() as session:
        numbers = provisional(session)
    changed: list[str] = []

    def count_again(no: str, at: datetime) -> None:
        if world.desk.act(TICKET, no, RECOMPUTE, at).changed:
            changed.append(no)

    one_by_one(world, "calendar", [(no, now) for no in numbers], count_again)
    return len(changed)


def run_appeals(world: World, now: datetime) -> int:
    """Take appeals whose first review is late to the second, and tell of second reviews that are late."""
    with world.database.read() as session:
        late = late_appeals(session, world.catalogue.appeals, now)
    deeds = {no: deed for no, deed, _ in late}
    return one_by_one(
        world,
        "appeals",
        [(no, due_at + JUST_AFTER) for no, _, due_at in late],
        lambda no, at: world.desk.act(APPEAL, no, Action(name=deeds[no], by=CLOCK), at),
    )


def run_figures(world: World, now: datetime) -> int:
    """Freeze the indicators of a month that is over, the oldest first, one month a run."""
    with world.database.read() as session:
        kept = frozen_months(session)
        begun = records_begin(session)
        over = months_over(begun, world.zone, now) if begun else []
        month = next((m for m in over if m not in kept), None)
        if month is None:
            return 0
        found, lists = measure_all(world.sources, session, month, now)
    world.desk.start(FreezeMonth(month=month, by_area=found, lists=lists), CLOCK, now)
    return 1


def run_numbers(world: World, now: datetime) -> int:
    """Tell the unused numbers of days that are over void, an hour after midnight at the earliest."""
    with world.database.read() as session:
        series = series_to_settle(session, world.local(now - timedelta(hours=1)).date())
    for each in series:
        world.desk.start(SettleSeries(series=each), CLOCK, now)
    return len(series)


def run_order_clocks(world: World, now: datetime) -> int:
    """Tell of every order that waits too long, each rung of the ladder at the time it was due."""
    with world.database.read() as session:
        due = waiting_too_long(session, now)

    def tick(no: str, at: datetime) -> None:
        done = world.desk.act(ORDER, no, TICK, at)
        for event in done.events:
            if event.name != "late":  # what follows of it is told as every change is
                continue
            note = {"kind": "order_late", "no": no, **event.payload}
            world.live.tell_role(("dispatcher", "leader", "admin"), note)

    return one_by_one(world, "order_clocks", due, tick)


def run_offers(world: World, now: datetime) -> int:
    """Ask whoever is next for every order that the rules offer to providers by themselves."""
    with world.database.read() as session:
        due = [(no, now) for no in to_offer(session, now)]
    return one_by_one(world, "offers", due, lambda no, at: world.desk.act(ORDER, no, OFFER, at))


def run_standings(world: World, now: datetime) -> int:
    """Count how providers stand: ratings fade, and what was ordered a month ago is recent no more."""
    changed = world.database.write(lambda session: recount(session, world.catalogue, now))
    for done in changed:
        world.city.apply(done)
    return len(changed)


def run_trials(world: World, now: datetime) -> int:
    """End the trial of every new provider that did as many orders as are watched: well, or with what was wrong."""
    rules = world.catalogue.providers.trial
    with world.database.read() as session:
        judged = {
            no: trial_faults(trial_of(session, n, no, rules.orders), rules) for n, no in on_trial(session)
        }
    over = {no: faults for no, faults in judged.items() if faults is not None}

    def end(no: str, at: datetime) -> None:
        faults = over[no]
        reason = f"{rules.orders} orders: " + ("; ".join(faults) or "well")
        name = "fail_trial" if faults else "pass_trial"
        done = world.desk.act(PROVIDER, no, Action(name=name, by=CLOCK, fields={"reason": reason}), at)
        note = {"kind": "trial_over", "no": no, "state": done.fact.state, "reason": reason}
        world.live.tell_role(("dispatcher", "admin"), note)

    return one_by_one(world, "trials", [(no, now) for no in over], end)


def run_licences(world: World, now: datetime) -> int:
    """Remind of every licence that ends soon, once on each of the days that the catalogue names."""
    today, rules = world.local(now).date(), world.catalogue.providers
    soon = {
        provider.no: ends
        for provider in list(world.city.providers.values())
        if provider.state in TAKING_ORDERS and (ends := ending(provider.licences, today, rules.remind_days))
    }
    with world.database.read() as session:
        told = {no: reminded(session, no) for no in soon}
    due = {
        f"{no} {one.kind}": (no, one)
        for no, ends in sorted(soon.items())
        for one in ends
        if (one.kind, one.number, one.until.isoformat(), one.days) not in told[no]
    }

    def remind(key: str, at: datetime) -> None:
        no, one = due[key]
        fields = {"kind": one.kind, "number": one.number, "until": one.until.isoformat(), "days": one.days}
        world.desk.act(PROVIDER, no, Action(name=REMINDED, by=CLOCK, fields=fields), at)
        world.live.tell_role(("dispatcher", "admin"), {"kind": "licence_ends", "no": no, **fields})

    return one_by_one(world, "licences", [(key, now) for key in due], remind)


TIMERS = (
    Timer(name="overdue", period=timedelta(seconds=5), run=run_overdue, charges=True),
    Timer(name="order_clocks", period=timedelta(seconds=2), run=run_order_clocks),
    Timer(name="offers", period=timedelta(seconds=1), run=run_offers),
    Timer(name="review", period=timedelta(minutes=10), run=run_review),
    Timer(name="appeals", period=timedelta(minutes=5), run=run_appeals, charges=True),
    Timer(name="calendar", period=timedelta(hours=1), run=run_calendar),
    Timer(name="figures", period=timedelta(minutes=10), run=run_figures),
    Timer(name="numbers", period=timedelta(minutes=30), run=run_numbers),
    Timer(name="standings", period=timedelta(minutes=5), run=run_standings),
    Timer(name="trials", period=timedelta(minutes=5), run=run_trials),
    Timer(name="licences", period=timedelta(hours=1), run=run_licences),
    Timer(name="checks", period=timedelta(minutes=30), run=run_checks),
    Timer(name="photos", period=timedelta(hours=1), run=run_photos),
    Timer(name="positions", period=timedelta(hours=1), run=run_positions),
    Timer(name="receipts", period=timedelta(hours=1), run=run_receipts),
)
