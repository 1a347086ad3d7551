"""Positions as they are kept: who may be told of, what comes in, whose track is read, what is forgotten."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from data.city.city import City
from data.models import AccountRow, OrderRow, PositionConsentRow, PositionRow, columns_of, fact_of, table_of
from data.registers.accounts import account_of
from data.registers.rota import on_shift
from data.store.session import Database
from dispatch.alarms.shift import Rota
from dispatch.errors import NotPossibleError
from dispatch.positions import (
    KEPT,
    Heard,
    Position,
    PositionConsent,
    PositionRules,
    Standing,
    Verdict,
    judge_all,
)
from grid.account import Account

POSITIONS = table_of(PositionRow)


def consent_of(session: Session, user: str) -> PositionConsent | None:
    """Give what somebody said of their position; None while they said nothing."""
    row = session.scalar(select(PositionConsentRow).where(PositionConsentRow.user == user))
    return None if row is None else fact_of(PositionConsent, row)


def shift_area(session: Session, plan: Rota, account: Account, at: datetime) -> str | None:
    """Tell in which area somebody is on shift as far as positions go; None off shift.

    A worker is on shift by the rota, in their own area; a provider on the way to an order, in the cell of that.
    """
    if account.role != "provider":
        return account.area if on_shift(plan, account.user, account.role, at) else None
    going = select(OrderRow.cell).where(
        OrderRow.provider == account.provider, OrderRow.state == "on_the_way", OrderRow.provider.is_not(None)
    )
    return session.scalar(going.order_by(OrderRow.id.desc()).limit(1))


def sharing(session: Session, plan: Rota, users: Collection[str], now: datetime) -> Mapping[str, Account]:
    """Give those of some people whose positions may be used now: active, on shift, and they agreed.

    Returns
    -------
    Mapping
        User -> account, its area that of the shift; empty for nobody.
    """
    if not users:
        return {}
    agreed = select(PositionConsentRow.user).where(PositionConsentRow.given)
    query = select(AccountRow).where(
        AccountRow.user.in_(users), AccountRow.active, AccountRow.user.in_(agreed)
    )
    accounts = [account_of(row) for row in session.scalars(query.order_by(AccountRow.user))]
    areas = ((one, shift_area(session, plan, one, now)) for one in accounts)
    return {one.user: replace(one, area=area) for one, area in areas if area is not None}


def told_of(session: Session, city: City, plan: Rota, now: datetime) -> Mapping[str, Account]:
    """Give those of whom a position is known that may be used now, as `sharing` does."""
    return sharing(session, plan, city.people.newest(), now)


def keep_positions(
    database: Database, user: str, heard: Sequence[Heard], now: datetime, rules: PositionRules
) -> tuple[Verdict, ...]:
    """Judge positions of somebody and keep those that go into the track, in one transaction.

    Parameters
    ----------
    database : Database
    user : str
    heard : sequence of Heard
    now : datetime
    rules : PositionRules

    Returns
    -------
    tuple of str
        A verdict for each, see `dispatch.positions.judge`.

    Raises
    ------
    NotPossibleError
        When the person has not agreed, or not any more; nothing is kept.
    """

    def work(session: Session) -> tuple[Verdict, ...]:
        mine = PositionConsentRow.user == user
        consent = session.scalar(select(PositionConsentRow).where(mine).with_for_update())
        if consent is None or not consent.given:
            raise NotPossibleError(
                f"{user} has not agreed to tell positions; agree first on the own page, until then nothing is kept"
            )
        standing = _standing(session, user, heard, rules, consent.changed_at)
        verdicts = judge_all(heard, standing, now, rules)
        kept = (one.position for one, verdict in zip(heard, verdicts, strict=True) if verdict in KEPT)
        if rows := [columns_of(one) | {"received_at": now} for one in kept]:
            session.execute(insert(POSITIONS), rows)
        return verdicts

    return database.write(work)


def _standing(
    session: Session, user: str, heard: Iterable[Heard], rules: PositionRules, agreed_at: datetime
) -> Standing:
    mine = PositionRow.user == user
    used = select(func.max(PositionRow.at)).where(mine, PositionRow.accuracy_m <= rules.rough_m)
    same = select(PositionRow.at).where(mine, PositionRow.at.in_([one.position.at for one in heard]))
    newest, known = session.scalar(used), frozenset(session.scalars(same))
    return Standing(agreed_at=agreed_at, newest=newest, known=known)


def track(session: Session, user: str, since: datetime, until: datetime) -> list[Position]:
    """Give the kept positions of somebody from a time to a time, the earliest first; none gives none."""
    query = select(PositionRow).where(
        PositionRow.user == user, PositionRow.at >= since, PositionRow.at <= until
    )
    return [fact_of(Position, row) for row in session.scalars(query.order_by(PositionRow.at))]


def forget_positions(session: Session, now: datetime, rules: PositionRules) -> int:
    """Drop positions that were kept long enough; returns how many."""
    gone = session.execute(delete(PositionRow).where(PositionRow.received_at < now - rules.kept))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE's result has a row count
