"""The market of providers through HTTP on both databases: every figure against a plain count, and its lines."""

import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import bindparam, select, text

from api.demo_accounts import PASSWORD
from data.models import OrderRow, ProviderRow
from data.sample.rehearsal import Rehearsal, Script
from data.store.home import Home
from data.store.kinds.orders import PROVIDER
from dispatch.lifecycle import Action, Actor
from grid.account import Account
from tests.conftest import NOW, Site, opened

PATH = "/api/v1/market"
ADMIN = Actor(user="admin", role="admin")


def lines(site: Site, key: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = site.get("leader", f"{PATH}/lines", of=key, after=after, limit=500, **more)
        found += page["items"]
        after = page["next"]
    assert len(found) == page["total"]
    return found


def item(told: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in told["demand"]["items"] if one["item"] == code)


def ordered(site: Site, code: str, **more: Any) -> str:
    body = {"item": code, "channel": "phone"} | more
    return str(site.post("dispatcher", "/api/v1/orders", 201, **body)["no"])


@pytest.fixture(scope="module")
def rehearsed(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A few days of orders; nothing is changed afterwards."""
    folder = tmp_path_factory.mktemp("market")
    (folder / "engine").symlink_to(built / "engine")
    (folder / "jinlin.sqlite").write_bytes((built / "jinlin.sqlite").read_bytes())
    home = Home(folder)
    with opened(home, home.default_database) as site:
        world = site.world
        script = Script(days=4, tickets_per_day=0, orders_per_day=25)
        Rehearsal(world.desk, world.city, home, script).run(NOW - timedelta(minutes=1), lambda _share: None)
        yield site


def rows(site: Site, table: Any) -> list[Any]:
    with site.world.database.read() as session:
        return list(session.execute(select(table.__table__)).mappings())


def test_rates_as_counted_by_hand(rehearsed: Site) -> None:
    told = rehearsed.get("leader", PATH)
    placed = Counter(row["item"] for row in rows(rehearsed, OrderRow))
    asking = {(row["item"], row["resident"]) for row in rows(rehearsed, OrderRow) if row["resident"]}
    seen = 0
    for one in told["demand"]["items"]:
        if one["item"] in ("SV-E01", "SV-E02", "SV-E03"):
            continue  # alarms
        assert one["orders"] == placed[one["item"]], one["item"]
        assert one["asking"] == sum(code == one["item"] for code, _ in asking)
        assert one["use"] == pytest.approx(1000 * one["orders"] / one["eligible"], abs=1e-4)
        if one["support"] is not None:
            cells = lines(rehearsed, one["lines"]["support"])
            whole = sum(line["of"] for line in cells)
            assert one["support"] == pytest.approx(100 * sum(c["number"] for c in cells) / whole, abs=0.01)
        seen += one["orders"]
    assert seen == sum(placed.values()) > 50
    busy = max(placed, key=lambda code: placed[code])
    assert len(lines(rehearsed, f"use:{busy}")) == placed[busy]
    need = lines(rehearsed, f"need:{busy}")
    assert sum(line["number"] for line in need) == item(told, busy)["asking"]
    assert {line["kind"] for line in need} == {"cell"}  # nobody is named


def test_one_item_by_area_adds_up(rehearsed: Site) -> None:
    told = rehearsed.get("leader", PATH, item="SV-E05")
    (whole,), parts = told["demand"]["items"], told["demand"]["areas"]
    for name in ("eligible", "orders", "wanted", "supported"):
        assert sum(one[name] for one in parts) == pytest.approx(whole[name], abs=0.01)
    street = max(parts, key=lambda one: one["orders"])
    within = rehearsed.get("leader", PATH, item="SV-E05", area=street["area"])
    assert within["demand"]["items"][0]["orders"] == street["orders"]


def test_who_paid_adds_up_to_all_that_was_done(rehearsed: Site) -> None:
    told = rehearsed.get("leader", PATH)["paying"]
    done = [row for row in rows(rehearsed, OrderRow) if row["done_at"]]
    payer = {i.code: i.payer for i in rehearsed.world.catalogue.items.values()}
    assert sum(told["whole"]["orders"].values()) == len(done) > 20
    assert sum(told["whole"]["orders"].values()) == sum(len(lines(rehearsed, key)) for key in
        (key for kind, key in told["whole"]["lines"].items() if told["whole"]["orders"][kind]))  # fmt: skip
    assert round(sum(told["whole"]["shares"].values()), 1) == 100.0
    assert sum(sum(one["orders"].values()) for one in told["areas"]) == len(done)
    by_providers = [row for row in done if row["provider"] is not None]  # the others were a party's
    assert sum(sum(one["orders"].values()) for one in told["providers"]) == len(by_providers) < len(done)
    for name in ("public_fen", "own_fen"):
        assert sum(one[name] for one in told["providers"]) == told["whole"][name]
    assert told["whole"]["orders"]["self"] >= sum(payer[row["item"]] == "self" for row in done)
    most = told["providers"][0]
    assert len(lines(rehearsed, most["lines"]["all"])) == sum(most["orders"].values())


def test_the_fair_share_is_given_out_again_and_costs_little(rehearsed: Site) -> None:
    told = rehearsed.get("leader", PATH)["sharing"]
    extra = lines(rehearsed, told["lines"])
    assert len(extra) == told["orders"] > 20
    assert told["extra_min"] == pytest.approx(sum(x["number"] for x in extra) / len(extra), abs=1e-3)
    assert told["shared"]["spread"] <= told["unshared"]["spread"]
    assert told["within"] == (told["extra_min"] <= told["most_extra_min"])
    assert rehearsed.get("leader", PATH) == rehearsed.get("leader", PATH)


def test_supply_of_small_trades_by_hand(rehearsed: Site) -> None:
    told = rehearsed.get("leader", PATH)["supply"]
    register = rows(rehearsed, ProviderRow)
    trades = {trade.code: trade.categories for trade in rehearsed.world.catalogue.market.trades}
    for community in told["communities"]:
        for one in community["trades"]:
            here = [
                row["id"]
                for row in register
                if row["area"].startswith(community["area"])
                and row["state"] in ("trial", "active", "warned")
                and trades[one["trade"]] & set(row["categories"])
            ]
            assert (one["providers"], one["gap"]) == (len(here), max(0, 10 - len(here)))
    some = next(one for c in told["communities"] for one in c["trades"] if one["providers"])
    assert len(lines(rehearsed, some["lines"])) == some["providers"]
    assert told["wanted"] == 5 * len(told["communities"])


def test_the_page_shows_it_and_opens_the_lines(rehearsed: Site) -> None:
    client = rehearsed.client
    client.post("/api/v1/session", json={"user": "leader", "password": PASSWORD})
    page = client.get("/board/market", params={"item": "SV-E05"})
    assert page.status_code == 200, page.text
    assert client.get("/board/market/still", params={"of": "channel"}).status_code == 200
    assert client.get("/board/market/still", params={"of": "street"}).status_code == 422
    for key in ("use:SV-E05", "support:SV-E05", "stays:", "sharing", "paid:self"):
        shown = client.get("/board/market/lines", params={"of": key, "item": "SV-E05"})
        assert shown.status_code == 200, shown.text
    book = client.get("/board/market/lines.xlsx", params={"of": "use:SV-E05"})
    assert openpyxl.load_workbook(io.BytesIO(book.content)).active is not None
    rates = openpyxl.load_workbook(io.BytesIO(client.get(f"{PATH}/export").content)).active
    assert rates is not None
    assert rates.max_row == 2 + len(rehearsed.world.catalogue.items)
    client.cookies.clear()


def test_emergencies_count_responders_and_alarms(sqlite_site: Site) -> None:
    site = sqlite_site
    before = item(site.get("leader", PATH), "SV-E01")
    assert (before["orders"], before["by_residents"]) == (0, True)
    assert 0 < before["support"] <= 100
    no = site.post("dispatcher", "/api/v1/alarms", 201, resident="R000001")["no"]
    site.clock.turn(minutes=1)
    after = item(site.get("leader", PATH), "SV-E01")
    assert (after["orders"], after["asking"]) == (1, 1)
    assert [(line["kind"], line["no"]) for line in lines(site, "use:SV-E01")] == [("alarm", no)]
    # The call centre closes: who comes are the workers, so nothing changes.
    for provider in [p for p in site.world.city.providers.values() if "call_centre" in p.categories]:
        leave(site, provider.no)
    assert item(site.get("leader", PATH), "SV-E01")["support"] == before["support"]


def leave(site: Site, no: str) -> None:
    site.world.desk.act(PROVIDER, no, Action(name="suspend", by=ADMIN, fields={"reason": "试"}), site.clock())


def test_support_falls_with_the_providers(sqlite_site: Site) -> None:
    site = sqlite_site
    ordered(site, "SV-E15", resident="R000001")
    site.clock.turn(minutes=1)
    assert item(site.get("leader", PATH), "SV-E15")["orders"] == 1
    for provider in [p for p in site.world.city.providers.values() if "barber" in p.categories]:
        if provider.state != "suspended":
            leave(site, provider.no)
    told = item(site.get("leader", PATH), "SV-E15")
    assert (told["support"], told["short"]) == (0, True)


def test_who_leaves_is_lost_and_what_stands_still_is_listed(site: Site) -> None:
    first = site.get("leader", PATH)["stays"]
    assert first["whole"]["lost"] == 0
    gone = next(p for p in site.world.city.providers.values() if p.state == "active")
    site.clock.turn(days=40)
    site.sign_in_anew()
    site.world.desk.act(
        PROVIDER, gone.no, Action(name="leave", by=ADMIN, fields={"reason": "关门"}), site.clock()
    )
    site.clock.turn(days=1)
    told = site.get("leader", PATH)
    assert (told["stays"]["whole"]["lost"], told["stays"]["verdict"]) == (1, "unknown")
    lost = [line for line in lines(site, "stays:") if not line["number"]]
    assert [line["name"] for line in lost] == [gone.name]
    assert len(lines(site, "stays:")) == told["stays"]["whole"]["joined"]
    assert not [one for one in told["still"] if one["kind"] in ("item", "provider", "cell")]
    site.clock.turn(days=60)  # the records are 101 days old
    site.sign_in_anew()
    still = Counter(one["kind"] for one in site.get("leader", PATH)["still"])
    at_work = [p for p in site.world.city.providers.values() if p.state in ("trial", "active", "warned")]
    assert (still["provider"], still["cell"]) == (len(at_work), len(site.world.city.cells))
    site.clock.turn(days=80)  # 181 days
    site.sign_in_anew()
    told = site.get("leader", PATH)
    items = {one["key"]: one for one in told["still"] if one["kind"] == "item"}
    assert "SV-E05" in items
    assert "SV-E01" not in items
    assert (items["SV-E05"]["days"], items["SV-E05"]["last"]) == (181, None)
    assert told["stays"]["whole"]["still"] == 0  # nobody has done an order for so long
    site.enrol(Account(user="idle", name="闲置", role="leader", area=site.world.city.district.code))
    site.clock.turn(days=90)
    site.sign_in_anew()
    ordered(site, "SV-E15", resident="R000001")
    site.clock.turn(minutes=1)
    idle = unused(site)["account", "idle"]
    assert (idle["last"], idle["days"]) == (None, 90)
    assert unused(site)["channel", "wechat"]["days"] == 271
    assert ("channel", "phone") not in unused(site)
    site.clock.turn(minutes=1)
    site.token("idle")  # is no event, and yet counts at once
    assert ("account", "idle") not in unused(site)
    site.call("idle", "DELETE", "/api/v1/session")  # what is closed has been
    assert ("account", "idle") not in unused(site)


UNUSED = """
SELECT 'account' AS kind, "user" AS key FROM accounts WHERE active AND role NOT IN ('resident', 'device', 'hotline')
AND (signed_in_at < :since OR signed_in_at IS NULL AND NOT EXISTS (SELECT 1 FROM events
     WHERE events.kind = 'account' AND aggregate = "user" AND name = 'added' AND at > :since))
UNION ALL SELECT 'channel', code FROM ({channels}) AS known WHERE NOT EXISTS (
    SELECT 1 FROM orders WHERE channel = code AND created_at > :since
    UNION ALL SELECT 1 FROM tickets WHERE channel = code AND reported_at > :since)
"""


def unused(site: Site) -> dict[tuple[str, str], dict[str, Any]]:
    """Give the accounts and channels told to stand still, after a plain query found the same and the files list them."""
    codes = ["web", "wechat", "phone", "counter", "kiosk", "worker", "hotline", "device", "open311", "button"]
    query = UNUSED.format(channels=" UNION ALL ".join(f"SELECT '{code}' AS code" for code in codes))
    since = {"since": (site.clock() - timedelta(days=90)).astimezone(UTC)}
    asked = text(query).bindparams(bindparam("since", type_=OrderRow.created_at.type))
    still = site.get("leader", PATH)["still"]
    told = {(one["kind"], one["key"]): one for one in still if one["kind"] in ("account", "channel")}
    with site.world.database.read() as session:
        assert set(told) == {(kind, key) for kind, key in session.execute(asked, since)}
    headers = {"Authorization": f"Bearer {site.token('leader')}"}
    for kind, count in Counter(kind for kind, _ in told).items():
        book = site.client.get("/board/market/still.csv", params={"of": kind}, headers=headers)
        assert len(book.text.splitlines()) == 1 + count, book.text
    return told


@pytest.mark.parametrize(
    "params",
    [
        {"area": "330102999"},
        {"since": "2026-11-19T00:00:00+08:00"},
        {"until": "2026-11-01T00:00:00+08:00", "since": "2026-11-02T00:00:00+08:00"},
        {"item": "SV-NONE"},
        {"unheard": "1"},
    ],
)
def test_what_cannot_be_asked(rehearsed: Site, params: dict[str, str]) -> None:
    answer = rehearsed.call("leader", "GET", PATH, params=params)
    assert answer.status_code == 422
    assert answer.json()["field"] in params


def test_lines_that_no_figure_has_and_an_area_of_ones_own(rehearsed: Site) -> None:
    site = rehearsed
    answer = site.call("leader", "GET", f"{PATH}/lines", params={"of": "supply:nowhere"})
    assert (answer.status_code, answer.json()["field"]) == (422, "of")
    street = next(a for a in site.world.city.areas.values() if a.level == "street")
    site.enrol(Account(user="street", name="街道", role="leader", area=street.code))
    told = site.get("street", PATH)
    assert told["area"] == street.code
    prefix = site.world.scheme.prefix(street.code)
    assert all(c["area"].startswith(prefix) for c in told["supply"]["communities"])
    assert datetime.fromisoformat(told["since"]) < datetime.fromisoformat(told["until"])
    assert site.get("street", PATH, area=site.world.city.district.code)["area"] == street.code
