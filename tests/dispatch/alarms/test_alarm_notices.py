"""Notices: sent once, repeated once after a crash, followed by the next channel; cases A4 and A12."""

from datetime import timedelta

import pytest
from alarm_centre import at
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.alarms import notice as notices
from dispatch.alarms.duty import Person
from dispatch.alarms.ladder import Rung
from dispatch.alarms.notice import Notice
from dispatch.errors import BadFieldError

CLAIM = timedelta(seconds=60)
RUNG = Rung(
    code="contacts:family:1",
    chain="contacts:family",
    post="family",
    task="go",
    due_at=at(90),
    until=("answered", "accepted"),
    channels=("call", "sms"),
    resend_s=20,
)


@pytest.fixture
def new() -> Notice:
    return notices.first_notice("A1", RUNG, Person(key="son", channels=("sms", "call")))


def sending(notice: Notice, seconds: float = 90) -> Notice:
    return notices.claimed(notice, (), at(seconds))


def test_the_channels_are_tried_in_the_order_of_the_step(new: Notice) -> None:
    assert (new.channel, new.channels) == ("call", ("sms",))
    assert new.key == ("A1", "contacts:family:1", "son", "call")


def test_who_has_none_of_the_channels_is_told_by_what_they_have() -> None:
    assert notices.first_notice("A1", RUNG, Person(key="son", channels=("push",))).channel == "push"


def test_a4_a_crash_between_sending_and_commit_repeats_once_and_says_so(new: Notice) -> None:
    cut = sending(new)
    assert notices.cut_off(cut, CLAIM, at(149)) == cut  # another process may still be at it
    again = notices.cut_off(cut, CLAIM, at(150))
    assert (again.state, again.repeat, again.tries) == ("due", True, 1)
    once_more = notices.claimed(again, (), at(151))
    assert (once_more.state, once_more.repeat, once_more.tries) == ("sending", True, 2)
    lost = notices.cut_off(once_more, CLAIM, at(300))
    assert lost.state == "unknown"  # not a third time: the next channel follows
    assert notices.followed(lost, at(300))[1] is not None


def test_a_report_that_comes_before_the_answer_was_kept_is_taken(new: Notice) -> None:
    told = notices.reported(sending(new), delivered=True, now=at(92))
    assert notices.cut_off(told, CLAIM, at(200)).state == "delivered"


@pytest.mark.parametrize("result", ["refused", "unknown"])
def test_a_gateway_that_fails_is_followed_at_once(new: Notice, result: str) -> None:
    failed = notices.answered(sending(new), result, at(91))
    marked, following = notices.followed(failed, at(91))
    assert following is not None
    assert (following.channel, following.channels, following.due_at, following.state) == (
        "sms",
        (),
        at(91),
        "due",
    )
    assert notices.followed(marked, at(400)) == (marked, None)  # once


def test_a12_accepted_and_then_not_delivered_goes_to_the_next_channel_at_once(new: Notice) -> None:
    accepted = notices.answered(sending(new), "accepted", at(91))
    assert notices.follows_at(accepted) == at(111)
    undelivered = notices.reported(accepted, delivered=False, now=at(95))
    assert notices.follows_at(undelivered) == at(95)


def test_a12_delivered_is_not_reached(new: Notice) -> None:
    delivered = notices.reported(
        notices.answered(sending(new), "accepted", at(91)), delivered=True, now=at(93)
    )
    assert notices.followed(delivered, at(112)) == (delivered, None)
    assert notices.followed(delivered, at(113))[1] is not None


@pytest.mark.parametrize(("how", "by"), [("key", ""), ("tap", ""), ("yes", "anna")])
def test_a12_a_key_a_tap_or_a_noted_yes_is_reached(new: Notice, how: str, by: str) -> None:
    heard = notices.reached(sending(new), how, at(95), by)
    assert (heard.state, heard.reached_by, heard.noted_by) == ("reached", how, by)
    assert notices.follows_at(heard) is None
    assert notices.reported(heard, delivered=False, now=at(99)) == heard  # a late report takes nothing back


@pytest.mark.parametrize(("how", "by"), [("voicemail", ""), ("delivered", ""), ("yes", "")])
def test_a12_nothing_else_is(new: Notice, how: str, by: str) -> None:
    with pytest.raises(BadFieldError):
        notices.reached(sending(new), how, at(95), by)


def test_without_a_channel_left_nothing_follows_and_the_person_is_unreached(new: Notice) -> None:
    _, following = notices.followed(notices.answered(sending(new), "refused", at(91)), at(91))
    assert following is not None
    marked, none = notices.followed(notices.answered(sending(following, 92), "refused", at(93)), at(93))
    assert none is None
    assert notices.is_unreached(marked)
    assert not notices.is_unreached(new)


def test_what_is_not_needed_any_more_is_not_sent(new: Notice) -> None:
    assert notices.claimed(new, {"answered"}, at(90)).state == "needless"
    assert notices.claimed(new, (), at(90), closed=True).state == "needless"
    assert notices.claimed(new, {"taken"}, at(90)).state == "sending"


def test_an_unknown_result_is_refused(new: Notice) -> None:
    with pytest.raises(BadFieldError, match="results are accepted"):
        notices.answered(sending(new), "ok", at(91))


@settings(deadline=None)
@given(crashes=st.lists(st.sampled_from(["", "before", "after"]), min_size=6, max_size=6))
def test_whenever_the_sender_dies_it_is_never_left_out_and_repeated_at_most_once(crashes: list[str]) -> None:
    """The sender may die before the message leaves, or after and before the answer is kept."""
    row, left, now = notices.first_notice("A1", RUNG, Person(key="son", channels=("call",))), [], 90
    for crash in crashes:
        now += 61
        row = notices.cut_off(row, CLAIM, at(now))
        claimed = notices.claimed(row, (), at(now))
        if claimed == row:
            continue
        row = claimed  # kept before anything is sent
        if crash != "before":
            left.append(row.repeat)
        if not crash:
            row = notices.answered(row, "accepted", at(now))
    died_twice_unsent = crashes[:2] == ["before", "before"]
    assert left in ([], [False], [True], [False, True])
    assert bool(left) or (died_twice_unsent and row.state == "unknown")
    assert row.state in ("accepted", "unknown", "sending")
    assert notices.cut_off(row, CLAIM, at(now + 61)).state != "sending"
