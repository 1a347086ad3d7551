"""High results of an area held against chance: where and lately more lie together than it has."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import HealthResultRow, ResidentRow
from dispatch.health.result import HealthRules
from dispatch.health.watch import Watch
from geo.place import LocalPlane
from geo.scan import find_cluster

SQUARE_M = 100.0
"""Homes count as in the middle of squares of this side, so that the work does not grow with the people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchReport:
    """What a watch found: how many ``cases`` it looked through, and the strongest cluster that goes on today.

    ``found`` and ``expected`` are how many lie in it and how many chance has there, within so many ``days`` and
    ``radius_m``; ``cells`` counts them by cell. Without a cluster all of these are 0 and ``p`` is 1.
    """

    cases: int
    found: int = 0
    expected: float = 0.0
    days: int = 0
    radius_m: float = 0.0
    cells: dict[str, int]
    p: float = 1.0
    alarm: bool = False


def look_through(
    session: Session, watch: Watch, rules: HealthRules, zone: ZoneInfo, today: date, prefix: str
) -> WatchReport:
    """Look through the high results of an area, the first of each person.

    Parameters
    ----------
    session : Session
    watch : Watch
    rules : HealthRules
        Say what is high.
    zone : ZoneInfo
        The district's.
    today : date
        In that zone; the last day, and the seed of the patterns of chance, so that a day gives one answer.
    prefix : str
        What codes of the area begin with; empty for all.

    Returns
    -------
    WatchReport
    """
    row, home = HealthResultRow, ResidentRow
    since = datetime.combine(today - timedelta(days=watch.days - 1), time(), zone)
    until = datetime.combine(today + timedelta(days=1), time(), zone)
    query = (
        select(row.resident, row.code, row.value, row.unit, row.taken_at, home.lon, home.lat, home.cell)
        .join(home, home.no == row.resident)
        .where(row.code.in_(watch.high), row.struck_why == "", row.taken_at >= since, row.taken_at < until)
        .where(home.cell.startswith(prefix))
        .order_by(row.taken_at, row.id)
    )
    first: dict[str, tuple[float, float, str, int]] = {}
    for one in session.execute(query):
        code = rules.codes[one.code]
        if one.unit in code.units and code.stands_out(one.value, one.unit) == "high":
            ago = (today - one.taken_at.astimezone(zone).date()).days
            first.setdefault(one.resident, (one.lon, one.lat, one.cell, ago))
    cases = list(first.values())
    if not cases:
        return WatchReport(cases=0, cells={})
    lonlat = np.array([case[:2] for case in cases])
    plane = LocalPlane(*(float(value) for value in np.median(lonlat, axis=0)))
    xy_m = SQUARE_M * np.round(np.column_stack(plane.to_xy(lonlat[:, 0], lonlat[:, 1])) / SQUARE_M)
    day = -np.array([case[3] for case in cases])
    rng = np.random.default_rng(today.toordinal())
    found = find_cluster(xy_m, day, watch.radii_m, watch.window_days, watch.draws, rng, last=0)
    if found is None:
        return WatchReport(cases=len(cases), cells={})
    return WatchReport(
        cases=len(cases),
        found=len(found.members),
        expected=found.expected,
        days=found.days,
        radius_m=found.radius_m,
        cells=dict(Counter(cases[n][2] for n in found.members)),
        p=found.p,
        alarm=100 * found.p <= watch.alarm_percent,
    )
