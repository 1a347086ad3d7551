"""Every operation of the interface by every role, inside and outside its area, with its own things and with others'.

What is expected stands beside each route (``x-access`` in the OpenAPI file); what is asked in `access_cases`,
as whom and of what in `access_things`.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.access import PUBLIC, SIGNED_IN
from api.app import make_app
from api.demo_accounts import PASSWORD
from data.desk.accounts import NewAccount
from data.registers.passwords import PASSWORDS
from data.store.home import Home
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor
from grid.account import Account
from tests.api.access_cases import Asked, Things
from tests.api.access_exchange import OF_A_KEY, asked
from tests.api.access_things import GIVER, WHO, Who, things_of
from tests.conftest import Site, opened

# Speaking about a report is for its reporter alone, whatever the role: these of the matrix are.
REPORTER_ONLY = ("POST /api/v1/follow/{no}/messages", "POST /api/v1/follow/{no}/rating")
# A line has cases that it gave and cases that it was handed: here the taker is the owner.
OF_THE_TAKER = (
    "GET /api/v1/hotline/handed",
    "GET /api/v1/hotline/handed/{number}",
    "POST /api/v1/hotline/answers",
)
ENDLESS = "GET /api/v1/stream"
# Workbooks of the rows that the same list shows without export, and counts of whatever lies in one's own area.
OF_OTHER_ROWS = (
    "GET /api/v1/scores/export",
    "GET /api/v1/appraisals/{month}/export",
    "GET /api/v1/visits/plan",
    "GET /api/v1/calls/figures",
    "GET /api/v1/calls/seats",
    "GET /api/v1/needs/hours",
)
# Reports are answered with their number at once; nobody has a sign-in of this name, no timer is held.
NEVER_FOUND = (
    "POST /api/v1/timers/{name}/release",
    "GET /open311/v2/tokens/{token}.{fmt}",
    "DELETE /api/v1/session/all/{one}",
    "GET /api/v1/helping/{task}",  # without the key of the link
    "POST /api/v1/helping/{task}/actions",
    "GET /api/v1/providers/applications/{no}/own",  # without its key
    "POST /api/v1/providers/applications/{no}/own/actions",
    "POST /api/v1/sayings/{no}/actions",
)
OF_THE_TICKET = "GET /api/v1/photos/{sha256}"  # a provider has an order, the giving line another case
OF_THE_UNIT = "GET /api/v1/appraisals/{month}"  # a unit's own composite is one for the whole district
IN_A_NAME = ("POST /api/v1/orders", "POST /api/v1/intake", "POST /api/v1/intake/check")
DOORS = {"worker": "worker", "dispatcher": "phone", "admin": "phone", "hotline": "hotline"}


@pytest.fixture(scope="module")
def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("access")
    (folder / "engine").symlink_to(built / "engine")
    shutil.copy(built / "jinlin.sqlite", folder / "jinlin.sqlite")
    home = Home(folder)
    with opened(home, home.default_database) as made:
        yield made


@pytest.fixture(scope="module")
def things(site: Site) -> Things:
    return things_of(site)


@pytest.fixture(scope="module")
def declared(site: Site) -> dict[str, dict[str, Any]]:
    """What the OpenAPI file tells of who may, by operation."""
    paths = make_app(site.world).openapi()["paths"]
    return {
        f"{method.upper()} {path}": told.get("x-access")
        for path, methods in paths.items()
        for method, told in methods.items()
    }


def test_every_operation_says_who_may_and_is_tried(
    declared: dict[str, dict[str, Any]], things: Things
) -> None:
    assert [name for name, told in declared.items() if told is None] == []
    assert set(asked(things)) == set(declared)
    assert {who.role for who in WHO} == {PUBLIC, *SIGNED_IN}


def expected(name: str, told: dict[str, Any], who: Who) -> str:
    """What an account is to get: in, shut, or as declared for what lies outside or is another's."""
    if who.role not in told["roles"]:
        return "shut"
    if (own := _by_itself(name, who)) is not None:
        return own
    stands = {"inside": "others", "others": "inside"}[who.stands] if name in OF_THE_TAKER else who.stands
    want = "in" if stands == "inside" else str(told[stands])
    return "in" if want == "same" else want


def _by_itself(name: str, who: Who) -> str | None:
    """What an operation gives that is a case of its own, None for all others."""
    if name in REPORTER_ONLY:
        return "in" if who.user in ("r000001", GIVER) else "hidden"
    no_volunteer = name == "POST /api/v1/needs/{no}/actions" and who.user == "provider-others"
    if name == "POST /api/v1/session" or name in OF_A_KEY or no_volunteer:
        return "shut"  # a wrong password, no signature
    if name in NEVER_FOUND or (name == OF_THE_TICKET and who.user in ("provider-inside", GIVER)):
        return "hidden"
    if name == OF_THE_UNIT and who.user == "department-outside":
        return "in"
    if name in IN_A_NAME and who.role in ("department", "leader", "provider"):
        return "refused"  # they may order, but in nobody's name
    return None


def ask(site: Site, name: str, how: Asked, who: Who) -> Any:
    method, path = name.split(" ")
    body, query = how.body, dict(how.query or {})
    if named := query.pop("named", ""):
        body = (body or {}) | ({} if who.role == PUBLIC else {"resident": named})
    if name in ("POST /api/v1/tickets", "POST /api/v1/orders"):
        body = (body or {}) | {"channel": DOORS.get(who.role, "web")}
    if name == "POST /api/v1/session":
        body = (body or {}) | {"user": f"nobody-{who.user}"}  # failures of one name are counted
    sent: dict[str, Any] = {"data" if how.form else "json": body} if body is not None else {}
    if how.files:
        sent["files"] = how.files
    return site.call(who.user or None, method, path.format(**(how.path or {})), params=query, **sent)


def got(answer: Any, how: Asked, want: str) -> str:
    """Name what came back, in the words of `expected`."""
    status = answer.status_code
    if status >= 500:
        return f"{status}"
    if want == "refused":
        return want if status in (403, 404, 422) else f"{status}"
    if status in (401, 403):
        return "shut"
    if status == 404:
        return "hidden"
    if how.shows is not None and status == 200:
        return "in" if how.shows(answer) else "left_out"
    return "in"


@pytest.mark.parametrize("who", WHO, ids=lambda who: who.user or PUBLIC)
def test_who_gets_what(site: Site, things: Things, declared: dict[str, dict[str, Any]], who: Who) -> None:
    wrong = []
    own = replace(things, ticket=things.handed) if who.role == "hotline" else things
    own = replace(own, order=own.served) if who.role == "department" else own
    for name, how in asked(own).items():
        want = expected(name, declared[name], who)
        endless = name == ENDLESS and want != "shut"  # what it tells is tried where the stream is
        if endless or (want == "left_out" and name in OF_OTHER_ROWS):
            continue
        answer = ask(site, name, how, who)
        if name == "DELETE /api/v1/session":
            site.sign_in_anew()
        if (have := got(answer, how, want)) != want:
            wrong.append(f"{name}: {have} instead of {want}: {answer.text[:160]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["worker", "dispatcher", "department", "leader", "admin"])
def test_an_account_without_area_is_refused(site: Site, things: Things, role: str) -> None:
    new = NewAccount(account=Account(user=f"{role}-nowhere", name=role, role=role), password=PASSWORD)
    with pytest.raises(BadFieldError, match="works in an area"):
        site.world.desk.start(new, Actor(user="admin", role="admin"), site.clock())
    department = things.department if role == "department" else ""
    nowhere = Account(user=f"{role}-nowhere", name=role, role=role, department=department)
    of_old = NewAccount(account=nowhere, password=PASSWORD, hashed=PASSWORDS.hash(PASSWORD))
    site.world.desk.start(of_old, Actor(user="admin", role="admin"), site.clock())
    for path in ("/api/v1/tickets", "/api/v1/orders", "/api/v1/residents", "/api/v1/cells"):
        answer = site.call(nowhere.user, "GET", path)
        assert answer.status_code == 403
    assert "no area" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("user", "channel", "status"),
    [
        ("r000001", "web", 201),
        ("r000001", "phone", 422),
        ("r000001", "worker", 422),
        ("worker-inside", "worker", 201),
        ("worker-inside", "phone", 422),
        ("dispatcher", "phone", 201),
        ("dispatcher", "counter", 201),
        ("dispatcher", "web", 422),
        ("dispatcher", "worker", 422),
        ("department-inside", "web", 201),
        ("department-inside", "counter", 422),
        (None, "web", 201),
        (None, "phone", 422),
    ],
)
def test_a_channel_is_the_door_one_comes_in_by(
    site: Site, things: Things, user: str | None, channel: str, status: int
) -> None:
    contact = {"name": "某人", "phone": "13800000000"}
    for path, what in (
        ("/api/v1/tickets", {"category": "E0102"}),
        ("/api/v1/orders", {"item": "SV-B01"}),
    ):
        body = {**what, "channel": channel, "contact": contact, **things.point}
        assert site.call(user, "POST", path, json=body).status_code == status, path


def test_leaders_of_a_street_do_not_appraise_the_district(site: Site, things: Things) -> None:
    assert things.appeal
    body = {"month": "2026-09"}
    refused = site.call("leader-outside", "POST", "/api/v1/appraisals", json=body)
    assert refused.status_code == 403
    assert "whole district" in refused.json()["detail"]
    assert site.call("leader-inside", "POST", "/api/v1/appraisals", json=body).status_code == 201
