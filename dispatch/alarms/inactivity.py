"""Silence of a home: no sign of life for too long, by day and by night, while the person is at home.

Silent time is counted by day and by night apart, from the last sign of life; as soon as one of the two reaches its
limit the silence is an alarm. Going to bed early is so no alarm at midnight, and a morning without a step is one.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.alarms.cause import INACTIVITY, INACTIVITY_NIGHT, Hours
from dispatch.alarms.rules import AlarmRules, OwnPlan


def silent_at(last: datetime, rules: AlarmRules, own: OwnPlan) -> tuple[datetime, str]:
    """Return when a silence becomes an alarm, and of which cause, if nothing is heard until then.

    Parameters
    ----------
    last : datetime
        Aware; the last sign of life. While the person is told to be away the count begins at the return.
    rules : AlarmRules
    own : OwnPlan

    Returns
    -------
    (datetime, str)
        The time, and ``inactivity`` or ``inactivity_night``.
    """
    times = rules.times
    day = timedelta(seconds=own.limits_s.get(INACTIVITY, int(times.day_silence.total_seconds())))
    night = timedelta(seconds=own.limits_s.get(INACTIVITY_NIGHT, int(times.night_silence.total_seconds())))
    at = last.astimezone(UTC)
    if own.away_until is not None:
        at = max(at, own.away_until.astimezone(UTC))
    left = {INACTIVITY: day, INACTIVITY_NIGHT: night}
    while True:
        part = INACTIVITY_NIGHT if times.night.holds(at.astimezone(rules.zone).time()) else INACTIVITY
        until = _part_ends(at, times.night, rules.zone)
        if at + left[part] <= until:
            return at + left[part], part
        left[part] -= until - at
        at = until


def _part_ends(at: datetime, night: Hours, zone: ZoneInfo) -> datetime:
    """Return when the present day or night ends, in UTC, so that a change of the zone's offset is counted as it is."""
    local = at.astimezone(zone)
    edges = [
        datetime.combine(local.date() + timedelta(days=more), edge, zone).astimezone(UTC)
        for more in (0, 1)
        for edge in (night.start, night.end)
    ]
    return min(edge for edge in edges if edge > at)
