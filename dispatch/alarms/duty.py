"""Who can be told now: people by post, in the order in which they are asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

POSTS = (
    "agent",
    "shift_leader",
    "holder",
    "family",
    "community",
    "responder",
    "street",
    "rescue",
    "fire",
    "police",
)
"""The posts a step can tell.

``holder`` is the agent who has taken the alarm. ``rescue``, ``fire`` and ``police`` are the lines 120, 119 and 110.
"""
OUTSIDE = frozenset({"rescue", "fire", "police"})
IN_A_DRILL = frozenset({"agent", "shift_leader", "holder", "street"})
"""Posts that a drill tells, on the pages they have open: those who watch, and nobody outside or at home."""
CHANNELS = ("live", "push", "sms", "call")
"""Own long-lived line, push of a server of one's own, text message, automatic call."""
REACHED_BY = ("key", "tap", "yes")
"""What counts as reached: a key pressed in a call, a tap on a page, a spoken yes that a person noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be told, and by which channels; ``key`` names an account or contact, never a number."""

    key: str
    channels: tuple[str, ...]


Duty = Mapping[str, tuple[Person, ...]]
"""Post -> the people who hold it now, first asked first; a post that is missing is held by nobody."""


def next_in_line(duty: Duty, post: str, told: Iterable[str]) -> Person | None:
    """Return the first of a post who was not told yet and can be reached; None when nobody is left.

    Parameters
    ----------
    duty : Duty
        As it is when the step fires, so that nobody off duty is rung.
    post : str
    told : iterable of str
        Keys of those told before.
    """
    gone = frozenset(told)
    return next((p for p in duty.get(post, ()) if p.channels and p.key not in gone), None)


def without_channel(duty: Duty) -> tuple[tuple[str, str], ...]:
    """List post and key of people who hold a post but cannot be reached; at an alarm they count as nobody."""
    return tuple((post, p.key) for post, people in duty.items() for p in people if not p.channels)
