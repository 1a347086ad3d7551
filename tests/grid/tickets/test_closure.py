"""Signs of false closure: what counts as one, and that people decide."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.desk.signs import BAND_BITS, _around
from data.rules.catalogue import read_catalogue
from data.store.photos import bands
from dispatch.errors import NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat
from grid.plain import pack
from grid.rulebook import MOST_LIKE_BITS, ClosureSettings
from grid.tickets.signs import Likeness, Proof, sign_of_rating, signs_of_photos
from grid.tickets.ticket import Ticket, act, possible
from tests.grid.tickets.test_whole_life import DISPATCHER, LEAD, PHOTO, RULES, START, WORKER, do, handled

LIMITS = ClosureSettings()
HERE = LonLat(120.17, 30.25)
CLOCK = Actor(user="clock", role="clock")
A, B = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("proof", "kinds"),
    [
        (Proof(sha256=A), []),  # a camera that tells nothing is no sign
        (Proof(sha256=A, place=HERE, taken_at=START), []),
        (Proof(sha256=A, place=LonLat(120.173, 30.25)), []),  # 290 m: within the limit
        (Proof(sha256=A, place=LonLat(120.174, 30.25)), ["photo_far"]),  # 385 m
        (Proof(sha256=A, taken_at=START - timedelta(minutes=10)), []),  # the very limit
        (Proof(sha256=A, taken_at=START - timedelta(minutes=11)), ["photo_early"]),
        (
            Proof(sha256=A, place=LonLat(120.2, 30.25), taken_at=START - timedelta(days=9)),
            ["photo_far", "photo_early"],
        ),
    ],
)
def test_place_and_time_of_a_photo(proof: Proof, kinds: list[str]) -> None:
    assert [d.kind for d in signs_of_photos(handled(), [proof], (), LIMITS)] == kinds


@pytest.mark.parametrize(
    ("like", "kind", "detail"),
    [
        (Likeness(sha256=A, other=A, ticket="T9", bits=0), "photo_reused", "T9"),
        (Likeness(sha256=A, other=B, ticket="T9", bits=4), "photo_reused", "T9, 4 of 64 bits differ"),
        (Likeness(sha256=A, other=A, ticket="T1", bits=0), "photo_same", "T1"),
    ],
)
def test_photos_used_before(like: Likeness, kind: str, detail: str) -> None:
    (found,) = signs_of_photos(handled(), [], [like], LIMITS)
    assert (found.kind, found.detail) == (kind, detail)


@pytest.mark.parametrize(
    ("rating", "said", "signs"),
    [
        (1, {}, 1),
        (2, {"solved": True}, 1),
        (3, {}, 0),
        (3, {"solved": False}, 1),
        (5, {"solved": True}, 0),
        (5, {"solved": False}, 1),
    ],
)
def test_few_stars_or_an_unsolved_matter_disagree_with_the_closing(
    rating: int, said: dict[str, bool], signs: int
) -> None:
    assert len(sign_of_rating(rating, LIMITS, **said)) == signs


def doubted(state: str = "done") -> Ticket:
    ticket = do(handled(), "done", 1, LEAD, evidence=PHOTO, note="ok").ticket
    if state == "closed":
        ticket = do(ticket, "pass", 1.1, WORKER, evidence=PHOTO).ticket
        ticket = do(ticket, "close", 1.2, DISPATCHER).ticket
    signs = signs_of_photos(ticket, [Proof(sha256=A, place=LonLat(120.2, 30.25))], (), LIMITS)
    fields = {"doubts": [pack(one) for one in signs]}
    found = act(ticket, Action(name="doubt", by=CLOCK, fields=fields), RULES, START + timedelta(hours=1.3))
    assert found.entries == ()
    assert found.ticket.state == ticket.state  # a sign decides nothing
    return found.ticket


def test_somebody_else_clears_a_doubt() -> None:
    ticket = doubted()
    assert ticket.doubtful
    assert {"clear_doubt", "confirm_doubt"} <= {m.action for m in possible(ticket, DISPATCHER, RULES)}
    cleared = do(ticket, "clear_doubt", 2, WORKER, note="the camera's clock was wrong")
    assert (cleared.ticket.doubtful, cleared.ticket.doubts, cleared.entries) == (False, (), ())
    assert [d["kind"] for d in cleared.events[-1].payload["cleared"]] == ["photo_far"]
    assert "clear_doubt" not in {m.action for m in possible(cleared.ticket, DISPATCHER, RULES)}
    handler = Actor(user=LEAD.user, role="dispatcher")
    with pytest.raises(WrongRoleError, match="somebody else"):
        do(ticket, "clear_doubt", 2, handler, note="fine")


@pytest.mark.parametrize("state", ["done", "closed"])
def test_a_confirmed_doubt_costs_points_and_opens_the_ticket_again(state: str) -> None:
    ticket = doubted(state)
    found = do(ticket, "confirm_doubt", 2, DISPATCHER, reason="an old picture")
    assert [(e.kind, e.unit, e.points_centi) for e in found.entries] == [("faked_evidence", "DP30", -200)]
    after = found.ticket
    assert (after.state, after.done_at, after.closed_at, after.reworks) == ("handling", None, None, 1)
    assert after.due_at == ticket.due_at
    with pytest.raises(NotPossibleError, match="not in doubt"):
        do(after, "confirm_doubt", 2.1, DISPATCHER, reason="once more")


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=MOST_LIKE_BITS))
def test_looks_that_differ_little_are_found_by_one_of_their_parts(looks: int, flipped: set[int]) -> None:
    other = looks
    for bit in flipped:
        other ^= 1 << bit
    pairs = zip(bands(f"{looks:016x}"), bands(f"{other:016x}"), strict=True)
    assert any(theirs in _around(mine) for mine, theirs in pairs)
    assert 4 * BAND_BITS == 64


def test_more_bits_than_the_index_can_find_are_refused() -> None:
    with pytest.raises(ValueError, match="photo_like_bits"):
        ClosureSettings(photo_like_bits=8)
    assert read_catalogue().rulebook.closure.photo_like_bits <= MOST_LIKE_BITS
