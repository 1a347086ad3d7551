"""The report of a month on paper: the board's figures, what changed and how sure, the same bytes at every call."""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import jinlin
from api.pages.report import month_report, report_document
from api.paper import FAMILIES, as_pdf
from api.timers import run_figures
from data.errors import NotSetUpError
from dispatch.errors import BadFieldError
from grid.account import Account
from tests.conftest import ROOT, Site
from tests.flows.test_indicators_flow import sign_in
from tests.flows.test_one_truth import kpis, page_of
from tests.flows.test_rates_flow import finish
from tests.flows.test_ticket_life import report

MONTH = "2027-01"
FONT = FAMILIES[0]
ANEW = """
import sys
from datetime import datetime
from pathlib import Path
from api.pages.report import month_report
from api.settings import Settings
from api.world import open_world
from grid.account import Account
home, database, now, month = sys.argv[1:]
settings = Settings(home=Path(home), database=database, timers=False, follow=False)
world = open_world(settings, lambda: datetime.fromisoformat(now))
reader = Account(user="", name="", role="leader", area=world.city.district.code)
sys.stdout.buffer.write(month_report(world, reader, month, "", "zh"))
"""
"""Writes the report in another process."""


def texts(blocks: list[Mapping[str, Any]]) -> str:
    """Join all words of a document."""
    found: list[str] = []

    def walk(part: object) -> None:
        if isinstance(part, Mapping):
            for name, value in part.items():
                if name != "svg":
                    walk(value)
        elif isinstance(part, list | tuple):
            for each in part:
                walk(each)
        else:
            found.append(str(part))

    walk(blocks)
    return "\n".join(found)


def reader(site: Site) -> Account:
    return Account(user="", name="", role="leader", area=site.world.city.district.code)


def freeze_all(site: Site) -> None:
    """Freeze each month that is over; a run freezes one."""
    while run_figures(site.world, site.clock()):
        continue


def told(site: Site, account: Account, lang: str = "zh") -> str:
    return texts(list(report_document(site.world, account, MONTH, "", lang, FONT).blocks))


@pytest.fixture
def two_months(sqlite_site: Site) -> Site:
    """December with twelve tickets, all late, and January with twelve handled in time; more of them in one cell."""
    site, clerk = sqlite_site, sqlite_site.clerk("DP30")
    report(site)
    site.clock.turn(days=20)  # 8 December
    site.sign_in_anew()
    for _ in range(12):
        report(site)
    site.clock.turn(days=33)  # 10 January
    site.sign_in_anew()
    for n in range(30):
        no = report(site)["no"]
        if n < 12:
            finish(site, no, clerk)
            site.act(site.worker(), "ticket", no, "rate", rating=5 if n else 2, solved=bool(n))
    site.clock.turn(days=30)  # 9 February
    site.sign_in_anew()
    return site


def test_the_report_says_what_changed_and_how_sure(two_months: Site) -> None:
    site = two_months
    freeze_all(site)
    said, board = told(site, reader(site)), kpis(page_of(site, "leader", "/board", period=MONTH))
    assert "居民说已解决 91.7%（11 ÷ 12）" in said
    assert "按期处置率 40.0%（12 ÷ 30），上月 0.0%，+40.0 个百分点" in said
    assert "确有上升" in said
    assert "上报工单 30 件" in said
    assert "上期还没有完整的记录" not in said
    assert (board["居民说已解决"], board["按期处置率"], board["上报工单"]) == (91.7, 40.0, 30)
    assert "比较了 1 个两个月都够件数的部门，其中 1 个" in said
    assert "比较了 1 个网格，其中 1 个" in said
    assert "指标冻结于 2027-02-09" in said
    for indicator in site.world.catalogue.indicators:
        assert indicator.name_zh in said
    english = told(site, reader(site), "en")
    assert "What changed" in english
    assert not any("\u3400" <= sign <= "\u9fff" for sign in english)
    clerk = told(site, Account(user="", name="", role="department", department="DP22"))
    assert "上报工单 0 件" in clerk
    assert "52 项指标" not in clerk


def test_the_same_bytes_whoever_writes_them_and_wherever(two_months: Site, tmp_path: Path) -> None:
    site = two_months
    freeze_all(site)
    made = month_report(site.world, reader(site), MONTH, "", "zh")
    assert made[:5] == b"%PDF-"
    assert made.count(b"/Type /Page ") + made.count(b"/Type/Page/") >= 3
    sign_in(site, "leader")
    answer = site.client.get("/board/report.pdf", params={"month": MONTH})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == made
    site.clock.turn(days=3, hours=5)
    assert month_report(site.world, reader(site), MONTH, "", "zh") == made  # whenever it is asked for
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "TZ": "America/Lima"}
    given = [str(site.world.home.folder), site.world.settings.database, site.clock().isoformat(), MONTH]
    done = subprocess.run([sys.executable, "-c", ANEW, *given], env=environment, cwd=elsewhere, capture_output=True, timeout=300, check=True)  # fmt: skip
    assert done.stdout == made


def test_one_command_writes_a_month_to_a_file(sqlite_site: Site, tmp_path: Path) -> None:
    made = []
    for name in ("one", "another"):
        out = tmp_path / f"{name}.pdf"
        given = ["report", "2020-01", "--out", str(out), "--language", "en"]
        found = CliRunner(env={"JINLIN_HOME": str(sqlite_site.world.home.folder)}).invoke(jinlin, given)
        assert found.exit_code == 0, found.output
        made.append(out.read_bytes())
    assert made[0] == made[1]
    assert made[0][:5] == b"%PDF-"


def test_a_report_is_of_a_month_that_is_over_and_of_one_s_own_area(sqlite_site: Site, tmp_path: Path) -> None:
    site = sqlite_site
    with pytest.raises(BadFieldError, match=r"the last one is 2026-10"):
        month_report(site.world, reader(site), "2026-11", "", "zh")
    streets = sorted(a.code for a in site.world.city.areas.values() if a.level == "street")
    own = dataclasses.replace(reader(site), area=streets[0])
    with pytest.raises(BadFieldError, match="your area is"):
        month_report(site.world, own, "2026-10", streets[1], "zh")
    document = report_document(site.world, own, "2026-10", "", "en", FONT)
    assert document.title.endswith("Report of 2026-10")
    with pytest.raises(NotSetUpError, match="JINLIN_REPORT_FONTS"):
        as_pdf(document, tmp_path)
    sign_in(site, site.worker())
    assert site.client.get("/board/report.pdf", follow_redirects=False).status_code in (303, 403)
    assert site.call(None, "GET", "/board/report.pdf", follow_redirects=False).status_code in (303, 401)
    sign_in(site, "leader")
    assert site.client.get("/board/report.pdf", params={"month": "2026-13"}).status_code == 422
    assert "report.pdf?month=2026-10" in site.client.get("/board").text
