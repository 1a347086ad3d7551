"""Needs of volunteers: places, hours and how they are counted, on facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.helping import OpenNeed, claim, confirm, give_up, matching, minutes_of, publish, withdraw
from geo.place import LonLat

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)
BLANK = OpenNeed(
    no="O1", item="SV-C01", resident="R1", place=LonLat(120.16, 30.25), cell="330102001001001", starts_at=NOW + DAY,
    minutes=60, places=2, note="", asked_by="d", asked_at=NOW,
)  # fmt: skip


def test_places_are_given_back_and_never_twice() -> None:
    one = claim(BLANK, 1, NOW)
    assert claim(one, 1, NOW) == one  # pressed twice is once
    full = claim(one, 2, NOW + timedelta(hours=1))
    assert (full.free, full.filled_at) == (0, NOW + timedelta(hours=1))
    with pytest.raises(NotPossibleError, match="all places"):
        claim(full, 3, NOW)
    back = give_up(full, 1, NOW)
    assert (back.free, back.filled_at) == (1, None)
    assert claim(back, 3, NOW).free == 0
    with pytest.raises(NotPossibleError, match="no open place"):
        give_up(back, 1, NOW)


def test_hours_count_once_confirmed_and_not_before() -> None:
    full = claim(claim(BLANK, 1, NOW), 2, NOW)
    assert minutes_of([full]) == {}
    with pytest.raises(NotPossibleError, match="has not begun"):
        confirm(full, 1, 60, "r1", NOW)
    later = full.ends_at
    done = confirm(confirm(full, 1, 75, "r1", later), 2, 0, "r1", later)
    assert [one.state for one in done.claims] == ["confirmed", "absent"]
    assert minutes_of([done, done]) == {1: 150}
    with pytest.raises(NotPossibleError, match="no open place"):
        confirm(done, 1, 75, "r1", later)
    with pytest.raises(BadFieldError, match="minutes"):
        confirm(full, 1, 1441, "r1", later)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"starts_at": NOW}, "starts_at"), ({"places": 0}, "places"), ({"minutes": 0}, "minutes")],
)
def test_what_cannot_be_published_is_refused(wrong: dict[str, object], field: str) -> None:
    assert publish(BLANK, NOW) == BLANK
    with pytest.raises(BadFieldError) as told:
        publish(replace(BLANK, **wrong), NOW)  # type: ignore[arg-type]  # one field of its type
    assert told.value.field == field


def test_a_need_that_is_withdrawn_or_has_begun_is_claimed_no_longer() -> None:
    gone = withdraw(BLANK, NOW)
    for need, at in ((gone, NOW), (BLANK, BLANK.starts_at)):
        with pytest.raises(NotPossibleError, match="no longer"):
            claim(need, 1, at)
        with pytest.raises(NotPossibleError, match="no longer"):
            withdraw(need, at)
    with pytest.raises(NotPossibleError, match="has begun"):
        give_up(claim(BLANK, 1, NOW), 1, BLANK.starts_at)


def test_the_matching_rate_leaves_out_what_was_withdrawn_and_names_what_waits() -> None:
    hour = timedelta(hours=1)
    quick = claim(replace(BLANK, places=1), 1, NOW + hour)
    slow = replace(quick, no="O2", filled_at=NOW + 3 * hour)
    free = replace(BLANK, no="O3")
    told = matching([quick, slow, free, withdraw(replace(BLANK, no="O4"), NOW)], hour, NOW + 2 * hour)
    assert (told.needs, told.filled, told.share, told.median_s) == (3, 2, 2 / 3, 7200)
    assert told.unmatched == ("O3",)
    assert matching([free], 3 * hour, NOW + hour).unmatched == ()
    nothing = matching([], hour, NOW)
    assert (nothing.share, nothing.median_s, nothing.unmatched) == (None, None, ())
