"""Governance within a rehearsal: departments appeal, two reviewers rule, months are rated, opened and published."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from data.desk.appeals import NewAppeal
from data.desk.appraisals import NewAppraisal
from data.desk.door import Desk
from data.figures.appraisals import composites
from data.models import AppealRow, EntryRow
from data.store.kinds.cases import APPEAL, APPRAISAL
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action, Actor
from grid.period import month_of, month_period
from grid.scores.appeal import Filing

At = Callable[[datetime, Callable[[datetime], None]], None]
DISPATCHER = Actor(user="dispatcher", role="dispatcher")
LEADER = Actor(user="leader", role="leader")
APPEALED, SUPPORTED, OBJECTED = 0.05, 0.6, 0.5
DAY = timedelta(days=1)
REASONS = (
    "现场道路封闭，无法进入",
    "权属不在本部门，附权属证明",
    "因暴雨预警停工",
    "照片上传失败，实际已按时处置",
)


class Reviews:
    """Plays appeals and appraisals; draws from a seed of its own, so that tickets and orders stay as they are.

    Parameters
    ----------
    desk : Desk
    seed : int
    at : callable
        Puts something on the rehearsal's agenda.
    """

    def __init__(self, desk: Desk, seed: int, at: At) -> None:
        self.desk, self._at = desk, at
        self._draw = random.Random(seed)  # noqa: S311 - sample data
        self._zone = desk.catalogue.zone

    def plan(self, start: datetime, until: datetime) -> None:
        """Look through the ledger each afternoon, and begin the appraisal of each month that ends in between."""
        day = start.astimezone(self._zone).replace(hour=16, minute=0, second=0, microsecond=0)
        while day <= until:
            if day >= start:
                self._at(day, self._appeal)
            if day.day == 1 and (morning := day.replace(hour=9)) >= start + DAY:
                self._at(morning, self._begin)
            day += DAY

    def _appeal(self, now: datetime) -> None:
        """Appeal against some of the deductions of the last day."""
        query = (
            select(EntryRow.id, EntryRow.unit)
            .where(EntryRow.at >= now - DAY, EntryRow.at < now, EntryRow.points_centi < 0)
            .order_by(EntryRow.id)
        )
        for number, unit in self.desk.database.write(lambda session: session.execute(query).all()):
            if self._draw.random() >= APPEALED:
                continue
            clerk = Actor(user=f"d-{unit.lower()}", role="department", department=unit)
            filed = self.desk.start(
                NewAppeal(entry=number, filing=Filing(reason=self._draw.choice(REASONS))), clerk, now
            )
            no: str = filed.fact.no
            self._at(now + timedelta(hours=18), lambda at, no=no, clerk=clerk: self._first(no, clerk, at))  # type: ignore[misc]  # default binds

    def _first(self, no: str, clerk: Actor, now: datetime) -> None:
        self._act(no, "take_up", DISPATCHER, now)
        if self._draw.random() < SUPPORTED:
            self._act(no, "support", DISPATCHER, now + timedelta(hours=3), "情况属实，建议冲销")
        else:
            self._act(no, "refuse", DISPATCHER, now + timedelta(hours=3), "证据不足")
            if self._draw.random() >= OBJECTED:
                return
            self._act(no, "object", clerk, now + timedelta(hours=5), "补充现场照片")
        self._at(now + DAY, lambda at: self._second(no, at))

    def _second(self, no: str, now: datetime) -> None:
        if self._draw.random() < SUPPORTED:
            self._act(no, "grant", LEADER, now, "同意冲销")
        else:
            self._act(no, "reject", LEADER, now, "维持原扣分")

    def _begin(self, now: datetime) -> None:
        """Begin last month's appraisal, enter the marks of all raters and open it for appeal."""
        month, rules = month_of(now - DAY, self._zone), self.desk.catalogue.appraisal
        self.desk.start(NewAppraisal(month=month), LEADER, now)
        found = self.desk.database.write(
            lambda session: composites(session, rules, month_period(month, self._zone), {})
        )
        for one in found:
            for rater in rules.raters:
                mark = round(min(100.0, self._draw.gauss(90, 5)), 2)
                fields = {"unit": one.unit, "rater": rater.code, "score": mark}
                self.desk.act(APPRAISAL, month, Action(name="rate", by=LEADER, fields=fields), now)
        opened = self.desk.act(APPRAISAL, month, Action(name="open", by=LEADER), now + timedelta(hours=2))
        self._at((opened.fact.open_until or now) + DAY, lambda at: self._publish(month, at))

    def _publish(self, month: str, now: datetime) -> None:
        """Publish once every appeal of the month is decided; until then ask again the next day."""
        try:
            self.desk.act(APPRAISAL, month, Action(name="publish", by=LEADER), now)
        except NotPossibleError:
            self._at(now + DAY, lambda at: self._publish(month, at))

    def _act(self, no: str, name: str, by: Actor, now: datetime, reason: str = "") -> None:
        state = self.desk.database.write(
            lambda session: session.scalar(select(AppealRow.state).where(AppealRow.no == no))
        )
        if any(m.action == name for m in self.desk.catalogue.appeals.lifecycle.possible(state or "")):
            fields = {"reason": reason} if reason else {}
            self.desk.act(APPEAL, no, Action(name=name, by=by, fields=fields), now)
