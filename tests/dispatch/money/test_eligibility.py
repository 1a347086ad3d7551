"""Twenty people and what each gets, made by hand; two counties; changed policies; insurance first."""

from dataclasses import replace
from datetime import date

import pytest

from dispatch.money.eligibility import Policy, Profile, Question, Verdict, in_force, judge

TODAY = date(2026, 11, 18)
GB = "GB/T 42195-2022"
ELDER = Profile(on=TODAY, area="330102001001", age=80, edition=GB, level=2, valid_until=date(2027, 5, 1))
VOUCHER = Policy(
    code="voucher",
    version="2026",
    name_zh="消费补贴",
    name_en="voucher",
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
    least_age=60,
    no_tag=frozenset({"destitute"}),
    edition=GB,
    month_fen={2: 80000, 3: 80000, 4: 80000},
    percent={"home": 50, "institution": 40},
)
REPAIR = Policy(
    code="repair",
    version="1",
    name_zh="困难维修",
    name_en="repair",
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
    least_age=60,
    kinds=frozenset({"permanent"}),
    any_tag=frozenset({"low_income", "destitute"}),
    flat_fen=20000,
    percent={"repair": 100},
)
POOR = frozenset({"low_income"})
KEPT = frozenset({"destitute"})


def first(profile: Profile, item: str, price: int = 20000, used: int = 0) -> Verdict:
    """Return what the policy that knows the item says."""
    spent = {"voucher": used, "repair": used}
    verdicts = judge(profile, Question(item=item, price_fen=price), (VOUCHER, REPAIR), spent)
    return next((v for v in verdicts if v.why != "not_this_item"), verdicts[0])


@pytest.mark.parametrize(
    ("profile", "item", "used", "why", "amount", "payer"),
    [
        (ELDER, "home", 0, "eligible", 10000, "mixed"),
        (replace(ELDER, level=3), "home", 0, "eligible", 10000, "mixed"),
        (replace(ELDER, level=4), "institution", 0, "eligible", 8000, "mixed"),
        (replace(ELDER, level=1), "home", 0, "able_enough", 0, "self"),
        (replace(ELDER, level=0), "home", 0, "able_enough", 0, "self"),
        (replace(ELDER, level=None), "home", 0, "not_assessed", 0, "self"),
        (replace(ELDER, valid_until=date(2026, 11, 17)), "home", 0, "assessment_expired", 0, "self"),
        (replace(ELDER, valid_until=TODAY), "home", 0, "eligible", 10000, "mixed"),
        (replace(ELDER, edition="MZ/T 039-2013"), "home", 0, "other_edition", 0, "self"),
        (replace(ELDER, age=59), "home", 0, "too_young", 0, "self"),
        (replace(ELDER, age=60), "home", 0, "eligible", 10000, "mixed"),
        (replace(ELDER, age=None), "home", 0, "age_unknown", 0, "self"),
        (replace(ELDER, tags=KEPT), "home", 0, "excluded", 0, "self"),
        (replace(ELDER, kind="floating"), "home", 0, "eligible", 10000, "mixed"),
        (ELDER, "home", 75000, "eligible", 5000, "mixed"),
        (ELDER, "home", 80000, "quota_used", 0, "self"),
        (replace(ELDER, tags=POOR), "repair", 0, "eligible", 20000, "gov"),
        (replace(ELDER, tags=KEPT), "repair", 12000, "eligible", 8000, "mixed"),
        (replace(ELDER, tags=POOR, kind="floating"), "repair", 0, "wrong_household", 0, "self"),
        (ELDER, "repair", 0, "wrong_household", 0, "self"),
        (replace(ELDER, on=date(2027, 1, 1)), "home", 0, "no_policy", 0, "self"),
        (ELDER, "haircut", 0, "not_this_item", 0, "self"),
    ],
)
def test_who_gets_what_and_why(
    profile: Profile, item: str, used: int, why: str, amount: int, payer: str
) -> None:
    found = first(profile, item, used=used)
    assert (found.why, found.amount_fen, found.paid_by) == (why, amount, payer)
    assert found.amount_fen + found.own_fen == 20000


@pytest.mark.parametrize(
    ("item", "price", "insurance", "amount", "own"),
    [
        ("home", 100000, 0, 50000, 50000),
        ("home", 200000, 0, 80000, 120000),
        ("institution", 450000, 0, 80000, 370000),
        ("institution", 450000, 270000, 72000, 108000),  # 4500, insurance 2700, 40 % of the own 1800
        ("home", 3333, 0, 1666, 1667),
        ("home", 50000, 50000, 0, 0),
    ],
)
def test_insurance_first_and_rounded_down(
    item: str, price: int, insurance: int, amount: int, own: int
) -> None:
    question = Question(item=item, price_fen=price, insurance_fen=insurance)
    (found,) = judge(ELDER, question, (VOUCHER,), {})
    assert (found.amount_fen, found.own_fen) == (amount, own)


def test_two_counties_decide_by_their_own() -> None:
    own = replace(VOUCHER, version="county", area="330106", percent={"home": 30})
    question = Question(item="home", price_fen=10000)
    here = judge(ELDER, question, (VOUCHER, own), {})
    there = judge(replace(ELDER, area="330106002"), question, (VOUCHER, own), {})
    assert [(v.version, v.amount_fen) for v in here + there] == [("2026", 5000), ("county", 3000)]


def test_a_version_holds_from_its_first_to_its_last_day() -> None:
    later = replace(
        VOUCHER, version="2027", first=date(2027, 1, 1), last=date(2027, 12, 31), percent={"home": 60}
    )
    both = (VOUCHER, later)
    assert [p.version for p in in_force(both, ELDER.area, date(2026, 12, 31))] == ["2026"]
    assert [p.version for p in in_force(both, ELDER.area, date(2027, 1, 1))] == ["2027"]
    assert in_force(both, ELDER.area, date(2025, 12, 31)) == ()
