"""Indicators of a month that is over are frozen once, for every area, and sealed in the log; on both databases."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.timers import run_figures
from data.figures.frozen import frozen_months, verify_frozen
from data.models import FrozenFiguresRow, ProviderRow
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site
from tests.flows.test_indicators_flow import community, told
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
