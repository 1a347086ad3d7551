"""What few may see of residents: rights, minors, marks by day; identity numbers by their own digits."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import BadFieldError
from dispatch.identity import CHECKS, WEIGHTS, born_by, check_identity, is_identity, mask_identity
from dispatch.particulars import Particulars, PeopleRules, Phone, Tag, TagRule, masked_particulars, withheld
from dispatch.resident import Resident
from geo.place import LonLat

TODAY = date(2026, 11, 18)
RULES = PeopleRules(
    tags={
        "veteran": TagRule(code="veteran", name_zh="退役军人"),
        "disabled": TagRule(code="disabled", name_zh="残疾", right="health"),
    },
    relations={"child": "子女"},
    care_modes={"home": "居家"},
    rights={"health": frozenset({"worker"}), "minor": frozenset({"worker"}), "identity": frozenset()},
    behind={"care_mode": "health", "access_need": "health"},
    adult_at=18,
)
ANNA = Resident(id=1, no="R1", name="安娜", phone="1", address="", place=LonLat(120, 30), cell="1")
TOLD = Particulars(
    resident="R1",
    other_names=("李小花",),
    born_on=date(1950, 1, 1),
    phones=(Phone(number="13800138000", whose="女儿"),),
    room="501",
    care_mode="home",
    identity="3301**********47",
    identity_hash="h",
    identity_sealed="s",
)


@pytest.mark.parametrize(
    ("born_on", "birth_year", "minor"),
    [
        (date(2008, 11, 18), None, False),  # eighteen today
        (date(2008, 11, 19), None, True),
        (date(2008, 2, 29), None, False),
        (None, 2008, True),  # perhaps only seventeen
        (None, 2007, False),
        (None, None, False),
    ],
)
def test_a_minor_is_one_until_the_birthday(
    born_on: date | None, birth_year: int | None, *, minor: bool
) -> None:
    assert RULES.is_minor(replace(ANNA, birth_year=birth_year), born_on, TODAY) is minor


def test_who_lacks_a_right_sees_nothing_behind_it() -> None:
    assert withheld(RULES, "worker", minor=False) == withheld(RULES, "worker", minor=True) == frozenset()
    assert withheld(RULES, "dispatcher", minor=False) == {"care_mode", "access_need"}
    everything = withheld(RULES, "dispatcher", minor=True)
    assert masked_particulars(TOLD, everything) == Particulars(resident="R1")


def test_what_is_shown_without_a_reason_is_masked() -> None:
    shown = masked_particulars(TOLD, frozenset())
    assert (shown.other_names, shown.phones[0].number) == (("李**",), "138****8000")
    assert (shown.born_on, shown.room, shown.identity_hash, shown.identity_sealed) == (None, "", "", "")
    assert (shown.care_mode, shown.identity) == ("home", TOLD.identity)
    assert masked_particulars(TOLD, frozenset({"care_mode"})).care_mode == ""


def test_a_tag_that_the_rules_do_not_know_needs_the_right_to_health() -> None:
    seen = {
        (role, tag): RULES.sees_tag(role, tag)
        for role in ("worker", "dispatcher")
        for tag in ("veteran", "x")
    }
    assert [pair for pair, yes in seen.items() if not yes] == [("dispatcher", "x")]
    assert not RULES.sees_tag("dispatcher", "disabled")


@pytest.mark.parametrize(
    ("since", "until", "ended_on", "on", "holds"),
    [
        ("2026-11-01", None, None, "2026-11-01", True),
        ("2026-11-01", None, None, "2026-10-31", False),
        ("2026-11-01", "2026-11-18", None, "2026-11-18", True),
        ("2026-11-01", "2026-11-18", None, "2026-11-19", False),
        ("2026-11-01", None, "2026-11-10", "2026-11-11", False),
        ("2026-11-01", "2027-11-01", "2026-11-10", "2026-11-10", True),
    ],
)
def test_a_tag_holds_from_its_first_day_to_its_last(
    since: str, until: str | None, ended_on: str | None, on: str, *, holds: bool
) -> None:
    days = {n: date.fromisoformat(d) if d else None for n, d in (("until", until), ("ended_on", ended_on))}
    tag = Tag(no="M1", resident="R1", tag="veteran", source="本人", since=date.fromisoformat(since), **days)
    assert tag.holds(date.fromisoformat(on)) is holds


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"care_mode": "nowhere"}, "care_mode"),
        ({"arrived_on": date(2026, 2, 1), "leaves_on": date(2026, 1, 1)}, "leaves_on"),
    ],
)
def test_words_and_days_have_to_fit(given: dict, field: str) -> None:
    with pytest.raises(BadFieldError) as found:
        RULES.check(Particulars(resident="R1", **given))
    assert found.value.field == field
    for check, word in ((RULES.check_tag, "x"), (RULES.check_relation, "x")):
        with pytest.raises(BadFieldError):
            check(word)


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
    ],
)
def test_an_identity_number_however_it_is_written(text: str) -> None:
    assert check_identity(text) == "11010519491231002X"
    assert born_by(check_identity(text)) == date(1949, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11010519491231002",
        "110105194912310021",
        "11010519491331002X",
        "1101051949123100X2",
        "abc",
        "X" * 18,
    ],
)
def test_a_wrong_identity_number_is_refused_and_not_told(text: str) -> None:
    with pytest.raises(BadFieldError) as found:
        check_identity(text)
    assert text[6:14] == "" or text[6:14] not in str(found.value)


@given(
    st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(110000, 659999), st.integers(0, 999), st.data()
)
def test_one_wrong_digit_is_always_found(born: date, area: int, order: int, data: st.DataObject) -> None:
    body = f"{area}{born:%Y%m%d}{order:03d}"
    number = body + CHECKS[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]
    assert is_identity(number)
    assert len(mask_identity(number)) == 18
    at = data.draw(st.integers(0, 16))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != number[at]]))
    assert not is_identity(number[:at] + wrong + number[at + 1 :])
