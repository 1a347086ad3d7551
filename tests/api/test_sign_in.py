"""Sign-in: passwords that hold, one-time codes, sessions that are listed and end, and limits that lock nobody else out."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner
from sqlalchemy import update

from api import roles
from api.cli import jinlin
from api.demo_accounts import PASSWORD, add_demo_accounts
from data.desk.accounts import NewAccount
from data.errors import NotSetUpError
from data.models import DistrictRow
from data.registers.passwords import check_password
from data.registers.sign_ins import open_sign_ins
from data.store.kinds.upkeep import ACCOUNT
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Actor
from grid.account import Account
from tests.conftest import Site

NEW = "mountain-lamp-42"

ADMIN = Actor(user="admin", role="admin")


def enter(site: Site, user: str, password: str, **more: Any) -> Any:
    body = {"user": user, "password": password} | more
    answer = site.client.post("/api/v1/session", json=body)
    site.client.cookies.clear()
    return answer


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "_LIMITER", type(roles._LIMITER)(type(roles._LIMITER.storage)()))  # noqa: SLF001


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "password123",
        "P@ssw0rd2026",
        "1234567890",
        "13812345678",
        "aaaaaaaaaaaa",
        "abcdefghijkl",
        "dispatcher99",
        "99dispatcher",
        "admin123456!",
        "woaini1314520",
    ],
)
def test_passwords_that_are_tried_first_are_refused(weak: str) -> None:
    with pytest.raises(BadFieldError):
        check_password(weak, "dispatcher")


@pytest.mark.parametrize("good", [NEW, "correct horse battery", "玉皇山的第三棵樟树下", "k7Vq-xw2P-9sd"])
def test_other_passwords_do(good: str) -> None:
    check_password(good, "dispatcher")


@pytest.mark.parametrize("name", ["public", "clock", "system", "import", "root"])
def test_names_of_the_system_are_reserved(sqlite_site: Site, name: str) -> None:
    with pytest.raises(BadFieldError, match="the system itself"):
        sqlite_site.enrol(Account(user=name, name=name, role="resident"))


def test_another_password_ends_every_sign_in(site: Site) -> None:
    first, second = (enter(site, "r000001", PASSWORD).json()["token"] for _ in range(2))
    site.token("r000001")
    path = "/api/v1/session/password"
    assert site.call("r000001", "POST", path, json={"old": "not-mine-at-all", "new": NEW}).status_code == 422
    assert site.call("r000001", "POST", path, json={"old": PASSWORD, "new": "password12"}).status_code == 422
    assert len(site.get("r000001", "/api/v1/session/all")["items"]) == 3
    assert site.call("r000001", "POST", path, json={"old": PASSWORD, "new": NEW}).status_code == 204
    for token in (first, second):
        headers = {"Authorization": f"Bearer {token}"}
        assert site.client.get("/api/v1/session", headers=headers).status_code == 401
    assert enter(site, "r000001", PASSWORD).status_code == 401
    assert enter(site, "r000001", NEW).status_code == 201


def test_one_sign_in_is_closed_and_the_others_stay(sqlite_site: Site) -> None:
    site = sqlite_site
    other = enter(site, "r000001", PASSWORD).json()["token"]
    site.token("r000001")
    with site.world.database.read() as session:
        names = [one.id for one in open_sign_ins(session, "r000001", site.clock())]
    assert len(names) == 2
    assert site.call("r000002", "DELETE", f"/api/v1/session/all/{names[0]}").status_code == 404
    statuses = []
    for name in names:
        site.call("r000001", "DELETE", f"/api/v1/session/all/{name}")
        headers = {"Authorization": f"Bearer {other}"}
        statuses.append(site.client.get("/api/v1/session", headers=headers).status_code)
    assert statuses[-1] == 401


def test_a_change_of_role_and_disabling_end_the_sign_ins(sqlite_site: Site) -> None:
    site = sqlite_site
    site.enrol(Account(user="somebody", name="某", role="resident"))
    assert site.get("somebody", "/api/v1/session")["role"] == "resident"
    changed = Account(user="somebody", name="某", role="leader", area="330102")
    again = NewAccount(account=changed, password=PASSWORD, again=True)
    site.world.desk.start(again, ADMIN, site.clock())
    assert site.call("somebody", "GET", "/api/v1/session").status_code == 401
    site.sign_in_anew()
    assert site.get("somebody", "/api/v1/session")["role"] == "leader"
    site.world.desk.act(ACCOUNT, "somebody", Action(name="disable", by=ADMIN), site.clock())
    assert site.call("somebody", "GET", "/api/v1/session").status_code == 401
    assert enter(site, "somebody", PASSWORD).status_code == 401


def test_the_second_factor_is_asked_for_and_each_code_taken_once(site: Site) -> None:
    drawn = site.post("r000001", "/api/v1/session/second-factor/draw")
    assert drawn["otpauth"].startswith("otpauth://totp/")
    codes, path = pyotp.TOTP(drawn["secret"]), "/api/v1/session/second-factor"
    secret = drawn["secret"]
    wrong = {"secret": secret, "code": "000000"}
    assert site.call("r000001", "POST", path, json=wrong).status_code == 422
    now = codes.at(site.clock())
    assert site.call("r000001", "POST", path, json={"secret": secret, "code": now}).status_code == 204
    assert site.call("r000001", "GET", "/api/v1/session").status_code == 401
    needed = enter(site, "r000001", PASSWORD)
    assert (needed.status_code, "one-time code" in needed.json()["detail"]) == (401, True)
    assert enter(site, "r000001", PASSWORD, code=now).status_code == 401  # taken already
    site.clock.turn(minutes=1)
    later = codes.at(site.clock())
    assert enter(site, "r000001", PASSWORD, code=later).status_code == 201
    assert enter(site, "r000001", PASSWORD, code=later).status_code == 401
    assert enter(site, "r000001", "wrong-password", code=codes.at(site.clock())).status_code == 401


def test_failures_of_one_account_lock_nobody_else_out(sqlite_site: Site) -> None:
    """All of an office come from one address behind its proxy."""
    tried = [enter(sqlite_site, "leader", "wrong-password").status_code for _ in range(12)]
    assert tried == [401] * 10 + [429] * 2
    assert enter(sqlite_site, "leader", PASSWORD).status_code == 429
    assert all(enter(sqlite_site, "dispatcher", PASSWORD).status_code == 201 for _ in range(30))


def test_demo_accounts_refuse_a_real_district(sqlite_site: Site) -> None:
    site = sqlite_site
    object.__setattr__(site.world.city.district, "sample", False)
    with pytest.raises(NotSetUpError):
        add_demo_accounts(site.world.database, site.world.city, site.clock())
    assert enter(site, "dispatcher", PASSWORD).status_code == 401
    site.world.database.write(lambda session: session.execute(update(DistrictRow).values(sample=False)))


def test_a_live_stream_ends_with_the_account(sqlite_site: Site) -> None:
    account = Account(user="r000001", name="", role="resident", resident="R000001")
    held = [True, True, False]

    async def told() -> int:
        return len([note async for note in sqlite_site.world.live.listen(account, lambda: held.pop(0), 0.01)])

    with ThreadPoolExecutor(1) as pool:  # the browser's tests leave a loop running in this thread
        assert pool.submit(asyncio.run, asyncio.wait_for(told(), 5)).result() == 0
    assert held == []
    assert sqlite_site.world.live.listening == 0


def test_accounts_are_looked_after_from_the_command_line(sqlite_site: Site) -> None:
    site = sqlite_site
    environment = {"JINLIN_HOME": str(site.world.home.folder)}

    def run(*words: str) -> Any:
        return CliRunner().invoke(jinlin, ["user", *words], env=environment)

    enter(site, "r000001", PASSWORD)
    changed = run("password", "r000001", "--password", NEW)
    assert changed.exit_code == 0, changed.output
    assert enter(site, "r000001", NEW).status_code == 201
    assert run("sessions", "r000001", "--close").exit_code == 0
    assert run("disable", "r000001").exit_code == 0
    assert enter(site, "r000001", NEW).status_code == 401
    assert run("disable", "r000001", "--undo").exit_code == 0
    assert enter(site, "r000001", NEW).status_code == 201
    assert run("disable", "nobody-at-all").exit_code != 0
    assert run("add", "leader2", "--role", "leader", "--password", NEW).exit_code != 0  # no area
