"""A day of rounds without streets and store: planned anew, moved, acted on, and compared."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.rules.files import FOLDER
from data.rules.rounds import round_rules
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor
from dispatch.rounds import acts
from dispatch.rounds.anew import plan_rest
from dispatch.rounds.arrange import change_of, moved
from dispatch.rounds.day import (
    ARRIVED,
    LEFT_OUT,
    PLANNED,
    SKIPPED,
    DayRounds,
    Errand,
    Member,
    clock,
    hours,
    seconds,
    windows_of,
)
from dispatch.rounds.question import OPEN, Past, ask, past_of, places_of
from dispatch.rounds.times import timed

RULES = round_rules(FOLDER)
ZONE = timezone(timedelta(hours=8))
MORNING = datetime(2026, 11, 18, 7, 0, tzinfo=ZONE)
SENDER = Actor(user="d", role="dispatcher")
HOUR_S = 3600


def day_of(errands: int, members: int, **more: object) -> DayRounds:
    """Errands along a street, one a minute's way from the next, and workers at its beginning."""
    return DayRounds(
        no="L1",
        state="draft",
        area="1",
        day=date(2026, 11, 18),
        made_at=MORNING,
        made_by="d",
        members=tuple(
            Member(
                user=f"w{m}",
                profile="walk",
                start_lon=0.0,
                start_lat=0.0,
                end_lon=0.0,
                end_lat=0.0,
                from_s=8 * HOUR_S,
                until_s=16 * HOUR_S,
                pause_from_s=11 * HOUR_S,
                pause_until_s=13 * HOUR_S,
                pause_s=1800,
            )
            for m in range(members)
        ),
        errands=tuple(
            replace(
                Errand(
                    id=str(e), what="visit", lon=float(e), lat=0.0, cell="1", service_s=1200, worth_s=9000
                ),
                **more,
            )  # type: ignore[arg-type]
            for e in range(1, errands + 1)
        ),
    )


def along(day: DayRounds) -> np.ndarray:
    """Sixty seconds a degree."""
    lon = np.array([place.lon for place in places_of(day)])
    return np.abs(lon[:, None] - lon[None, :])[None].astype(np.int64) * 60


def planned(day: DayRounds, past: dict[str, Past] | None = None, now_s: int = 0) -> DayRounds:
    return plan_rest(day, RULES, along(day), past or {}, now_s)


def act(day: DayRounds, name: str, by: Actor = SENDER, at: datetime = MORNING, **fields: object) -> DayRounds:
    return acts.act(day, Action(name=name, by=by, fields=fields), RULES, ZONE, at)[0]


def published(errands: int, members: int, **more: object) -> DayRounds:
    return act(planned(day_of(errands, members, **more)), "publish")


def worker(user: str) -> Actor:
    return Actor(user=user, role="worker")


def holds(day: DayRounds, past: dict[str, Past], now_s: int) -> None:
    """Hold a day to what rounds promise: each errand once, turns without gap, times that can be walked."""
    for member in day.members:
        assert [e.turn for e in day.round_of(member.user)] == list(
            range(1, len(day.round_of(member.user)) + 1)
        )
    question = ask(day, RULES, past, now_s)
    visits = {v.no: v for v in question.visits}
    for each in question.workers:
        stops = [visits[no] for no in question.kept[each.user]]
        made = timed(each, stops, along(day))
        assert made is not None
        by_id = {e.id: e for e in day.round_of(each.user)}
        assert [(by_id[s.visit].arrive_s, by_id[s.visit].begin_s) for s in made.stops] == [
            (s.arrive_s, s.begin_s) for s in made.stops
        ]
    for errand in day.errands:
        assert (errand.state == PLANNED) == (errand.begin_s is not None) or errand.state not in OPEN
        if errand.state == PLANNED and errand.told_from_s is not None:
            assert errand.told_until_s is not None
            assert errand.told_from_s <= (errand.begin_s or 0) <= errand.told_until_s


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 12), st.integers(1, 3), st.integers(0, 2), st.integers(0, 5), st.integers(0, 1))
def test_a_day_stays_whole_whatever_happens_to_it(
    errands: int, members: int, ill: int, came: int, urgent: int
) -> None:
    day = published(errands, members)
    holds(day, {}, 0)
    first = day.round_of("w0")[:came]
    for errand in first:
        at = MORNING.replace(hour=0) + timedelta(seconds=errand.arrive_s or 0)
        day = act(day, "arrive", worker("w0"), at, stop=errand.id)
    now_s = max([8 * HOUR_S, *(e.arrive_s or 0 for e in first)])
    past = past_of(day, ZONE)
    assert set(past) == ({"w0"} if first else set())
    before = day
    day = replace(day, members=tuple(replace(m, off=n == ill) for n, m in enumerate(day.members)))
    if urgent:
        more = replace(day_of(1, 1).errands[0], id=str(errands + 1), worth_s=36_000)
        day = replace(day, errands=(*day.errands, more))
    after = planned(day, past, now_s)
    holds(after, past, now_s)
    assert {e.id for e in after.errands} == {e.id for e in day.errands}
    assert [e for e in after.errands if e.state == ARRIVED] == [
        e for e in before.errands if e.state == ARRIVED
    ]
    assert not any(e.state == PLANNED for e in after.round_of(f"w{ill}"))
    change = change_of(before, after)
    assert set(change.moved) <= {e.id for e in before.errands if e.state == PLANNED}


def test_nothing_changes_when_nothing_happened() -> None:
    day = published(8, 2)
    again = planned(day)
    assert again == day
    change = change_of(day, again)
    assert (change.moved, change.later, change.placed, change.dropped, change.travel_s) == ((), (), (), (), 0)


def test_a_promise_that_cannot_be_kept_becomes_another_one_and_is_told() -> None:
    day = published(3, 1)
    # All morning is gone: windows promised for it cannot be kept.
    late = planned(day, {}, 12 * HOUR_S)
    holds(late, {}, 12 * HOUR_S)
    assert {e.state for e in late.errands} == {PLANNED}
    assert set(change_of(day, late).later) == {"1", "2", "3"}


def test_hours_needed_and_there() -> None:
    day = day_of(3, 2)
    assert hours(day.members, day.errands) == (3600, 2 * (8 * HOUR_S - 1800))
    off = replace(day, members=tuple(replace(m, off=True) for m in day.members))
    assert hours(off.members, off.errands) == (3600, 0)
    assert {e.why for e in planned(off).errands} == {"no_skill"}


@pytest.mark.parametrize(
    ("move", "told"),
    [
        (("9", "w1", 0), "a stop of L1"),
        (("1", "w9", 0), "a worker of L1"),
        (("1", "w1", 0), "needs nurse"),
        (("2", "w0", 1), "too late"),
    ],
)
def test_a_move_that_is_not_possible_says_why(move: tuple[str, str, int], told: str) -> None:
    day = day_of(2, 2)
    first, second = day.errands
    first = replace(first, skills=("nurse",), windows=("08:00-08:05",))
    second = replace(second, wished="w1")
    nurse = replace(day.members[0], skills=("nurse",))
    day = planned(replace(day, errands=(first, second), members=(nurse, day.members[1])))
    with pytest.raises((BadFieldError, NotPossibleError), match=told):
        moved(day, move, along(day), ask(day, RULES, {}, 0), RULES)


def test_a_stop_moves_and_both_rounds_follow() -> None:
    day = planned(day_of(6, 2))
    stop = next(e for e in day.errands if e.worker)
    other = next(m.user for m in day.members if m.user != stop.worker)
    after = moved(day, (stop.id, other, 1), along(day), ask(day, RULES, {}, 0), RULES)
    holds(after, {}, 0)
    assert after.round_of(other)[0].id == stop.id
    gone = moved(after, (stop.id, "", 0), along(day), ask(after, RULES, {}, 0), RULES)
    assert (gone.errand(stop.id).state, gone.errand(stop.id).why) == (LEFT_OUT, "taken_out")


def test_who_may_do_what() -> None:
    day = published(4, 2)
    stop = next(e for e in day.errands if e.worker == "w0")
    with pytest.raises(WrongRoleError, match="not in your round"):
        act(day, "skip", worker("w1"), stop=stop.id, reason="无人")
    with pytest.raises(BadFieldError, match="a worker of L1"):
        act(day, "arrive", worker("w9"), stop=stop.id)
    taken = act(day, "arrive", worker("w1"), stop=stop.id).errand(stop.id)
    assert (taken.worker, taken.state) == ("w1", ARRIVED)  # who stood there made the stop
    skipped = act(day, "skip", worker("w0"), stop=stop.id, reason="无人").errand(stop.id)
    assert (skipped.state, skipped.why) == (SKIPPED, "无人")
    with pytest.raises(NotPossibleError, match="changed meanwhile"):
        act(day, "replan", arranged=replace(day, version=day.version + 1))
    with pytest.raises(NotPossibleError, match="is over"):
        act(day, "replan", at=MORNING + timedelta(days=1), arranged=day)
    with pytest.raises(BadFieldError, match="on the day"):
        act(day, "arrive", worker("w0"), MORNING + timedelta(days=2), stop=stop.id)
    with pytest.raises(WrongRoleError):
        act(day, "cancel", worker("w0"), reason="x")


def test_the_log_is_told_no_person() -> None:
    day = day_of(2, 1, resident="R000001", note="门铃坏了")
    told = acts.begin(planned(day), SENDER, MORNING)
    assert "R000001" not in str(told.payload)
    day = published(2, 1, resident="R000001", note="门铃坏了")
    stop = day.errands[0].id
    _, event = acts.act(
        day, Action(name="skip", by=SENDER, fields={"stop": stop, "reason": "去女儿家"}), RULES, ZONE, MORNING
    )
    assert "女儿" not in str(event.payload)


@pytest.mark.parametrize("text", ["8:30", "24:01", "25:00", "08:60", ""])
def test_a_time_of_day_is_read_strictly(text: str) -> None:
    with pytest.raises(BadFieldError):
        seconds(text)


def test_times_of_day_there_and_back() -> None:
    assert [clock(seconds(text)) for text in ("00:00", "08:30", "24:00")] == ["00:00", "08:30", "24:00"]
    assert windows_of(["13:00-14:00", "08:30-11:30"]) == ((30600, 41400), (46800, 50400))
    assert MORNING.astimezone(UTC).hour == 23
