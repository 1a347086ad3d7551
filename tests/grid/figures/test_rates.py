"""Rates: public reports recomputed, and counting from histories."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.lifecycle import Event
from grid.figures.rates import Counts, count, rates
from grid.tickets.history import Dispatch, History, read_history

START = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        (  # Zhengzhou, 8 to 14 April 2019, all cases
            {
                "unmerged": 51571,
                "filed": 51229,
                "dispatched": 49151,
                "due": 52434,
                "closed_of_due": 43523,
                "closed_on_time": 40394,
                "reworked": 276,
                "extended": 104,
            },
            {
                "filing": "99.34",
                "dispatch": "95.94",
                "closure": "83.01",
                "on_time_closure": "77.04",
                "rework": "0.53",
                "extension": "0.20",
            },
        ),
        (  # the same report, routine cases; more is due than was accepted
            {
                "unmerged": 16754,
                "filed": 16570,
                "dispatched": 14673,
                "due": 18086,
                "closed_of_due": 10225,
                "closed_on_time": 8765,
                "reworked": 274,
                "extended": 101,
            },
            {
                "filing": "98.90",
                "dispatch": "88.55",
                "closure": "56.54",
                "on_time_closure": "48.46",
                "rework": "1.51",
                "extension": "0.56",
            },
        ),
        ({"unmerged": 36314, "filed": 33928}, {"filing": "93.43"}),  # Fuzhou, May 2015
    ],
)
def test_public_reports_are_reproduced_to_two_decimals(counts: dict, told: dict) -> None:
    found = {r.name: r.value for r in rates(Counts(**counts))}
    assert {name: f"{100 * (found[name] or 0):.2f}" for name in told} == told


def test_a_rate_over_nothing_is_no_data_and_nothing_is_clamped() -> None:
    assert {r.value for r in rates(Counts())} == {None}
    found = {r.name: r for r in rates(Counts(unmerged=10, filed=12, due=4, closed_of_due=0))}
    assert found["filing"].value == 1.2
    assert found["closure"].value == 0.0
    assert (found["filing"].part, found["filing"].whole) == (12, 10)


def event(name: str, hours: float, **payload: object) -> Event:
    return Event(name=name, at=START + timedelta(hours=hours), by="x", role="x", payload=payload)


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).isoformat()


def tell(*events: Event) -> History:
    found = read_history("T1", "E0102", "330102001001001", "worker", events)
    assert found is not None
    return found


REPORTED = event("reported", 0, department="A", due_at=at(4))
ACCEPT = event("accept", 1, **{"from": "reported", "to": "dispatched"}, due_at=at(5))
RECEIVE = event("receive", 2, to="received")
DONE = event("done", 3, to="done", on_time=True)
CLOSE = event("close", 4, to="closed")


def test_a_plain_life_counts_once_everywhere() -> None:
    found = count(
        [tell(REPORTED, ACCEPT, RECEIVE, DONE, event("pass", 3.5, to="checked"), CLOSE)], START, END
    )
    assert asdict(found) == asdict(
        Counts(
            reported=1,
            unmerged=1,
            filed=1,
            dispatched=1,
            exact_dispatched=1,
            due=1,
            handled=1,
            handled_on_time=1,
            closed_of_due=1,
            closed_on_time=1,
        )
    )


def test_void_merged_and_shelved_are_not_due() -> None:
    void = tell(REPORTED, ACCEPT, event("void", 2, to="void"))
    merged = tell(REPORTED, event("merge", 2, to="merged", parent="T0"))
    shelved = tell(REPORTED, ACCEPT, RECEIVE, event("shelve", 3, to="shelved"))
    found = count([void, merged, shelved], START, END)
    assert (found.reported, found.unmerged, found.filed, found.due) == (3, 2, 1, 0)


def test_an_extension_moves_the_case_to_the_period_of_its_new_deadline() -> None:
    longer = tell(REPORTED, ACCEPT, RECEIVE, event("grant_extension", 4, to="received", due_at=at(24 * 40)))
    assert count([longer], START, END).due == 0
    later = count([longer], END, END + timedelta(days=30))
    assert (later.due, later.extended, later.overdue_unhandled, later.unmerged) == (1, 1, 1, 0)


def test_a_failed_check_is_rework_and_opens_the_case_again() -> None:
    again = tell(REPORTED, ACCEPT, RECEIVE, DONE, event("fail", 4, to="handling"))
    found = count([again], START, END)
    assert (found.reworked, found.handled, found.closed_of_due, found.overdue_unhandled) == (1, 0, 0, 1)


def test_a_granted_return_is_no_exact_dispatch_and_its_ruling_is_kept() -> None:
    moved = tell(
        REPORTED,
        ACCEPT,
        event("return", 2, to="returned"),
        event("grant", 3, to="dispatched", department="B", due_at=at(9)),
    )
    assert [(d.department, d.anew) for d in moved.dispatches] == [("A", False), ("B", True)]
    assert [(r.department, r.granted) for r in moved.returns] == [("A", True)]
    assert moved.department == "B"
    assert count([moved], START, END).exact_dispatched == 0


def test_a_refused_return_and_a_ruling_for_the_same_department_are_groundless() -> None:
    refused = tell(
        REPORTED,
        ACCEPT,
        event("return", 2, to="returned"),
        event("refuse", 3, to="dispatched"),
        event("return", 4, to="arbitration"),
        event("rule", 5, to="dispatched", department="A"),
    )
    assert [r.granted for r in refused.returns] == [False, False]
    assert len(refused.dispatches) == 1


def test_without_its_report_there_is_no_history() -> None:
    assert read_history("T1", "E", "3", "web", [ACCEPT]) is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["dispatched", "handling", "done", "closed", "void", "merged", "shelved"]),
            st.integers(-50, 80),
            st.integers(0, 60),
        ),
        max_size=40,
    )
)
def test_no_part_of_the_due_is_more_than_the_due(lives: list[tuple[str, int, int]]) -> None:
    made = []
    for state, day, more in lives:
        filed = START + timedelta(days=day)
        done = filed + timedelta(days=more) if state in ("done", "closed") else None
        made.append(
            replace(
                tell(REPORTED),
                state=state,
                reported_at=filed,
                filed_at=filed,
                due_at=filed + timedelta(days=3),
                done_at=done,
                closed_at=done if state == "closed" else None,
                dispatches=(Dispatch(at=filed, department="A", anew=False),),
            )
        )
    found = count(made, START, END)
    parts = (found.handled, found.closed_of_due, found.reworked, found.extended, found.overdue_unhandled)
    assert max(parts) <= found.due
    assert found.handled_on_time <= found.handled
    assert found.closed_on_time <= found.closed_of_due
    assert found.handled + found.overdue_unhandled == found.due
    assert found.exact_dispatched <= found.dispatched == found.filed <= len(made)
