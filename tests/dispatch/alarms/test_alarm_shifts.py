"""Rotas: wall time over changes of the zone's offset, swaps, gaps and their warnings; cases A7, A9 and A10."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.alarms.shift import Gap, Layer, Rota, Swap, warnings_of
from dispatch.errors import DispatchError

SHANGHAI, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")


def layer(start: str, end: str, *members: str, code: str = "desk", first: date = date(2026, 1, 1)) -> Layer:
    return Layer(
        code=code,
        post="agent",
        start=time.fromisoformat(start),
        end=time.fromisoformat(end),
        members=tuple((m,) for m in members),
        first_day=first,
    )


def day_and_night(zone: ZoneInfo) -> Rota:
    return Rota(
        zone=zone,
        layers=(layer("08:00", "20:00", "day", code="day"), layer("20:00", "08:00", "night", code="night")),
    )


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        (LONDON, date(2026, 10, 24), 13),  # the clock goes back
        (LONDON, date(2026, 3, 28), 11),  # and forward
        (LONDON, date(2026, 6, 1), 12),
        (SHANGHAI, date(2026, 10, 24), 12),
        (SHANGHAI, date(2026, 3, 28), 12),
    ],
)
def test_a9_the_night_is_as_long_as_the_clock_makes_it(zone: ZoneInfo, evening: date, hours: int) -> None:
    noon = datetime.combine(evening, time(12), zone)
    rota = day_and_night(zone)
    night = next(s for s in rota.shifts(noon, noon + timedelta(days=1)) if s.by == "night")
    assert night.end - night.start == timedelta(hours=hours)
    assert night.start.astimezone(zone).time() == time(20)
    assert night.end.astimezone(zone).time() == time(8)
    assert rota.gaps("agent", noon, noon + timedelta(days=2)) == ()


@settings(deadline=None)
@given(minutes=st.integers(0, 60 * 24 * 400))
def test_a9_there_is_always_exactly_one_of_day_and_night(minutes: int) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)
    assert len(day_and_night(LONDON).on_duty("agent", moment)) == 1


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


SWAP = Swap(
    no="W1",
    post="agent",
    start=local("2026-11-18T21:00"),
    end=local("2026-11-19T01:00"),
    user="B",
    instead_of="A",
)


@pytest.mark.parametrize(
    ("when", "who"),
    [
        ("2026-11-18T12:59:59", ()),
        ("2026-11-18T13:00:00", ("A",)),
        ("2026-11-18T20:59:59", ("A",)),
        ("2026-11-18T21:00:00", ("B",)),
        ("2026-11-19T00:59:59", ("B",)),
        ("2026-11-19T01:00:00", ()),
        ("2026-11-19T21:00:00", ("A",)),
    ],
)
def test_a10_a_swap_counts_to_the_second(when: str, who: tuple[str, ...]) -> None:
    rota = Rota(zone=SHANGHAI, layers=(layer("13:00", "01:00", "A"),), swaps=(SWAP,))
    assert rota.on_duty("agent", local(when)) == who
    assert rota.moved_swaps() == ()


def test_a10_a_swap_whose_shift_was_moved_is_flagged_and_stays_where_it_is() -> None:
    rota = Rota(zone=SHANGHAI, layers=(layer("12:00", "00:00", "A"),), swaps=(SWAP,))
    assert rota.moved_swaps() == (SWAP,)
    assert rota.on_duty("agent", local("2026-11-18T22:00")) == ("B",)
    assert rota.on_duty("agent", local("2026-11-19T00:30")) == ("B",)


def test_turns_and_weekdays() -> None:
    turns = Layer(
        code="w",
        post="street",
        start=time(8),
        end=time(8),
        members=(("A", "C"), ("B",)),
        first_day=date(2026, 11, 2),
        last_day=date(2026, 11, 20),
        turn_days=7,
        weekdays=frozenset(range(5)),
    )
    rota = Rota(zone=SHANGHAI, layers=(turns,))
    assert rota.on_duty("street", local("2026-11-02T08:00")) == ("A", "C")  # a Monday
    assert rota.on_duty("street", local("2026-11-09T08:00")) == ("B",)
    assert rota.on_duty("street", local("2026-11-14T07:59")) == ("B",)  # Friday's shift ends on Saturday
    assert rota.on_duty("street", local("2026-11-14T08:00")) == ()
    assert rota.on_duty("street", local("2026-11-21T08:00")) == ()


def test_gaps_are_found_between_before_and_after() -> None:
    rota = Rota(zone=SHANGHAI, layers=(layer("08:00", "12:00", "A", first=date(2026, 11, 18)),))
    gaps = rota.gaps("agent", local("2026-11-18T00:00"), local("2026-11-19T10:00"))
    assert gaps == (
        Gap(post="agent", start=local("2026-11-18T00:00"), end=local("2026-11-18T08:00")),
        Gap(post="agent", start=local("2026-11-18T12:00"), end=local("2026-11-19T08:00")),
    )
    assert rota.gaps("street", local("2026-11-18T00:00"), local("2026-11-18T01:00"))[0].post == "street"


@pytest.mark.parametrize(
    ("before_h", "ahead_h"),
    [(25, []), (24, [24]), (3, [24]), (1, [24, 1]), (0.5, [24, 1]), (0, []), (-2, [])],
)
def test_a7_an_empty_shift_is_warned_of_a_day_and_an_hour_before_and_never_after(
    before_h: float, ahead_h: list[int]
) -> None:
    gap = Gap(post="agent", start=local("2026-11-18T08:00"), end=local("2026-11-18T12:00"))
    told = warnings_of([gap], gap.start - timedelta(hours=before_h))
    assert [w.ahead for w in told] == [timedelta(hours=h) for h in ahead_h]
    assert len({w.key for w in told}) == len(told)


@pytest.mark.parametrize("change", [{"members": ()}, {"turn_days": 0}, {"weekdays": frozenset({7})}])
def test_a_layer_without_people_or_days_is_refused(change: dict[str, object]) -> None:
    whole: dict[str, object] = {
        "code": "x",
        "post": "agent",
        "start": time(8),
        "end": time(20),
        "members": (("A",),),
        "first_day": date(2026, 1, 1),
    }
    with pytest.raises(DispatchError):
        Layer(**(whole | change))  # type: ignore[arg-type]
