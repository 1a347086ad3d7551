"""Bills and budgets by hand-made cases, and ten thousand random operations under which no fen is lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import BadFieldError, DispatchError, NotPossibleError, ShortOfMoneyError
from dispatch.money import purse
from dispatch.money.bill import Bill, Deal, hold, part_of, refund, release, settle, used_fen
from dispatch.money.budget import Booking, Budget, closed, granted, opened, withdrawn
from dispatch.money.month import check_open, close_month
from dispatch.money.transfer import Transfer, booked, changes, yuan

AT = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
WHEN = Booking(at=AT, on=date(2026, 11, 18))
NOVEMBER, DECEMBER = "2026-11", "2026-12"
BUDGET = Budget(no="B1", name="消费补贴", source="province", area="330102", year=2026, policy="voucher")


def a_bill(price: int, held: int, percent: int = 50, no: str = "M1", month: str = NOVEMBER) -> Bill:
    return Bill(
        no=no,
        order_no=f"S{no}",
        state="held",
        item="SV-E07",
        area="330102001001",
        resident="R1",
        budget="B1",
        policy="voucher",
        policy_version="2026",
        percent=percent,
        month=month,
        price_fen=price,
        held_fen=held,
    )


def with_money(fen: int) -> dict[str, int]:
    return booked({}, granted(BUDGET, fen, WHEN)[1])


def test_done_for_less_gives_the_rest_back() -> None:
    """Voucher 800.00, an order of 200.00 at 50 %, done for 180.00."""
    bill, moves = hold(a_bill(20000, part_of(20000, 50)), WHEN)
    stands = booked(with_money(80000), moves)
    assert (stands["budget:B1"], stands["held:B1"], bill.paid_by) == (70000, 10000, "mixed")
    bill, moves = settle(bill, Deal(price_fen=18000, provider=7, month=NOVEMBER), WHEN)
    stands = booked(stands, moves)
    assert stands == {
        "source:province": -80000,
        "budget:B1": 71000,
        "held:B1": 0,
        "provider:7": 18000,
        "residents": -9000,
    }
    assert (bill.subsidy_fen, bill.own_fen, sum(stands.values())) == (9000, 9000, 0)


def test_the_last_fen_goes_once_and_the_other_is_told_what_is_left() -> None:
    stands = with_money(10000)
    first = hold(a_bill(16000, 8000, no="M1"), WHEN)[1]
    second = hold(a_bill(16000, 8000, no="M2"), WHEN)[1]
    stands = booked(stands, first)
    with pytest.raises(ShortOfMoneyError, match=r"20\.00 yuan are left"):
        booked(stands, second)
    assert stands["budget:B1"] + stands["held:B1"] == 10000


def test_released_twice_moves_once() -> None:
    bill, _ = hold(a_bill(16000, 8000), WHEN)
    once, moves = release(bill, WHEN)
    again, nothing = release(once, WHEN)
    assert (len(moves), nothing, again) == (1, (), once)


def test_nothing_is_settled_after_its_end() -> None:
    bill, _ = hold(a_bill(16000, 8000), WHEN)
    deal = Deal(price_fen=16000, provider=7, month=NOVEMBER)
    with pytest.raises(NotPossibleError, match="released before"):
        settle(release(bill, WHEN)[0], deal, WHEN)
    settled, _ = settle(bill, deal, WHEN)
    with pytest.raises(NotPossibleError, match="resolved once"):
        settle(settled, deal, WHEN)
    with pytest.raises(NotPossibleError, match="can be refunded"):
        release(settled, WHEN)


def test_refunded_wholly_and_then_no_more() -> None:
    bill, moves = settle(
        hold(a_bill(18000, 9000), WHEN)[0], Deal(price_fen=18000, provider=7, month=NOVEMBER), WHEN
    )
    stands = booked(with_money(80000), (*hold(a_bill(18000, 9000), WHEN)[1], *moves))
    bill, moves = refund(bill, WHEN, subsidy_fen=9000)
    stands = booked(stands, moves)
    assert stands["budget:B1"] == 80000
    for _ in range(2):
        with pytest.raises(NotPossibleError, match=r"already refunded 90\.00 of 90\.00"):
            refund(bill, WHEN, subsidy_fen=9000)


def test_equal_refunds_are_two() -> None:
    bill, _ = settle(
        hold(a_bill(18000, 9000), WHEN)[0], Deal(price_fen=18000, provider=7, month=NOVEMBER), WHEN
    )
    for _ in range(2):
        bill, moves = refund(bill, WHEN, subsidy_fen=2000)
        assert [m.amount_fen for m in moves] == [2000]
    with pytest.raises(BadFieldError, match=r"50\.00 yuan are left"):
        refund(bill, WHEN, subsidy_fen=6000)


def test_three_visits_of_odd_price_are_refunded_to_the_fen() -> None:
    taken = []
    for number in range(3):
        bill, _ = hold(a_bill(3333, part_of(3333, 50), no=f"M{number}"), WHEN)
        taken.append(settle(bill, Deal(price_fen=3333, provider=7, month=NOVEMBER), WHEN)[0])
    assert {(b.subsidy_fen, b.own_fen) for b in taken} == {(1666, 1667)}
    assert (sum(b.subsidy_fen for b in taken), sum(b.own_fen for b in taken)) == (4998, 5001)
    for bill in taken:
        back = {m.to_purse: m.amount_fen for m in refund(bill, WHEN)[1]}
        assert back == {"budget:B1": 1666, "residents": 1667}


def test_nothing_is_booked_in_a_month_that_is_closed() -> None:
    made = close_month(NOVEMBER, [], granted(BUDGET, 100, WHEN)[1], date(2026, 12, 1), AT)
    assert (made.opening, made.transfers) == ({}, 1)
    assert made.closing == {"budget:B1": 100, "source:province": -100}
    with pytest.raises(NotPossibleError, match="2026-11 is closed"):
        check_open(date(2026, 11, 30), [NOVEMBER])
    check_open(date(2026, 12, 1), [NOVEMBER])
    with pytest.raises(NotPossibleError, match="not over"):
        close_month(NOVEMBER, [], [], date(2026, 11, 30), AT)


def test_a_month_without_transfers_carries_its_balances_on() -> None:
    october = granted(BUDGET, 100, WHEN)[1]
    made = close_month(DECEMBER, october, [], date(2027, 1, 1), AT)
    assert made.opening == made.closing == {"budget:B1": 100, "source:province": -100}
    assert made.transfers == 0


def test_a_released_bill_uses_nothing_of_the_quota_and_no_other_month() -> None:
    kept, _ = hold(a_bill(16000, 8000, no="M1"), WHEN)
    gone, _ = release(hold(a_bill(16000, 8000, no="M2"), WHEN)[0], WHEN)
    later = a_bill(16000, 8000, no="M3", month=DECEMBER)
    assert used_fen([kept, gone, later], "voucher", NOVEMBER) == 8000
    assert used_fen([kept], "other", NOVEMBER) == used_fen([], "voucher", NOVEMBER) == 0


def test_a_refund_goes_to_the_fund_and_not_to_another_months_quota() -> None:
    """A visit on 30 November at 23:30, settled at 00:10: November's quota; refunded in December, to the budget."""
    visit, _ = settle(
        hold(a_bill(16000, 8000), WHEN)[0], Deal(price_fen=16000, provider=7, month=NOVEMBER), WHEN
    )
    back, moves = refund(visit, Booking(at=AT, on=date(2026, 12, 3)), subsidy_fen=8000)
    assert [(m.to_purse, m.booked_on) for m in moves] == [("budget:B1", date(2026, 12, 3))]
    assert used_fen([back], "voucher", DECEMBER) == 0


def test_given_in_another_month_no_more_than_that_quota_has_left() -> None:
    bill, moves = hold(a_bill(16000, 8000), WHEN)
    late, more = settle(bill, Deal(price_fen=16000, provider=7, month=DECEMBER, left_fen=3000), WHEN)
    assert (late.month, late.subsidy_fen, late.own_fen) == (DECEMBER, 3000, 13000)
    assert booked(with_money(8000), (*moves, *more))["budget:B1"] == 5000


def test_a_dearer_service_is_not_subsidised_beyond_what_was_held() -> None:
    bill, _ = hold(a_bill(16000, 8000), WHEN)
    dear, _ = settle(bill, Deal(price_fen=20000, provider=7, month=NOVEMBER), WHEN)
    assert (dear.subsidy_fen, dear.own_fen) == (8000, 12000)


def test_top_up_and_share_are_parts_of_their_own() -> None:
    bill = a_bill(300, 0, percent=0)
    deal = Deal(price_fen=300, provider=7, month=NOVEMBER, top_up_fen=1200, top_up_budget="B9", share_fen=30)
    done, moves = settle(bill, deal, WHEN)
    assert (done.paid_by, done.own_fen, done.top_up_fen, done.share_fen) == ("self", 300, 1200, 30)
    assert changes(moves) == {
        "residents": -300,
        "budget:B9": -1200,
        "provider:7": 1470,
        "share:330102001001": 30,
    }


@pytest.mark.parametrize(("held", "payer"), [(16000, "gov"), (15999, "mixed"), (1, "mixed"), (0, "self")])
def test_who_pays(held: int, payer: str) -> None:
    assert a_bill(16000, held).paid_by == payer


@pytest.mark.parametrize("amount", [0, -1, True, 1.0])
def test_no_amount_is_refused(amount: int) -> None:
    with pytest.raises(BadFieldError):
        granted(BUDGET, amount, WHEN)
    with pytest.raises(DispatchError):
        Transfer(
            from_purse="a", to_purse="b", amount_fen=amount, reason="own", booked_at=AT, booked_on=WHEN.on
        )


def test_a_closed_budget_takes_and_gives_nothing() -> None:
    shut = closed(opened(BUDGET))
    for change in (granted, withdrawn):
        with pytest.raises(NotPossibleError):
            change(shut, 1, WHEN)
    with pytest.raises(NotPossibleError):
        closed(shut)


@pytest.mark.parametrize(("fen", "text"), [(0, "0.00"), (5, "0.05"), (12345, "123.45"), (-120, "-1.20")])
def test_yuan(fen: int, text: str) -> None:
    assert yuan(fen) == text


class Play:
    """Random operations on one budget; each either moves money or is refused and moves none."""

    def __init__(self) -> None:
        self.budget, self.stands = BUDGET, {}
        self.bills: list[Bill] = []

    def take(self, change: Callable[[], tuple[object, tuple[Transfer, ...]]]) -> object | None:
        try:
            after, moves = change()
            self.stands = booked(self.stands, moves)
        except DispatchError:
            return None
        return after

    def step(self, name: str, which: int, fen: int) -> None:
        bill = self.bills[which % len(self.bills)] if self.bills else None
        if name in ("grant", "withdraw"):
            change = granted if name == "grant" else withdrawn
            self.budget = self.take(lambda: change(self.budget, fen, WHEN)) or self.budget
        elif name == "hold":
            new = a_bill(fen, part_of(fen, 50), no=f"M{len(self.bills)}")
            if (made := self.take(lambda: hold(new, WHEN))) is not None:
                self.bills.append(made)
        elif bill is not None:
            deal = Deal(price_fen=fen, provider=which % 3, month=NOVEMBER)
            ways = {
                "settle": lambda: settle(bill, deal, WHEN),
                "release": lambda: release(bill, WHEN),
                "refund": lambda: refund(bill, WHEN, subsidy_fen=fen // 3, own_fen=fen // 4),
                "refund_all": lambda: refund(bill, WHEN),
            }
            self.bills[which % len(self.bills)] = self.take(ways[name]) or bill
        self.check()

    def check(self) -> None:
        assert sum(self.stands.values()) == 0
        free, kept = self.stands.get(purse.free("B1"), 0), self.stands.get(purse.held("B1"), 0)
        assert free >= 0
        assert kept >= 0

    def check_whole(self) -> None:
        kept = sum(b.held_fen for b in self.bills if b.state == "held")
        spent = sum(b.subsidy_fen - b.refunded_fen for b in self.bills)
        assert self.stands.get(purse.held("B1"), 0) == kept
        assert self.stands.get(purse.free("B1"), 0) + kept + spent == self.budget.granted_fen


STEPS = ("grant", "withdraw", "hold", "settle", "release", "refund", "refund_all")


def test_ten_thousand_operations_lose_no_fen() -> None:
    draw, play = Random(20261118), Play()
    for _ in range(10_000):
        play.step(draw.choice((*STEPS, "hold", "settle")), draw.randrange(10**6), draw.randrange(1, 50_000))
    play.check_whole()
    assert {b.state for b in play.bills} == {"held", "settled", "released"}


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20), st.integers(1, 10**9)), max_size=40))
def test_no_order_of_operations_loses_a_fen(steps: list[tuple[str, int, int]]) -> None:
    play = Play()
    for step in steps:
        play.step(*step)
    play.check_whole()
