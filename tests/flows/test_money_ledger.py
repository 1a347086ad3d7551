"""The money ledger through the door: budgets, rivals for the last fen, closed months, and what the check finds."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from data.files.beancount import beancount
from data.store.kinds import KINDS
from data.store.kinds.money import BUDGET
from data.store.money_check import money_faults
from data.store.purses import balances, total
from data.store.verify import verify, walk
from dispatch.errors import DispatchError
from dispatch.lifecycle import Action, Actor
from tests.conftest import ROOT, Site

KEEPER = Actor(user="leader", role="leader")


def budget(site: Site, fen: int = 10000, **more: object) -> str:
    """Open a budget of the whole district; returns its number."""
    body = {
        "name": "消费补贴",
        "source": "province",
        "area": site.world.city.district.code,
        "year": 2026,
        "policy": "voucher",
        "amount_fen": fen,
    }
    return str(site.post("leader", "/api/v1/budgets", 201, **(body | more))["no"])


def sound(site: Site) -> None:
    with site.world.database.read() as session:
        assert list(money_faults(session, walk(session).transfers)) == []
        assert verify(session, KINDS) == []
        assert total(session) == 0


def test_a_budget_from_its_first_grant_to_its_end(site: Site) -> None:
    no = budget(site)
    act = f"/api/v1/budgets/{no}/actions"
    site.post("leader", act, action="grant", amount_fen=5000, note="追加")
    refused = site.post("leader", act, 409, action="withdraw", amount_fen=15001)
    assert "150.00 yuan are left" in refused["detail"]
    site.post("leader", act, action="withdraw", amount_fen=15000)
    site.post("leader", act, action="close")
    assert "closed" in site.post("leader", act, 409, action="grant", amount_fen=1)["detail"]
    (shown,) = site.get("leader", "/api/v1/budgets")["items"]
    assert (shown["granted_fen"], shown["free_fen"], shown["held_fen"], shown["spent_fen"]) == (0, 0, 0, 0)
    lines = site.get("leader", "/api/v1/ledger", budget=no)["items"]
    assert [(line["reason"], line["amount_fen"]) for line in lines] == [
        ("grant", 10000),
        ("grant", 5000),
        ("withdraw", 15000),
    ]
    sound(site)


def test_the_ledger_goes_page_by_page_and_by_right(site: Site) -> None:
    for number in range(5):
        budget(site, fen=100 + number)
    first = site.get("leader", "/api/v1/ledger", limit=3)
    rest = site.get("leader", "/api/v1/ledger", limit=3, after=first["next"])
    assert [line["amount_fen"] for line in first["items"] + rest["items"]] == [100, 101, 102, 103, 104]
    assert rest["next"] is None
    assert site.call("dispatcher", "GET", "/api/v1/ledger").status_code == 403
    assert site.call(None, "GET", "/api/v1/ledger").status_code == 401


def test_the_same_request_moves_once_and_another_under_its_key_not_at_all(site: Site) -> None:
    path = f"/api/v1/budgets/{budget(site)}/actions"
    key = {"Idempotency-Key": "grant-1"}
    more = {"action": "grant", "amount_fen": 700}
    first, again = (site.call("leader", "POST", path, json=more, headers=key) for _ in range(2))
    assert first.json() == again.json()
    other = site.call("leader", "POST", path, json={**more, "amount_fen": 800}, headers=key)
    assert other.status_code == 409
    assert site.get("leader", "/api/v1/budgets")["items"][0]["free_fen"] == 10700
    sound(site)


def test_of_many_who_want_the_last_fen_one_gets_it(site: Site) -> None:
    no = budget(site)

    def take(number: int) -> str:
        action = Action(name="withdraw", by=KEEPER, fields={"amount_fen": 8000, "note": str(number)})
        try:
            site.world.desk.act(BUDGET, no, action, site.clock())
        except DispatchError as error:
            return type(error).__name__
        return "won"

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(take, range(12))) == {"won": 1, "ShortOfMoneyError": 11}
    sound(site)


def test_a_closed_month_stays_as_it_was(site: Site) -> None:
    no = budget(site)
    assert "not over" in site.post("leader", "/api/v1/ledger/months", 409, month="2026-11")["detail"]
    site.clock.turn(days=13)  # 1 December
    site.sign_in_anew()
    closed = site.post("leader", "/api/v1/ledger/months", 201, month="2026-11")
    assert (closed["closing"][f"budget:{no}"], closed["transfers"]) == (10000, 1)
    assert "already" in site.post("leader", "/api/v1/ledger/months", 409, month="2026-11")["detail"]
    late = {"action": "grant", "amount_fen": 100, "booked_on": "2026-11-30"}
    refused = site.post("leader", f"/api/v1/budgets/{no}/actions", 409, **late)
    assert "2026-11 is closed" in refused["detail"]
    ahead = late | {"booked_on": "2026-12-31"}
    assert site.post("leader", f"/api/v1/budgets/{no}/actions", 422, **ahead)["field"] == "booked_on"
    site.post("leader", f"/api/v1/budgets/{no}/actions", action="withdraw", amount_fen=100, note="更正")
    site.clock.turn(days=40)
    site.sign_in_anew()
    early = site.post("leader", "/api/v1/ledger/months", 409, month="2027-01")
    assert "2026-12 has transfers and is open" in early["detail"]
    carried = site.post("leader", "/api/v1/ledger/months", 201, month="2026-12")
    assert carried["opening"] == closed["closing"]
    sound(site)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE transfers SET amount_fen = amount_fen + 1", "transfer"),
        ("DELETE FROM transfers", "transfer"),
        ("UPDATE purses SET balance_fen = balance_fen + 1 WHERE name LIKE 'budget:%'", "purse"),
        ("UPDATE budgets SET granted_fen = granted_fen + 1", "budget"),
        ("UPDATE transfers SET booked_on = '2026-10-31'", "transfer"),
    ],
)
def test_what_was_altered_by_hand_is_found(site: Site, statement: str, kind: str) -> None:
    budget(site)
    with site.world.database.engine.begin() as connection:
        connection.execute(text(statement))
    with site.world.database.read() as session:
        assert kind in {fault.kind for fault in money_faults(session, walk(session).transfers)}
        assert verify(session, KINDS) != []


def test_the_store_itself_lets_no_budget_stand_below_zero(site: Site) -> None:
    budget(site)
    with pytest.raises(Exception, match="owes_nothing"), site.world.database.engine.begin() as connection:
        connection.execute(text("UPDATE purses SET balance_fen = -1 WHERE name LIKE 'budget:%'"))


def test_the_commands_tell_by_their_exit_code(sqlite_site: Site, tmp_path: Path) -> None:
    site, jinlin = sqlite_site, Path(sys.executable).parent / "jinlin"
    budget(site)
    site.world.database.engine.dispose()
    home = {"JINLIN_HOME": str(site.world.home.folder)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(jinlin), "money", *words],
            env=home | {"PATH": "/usr/bin", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )

    right = run("check")
    assert right.returncode == 0, right.stderr
    assert json.loads(right.stdout) == {"transfers": 1, "sum_fen": 0, "balances": True, "faults": []}
    written = run("export", str(tmp_path / "money.beancount"))
    assert written.returncode == 0, written.stderr
    with site.world.database.engine.begin() as connection:
        connection.execute(text("UPDATE purses SET balance_fen = balance_fen + 1 WHERE name LIKE 'budget:%'"))
    wrong = run("check")
    assert wrong.returncode == 1
    assert json.loads(wrong.stdout)["faults"][0]["kind"] == "purse"


def test_another_program_comes_to_the_same_balances(sqlite_site: Site) -> None:
    """A reader of the export that shares no code with us adds up every account to the fen."""
    site = sqlite_site
    no = budget(site)
    site.clock.turn(days=1)
    site.sign_in_anew()
    site.post("leader", f"/api/v1/budgets/{no}/actions", action="withdraw", amount_fen=1)
    with site.world.database.read() as session:
        lines, stands = "".join(beancount(session)), balances(session)
    sums: Counter[str] = Counter()
    told = {}
    for line in lines.splitlines():
        words = line.split()
        if line.startswith("  "):
            sums[words[0]] += round(float(words[1]) * 100)
        elif len(words) > 1 and words[1] == "balance":
            told[words[2]] = round(float(words[3]) * 100)
    assert dict(sums) == told
    assert sorted(told.values()) == sorted(stands.values())
    assert sum(told.values()) == 0
    if checker := shutil.which("bean-check"):
        path = site.world.home.folder / "money.beancount"
        path.write_text(lines)
        assert subprocess.run([checker, str(path)], check=False).returncode == 0


def test_midnight_belongs_to_the_day_of_the_district(site: Site) -> None:
    site.clock.turn(hours=13, minutes=45)  # 16:15 UTC, 00:15 of the next day in Beijing
    budget(site)
    (line,) = site.get("leader", "/api/v1/ledger")["items"]
    assert line["booked_on"] == (site.clock() + timedelta(hours=8)).date().isoformat()
