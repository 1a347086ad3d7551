"""Indicators of a month that is over are frozen once, for every area, and sealed in the log; on both databases."""

import csv
import io

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.timers import run_figures
from data.figures.frozen import frozen_months, verify_frozen
from data.figures.frozen_lists import pack, unpack
from data.models import EventRow, FrozenFiguresRow, FrozenListRow, ProviderRow, TicketRow
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.figures.lines import Behind
from tests.conftest import Site
from tests.flows.test_indicators_flow import community, sign_in, told
from tests.flows.test_ticket_life import report

REGISTERED = "Q27"


def freeze(site: Site) -> int:
    return run_figures(site.world, site.world.clock())


def into_december(site: Site) -> None:
    site.clock.turn(days=20)
    site.sign_in_anew()


def test_a_month_is_frozen_when_it_is_over_and_only_once(site: Site) -> None:
    report(site)
    assert freeze(site) == 0  # it still runs
    into_december(site)
    before = {area: told(site, area=area) for area in ("", community(site))}
    assert (freeze(site), freeze(site)) == (1, 0)
    with site.world.database.read() as session:
        assert frozen_months(session) == {"2026-11"}
        assert verify_frozen(session) == verify(session, KINDS) == []
    for area, open_ones in before.items():
        kept = told(site, area=area)
        assert kept["body"]["frozen_at"] is not None
        assert open_ones["body"]["frozen_at"] is None
        for indicator in site.world.catalogue.indicators:
            was, stands = open_ones[indicator.id], kept[indicator.id]
            assert stands["value"] == was["value"], indicator.id
            assert stands["horizontal"] == was["horizontal"], indicator.id
            assert not stands["provenance"]["register_as_of_now"]


def test_a_frozen_register_stays_as_it_was(site: Site) -> None:
    report(site)
    into_december(site)
    freeze(site)
    was = told(site)[REGISTERED]["value"]
    assert was > 0
    with site.world.database.engine.begin() as connection:
        connection.execute(update(ProviderRow).values(state="left"))
    assert told(site)[REGISTERED]["value"] == was
    assert told(site, month="2026-12")[REGISTERED]["value"] == 0
    page = site.call("leader", "GET", "/board/indicators", params={"month": "2026-11"})
    assert "已冻结" in page.text


def test_an_altered_figure_is_found(site: Site) -> None:
    report(site)
    into_december(site)
    freeze(site)

    def alter(session: Session) -> None:
        row = session.scalars(select(FrozenFiguresRow).limit(1)).one()
        row.measures = row.measures | {"Q13": row.measures["Q13"] | {"value": 99.0}}

    site.world.database.write(alter)
    with site.world.database.read() as session:
        (fault,) = verify_frozen(session)
    assert (fault.kind, fault.aggregate) == ("figures", "2026-11")


def test_a_frozen_month_is_what_the_next_is_compared_with(site: Site) -> None:
    report(site)
    into_december(site)
    freeze(site)
    with site.world.database.engine.begin() as connection:
        connection.execute(update(ProviderRow).values(state="left"))
    site.clock.turn(days=30)  # into January: December is whole, and so is what it is compared with
    site.sign_in_anew()
    november, december = told(site), told(site, month="2026-12")
    assert december[REGISTERED]["vertical"]["month"]["before"] == november[REGISTERED]["value"] > 0
    assert december[REGISTERED]["value"] == 0


def test_the_lists_of_a_frozen_month_stay_what_they_were(site: Site) -> None:
    """Length of the list = figure, in every area and also after the records were corrected."""
    numbers = {report(site)["no"] for _ in range(3)}
    into_december(site)
    freeze(site)
    areas = ("", community(site))
    was = {area: told(site, area=area) for area in areas}
    with site.world.database.engine.begin() as connection:
        connection.execute(update(ProviderRow).values(state="left"))
        connection.execute(delete(TicketRow).where(TicketRow.no == min(numbers)))  # as if never reported
        connection.execute(delete(EventRow).where(EventRow.aggregate == min(numbers)))
    site.world.chronicle.__init__()  # type: ignore[misc]  # a process that was started after the correction
    sign_in(site, "leader")
    for area in areas:
        for name in ("Q13", "Q19", REGISTERED):
            opened = site.client.get(
                f"/board/indicators/{name}/cases.csv", params={"month": "2026-11", "area": area}
            )
            rows = list(csv.DictReader(io.StringIO(opened.content.decode("utf-8-sig"))))
            assert len(rows) == was[area][name]["value"] > 0, (name, area)
        listed = site.client.get("/board/indicators/Q13", params={"month": "2026-11", "area": area}).text
        assert "清单与数一起冻结" in listed
    assert 'href="/board/indicators?month=2026-11"' in site.client.get("/board?period=2026-11").text


def test_a_list_that_was_altered_is_found_and_one_that_was_not_kept_is_told(sqlite_site: Site) -> None:
    site = sqlite_site
    report(site)
    into_december(site)
    freeze(site)
    with site.world.database.read() as session:
        packed = session.scalars(
            select(FrozenListRow.packed).where(FrozenListRow.area == community(site))
        ).one()
        lists = unpack(packed)
        assert pack(lists) == packed
        assert [line.kind for line in lists["Q13"].cases] == ["ticket"]

    def alter(session: Session) -> None:
        fewer = pack(lists | {"Q13": Behind()})
        session.execute(
            update(FrozenListRow).where(FrozenListRow.area == community(site)).values(packed=fewer)
        )

    site.world.database.write(alter)
    with site.world.database.read() as session:
        (fault,) = verify_frozen(session)
    assert (fault.kind, fault.aggregate) == ("figures", "2026-11")
    assert "lists" in fault.detail
    site.world.database.write(lambda session: session.execute(delete(FrozenListRow)))
    sign_in(site, "leader")
    page = site.client.get("/board/indicators/Q13", params={"month": "2026-11"}).text
    assert "冻结时没有保存清单" in page
