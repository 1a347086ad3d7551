"""Two rehearsed weeks across the end of a month, with appeals and a published appraisal, recomputed to the last digit."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import func, select

from data.city.city import City
from data.desk.door import Desk
from data.figures.appraisals import recompute
from data.models import AppealRow, AppraisalRow, EntryRow, EventRow
from data.rules.catalogue import Catalogue
from data.sample.rehearsal import Rehearsal, Script
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.session import Database
from data.store.verify import verify

UNTIL = datetime.fromisoformat(
    "2026-11-12T18:00:00+08:00"
)  # a Thursday; the appeal term of October ended on Monday


@pytest.fixture
def rehearsed(home: Home, catalogue: Catalogue) -> Iterator[Database]:
    database = Database(home.default_database)
    city = City(database, catalogue, home, lambda: UNTIL)
    desk = Desk(database, catalogue, city.district.code[:6], city.apply)
    script = Script(days=21, tickets_per_day=20, orders=21)
    made = Rehearsal(desk, city, home, script).run(UNTIL, lambda _share: None)
    assert made["orders"] == 21  # as many as were told, not about as many a day
    yield database
    database.close()


def test_every_score_of_both_months_is_recomputed_to_the_last_digit(
    rehearsed: Database, catalogue: Catalogue
) -> None:
    with rehearsed.read() as session:
        assert verify(session, KINDS) == []
        told = select(func.count()).where(EventRow.kind == "ticket").select_from(EventRow)
        assert (session.scalar(told) or 0) > 1000
        decided = set(session.scalars(select(AppealRow.state)))
        assert {"granted", "rejected"} <= decided
        assert session.scalar(select(func.count()).where(EntryRow.kind == "reversal").select_from(EntryRow))
        october = session.scalar(select(AppraisalRow).where(AppraisalRow.month == "2026-10"))
        assert october is not None
        assert october.state == "published"
        frozen = recompute(session, catalogue.appraisal, "2026-10", UNTIL)
        running = recompute(session, catalogue.appraisal, "2026-11", UNTIL)
    assert len(frozen) > 10
    assert all(row.agrees for row in frozen + running)
    assert all(row.frozen_centi == row.composite_centi for row in frozen)
    assert any(row.composite_centi != row.ledger_centi for row in frozen)  # raters were joined in
    assert all(row.frozen_centi is None for row in running)
