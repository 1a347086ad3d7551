"""One alarm as it stands now, and what holds of it."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.alarms.duty import OUTSIDE
from dispatch.alarms.ladder import Plan
from geo.place import LonLat

AT_DESK = frozenset({"agent", "shift_leader", "holder"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm. Personal data stays with the resident, by number; people are named by account or contact key.

    ``raised_at`` is when its ladder began and never moves; ``queued_at`` when it last waited for an agent. ``agents``
    are all who ever held it. ``told`` are those told in the present round, as ``post:key``. ``acted_at`` is when a
    person last did something, ``told_at`` the newest time anything is told of. ``cleared_at`` is when the device said
    that all is well again, which closes nothing. ``answered_at`` is when the person first spoke or was seen.
    """

    no: str
    cause: str
    queue: str
    state: str
    raised_at: datetime
    queued_at: datetime
    pressed_at: datetime
    told_at: datetime
    ladder: str
    plan: Plan
    said_at: datetime | None = None
    resident: str = ""
    device: str = ""
    place: LonLat | None = None
    cell: str = ""
    area: str = ""
    pressed: int = 1
    round: int = 1
    agent: str = ""
    agents: tuple[str, ...] = ()
    taken_at: datetime | None = None
    acted_at: datetime | None = None
    tries: int = 0
    called_at: datetime | None = None
    answered_at: datetime | None = None
    told: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    accepted_by: tuple[str, ...] = ()
    accepted_at: datetime | None = None
    declined_by: tuple[str, ...] = ()
    arrived_by: tuple[str, ...] = ()
    arrived_at: datetime | None = None
    handed_to: tuple[str, ...] = ()
    handed_at: datetime | None = None
    orders: tuple[str, ...] = ()
    cleared_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    closing: str = ""
    report: str = ""
    visit_due_at: datetime | None = None
    visited_at: datetime | None = None
    drill: bool = False
    auto_answered: bool = False
    rules: str = ""
    version: int = 1


def met(alarm: Alarm) -> frozenset[str]:
    """Return the conditions that hold; steps that wait for none of them go on."""
    holds = {
        "taken": bool(alarm.agent),
        "answered": alarm.answered_at is not None,
        "accepted": bool(alarm.accepted_by),
        "arrived": bool(alarm.arrived_by),
        "handed_over": bool(alarm.handed_to),
    }
    return frozenset(word for word, true in holds.items() if true)


def nobody_left(alarm: Alarm) -> bool:
    """Tell whether of those asked to go each one declined or could not be reached; False before anybody was asked."""
    told = [who.partition(":") for who in alarm.told]
    asked = {key for post, _, key in told if post not in OUTSIDE and post not in AT_DESK}
    return bool(asked) and asked <= {*alarm.unreached, *alarm.declined_by}
