"""How soon alarms are answered: within 60 and 180 seconds, by the measure telecare centres are held to.

Source: TEC Quality, key performance indicators for alarm handling: 97.5 % within 60 s and 99 % within 180 s a
calendar month, without automatically answered calls, each call over 180 s with a report.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dispatch.alarms.cause import Closing
from dispatch.alarms.fact import Alarm

FIRST_S, LAST_S = 60, 180
FIRST_SHARE, LAST_SHARE = 0.975, 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Counts of one span of time. ``late`` are the alarms that want a report; untaken ones are among them."""

    counted: int
    within_60: int
    within_180: int
    late: tuple[str, ...]
    tests: int
    auto_answered: int

    @property
    def share_60(self) -> float | None:
        """Share answered within 60 s; None without alarms."""
        return self.within_60 / self.counted if self.counted else None

    @property
    def share_180(self) -> float | None:
        """Share answered within 180 s; None without alarms."""
        return self.within_180 / self.counted if self.counted else None

    @property
    def kept(self) -> bool | None:
        """Whether both shares are kept; None without alarms."""
        if not self.counted:
            return None
        return (self.share_60 or 0) >= FIRST_SHARE and (self.share_180 or 0) >= LAST_SHARE


def answering(alarms: Iterable[Alarm], closings: Mapping[str, Closing]) -> Answering:
    """Count how soon alarms were taken by a person.

    Parameters
    ----------
    alarms : iterable of Alarm
        Of one span of time and area; drills are left out, tests and automatic answers are counted apart.
    closings : Mapping
        Those that do not count, such as tests.

    Returns
    -------
    Answering
    """
    waits: list[tuple[str, float | None]] = []
    tests = auto = 0
    for alarm in alarms:
        if alarm.drill:
            continue
        if alarm.closing and not closings[alarm.closing].counts:
            tests += 1
        elif alarm.auto_answered:
            auto += 1
        else:
            waited = (alarm.taken_at - alarm.raised_at).total_seconds() if alarm.taken_at else None
            waits.append((alarm.no, waited))
    return Answering(
        counted=len(waits),
        within_60=sum(w is not None and w <= FIRST_S for _, w in waits),
        within_180=sum(w is not None and w <= LAST_S for _, w in waits),
        late=tuple(no for no, w in waits if w is None or w > LAST_S),
        tests=tests,
        auto_answered=auto,
    )
