"""Many at once: one winner, no number twice, ledger and log consistent."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from random import Random

from sqlalchemy import select

from api.roles import actor_of
from data.desk.tickets import NewTicket
from data.errors import DataError
from data.models import EntryRow, TicketRow
from data.queries.tickets import timeline
from data.store.kinds import KINDS
from data.store.kinds.cases import TICKET
from data.store.kinds.orders import ORDER
from data.store.verify import verify
from dispatch.errors import DispatchError
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat
from grid.account import Account
from grid.tickets.ticket import Report
from tests.conftest import Site

WORKER = Actor(user="w001001", role="worker")
CLERK = Actor(user="d-dp30", role="department", department="DP30")


def filed(site: Site, number: int = 0) -> str:
    place = site.inside()
    located = site.world.city.locate(LonLat(place["lon"], place["lat"]))
    new = Report(
        no="",
        category="E0102",
        place=LonLat(place["lon"], place["lat"]),
        cell=located.cell,
        channel="worker",
        description=str(number),
    )
    return str(site.world.desk.start(NewTicket(report=new), WORKER, site.clock()).fact.no)


def test_of_many_who_receive_one_ticket_one_wins(site: Site) -> None:
    no = filed(site)

    def receive(number: int) -> str:
        clerk = Actor(user=f"clerk{number}", role="department", department="DP30")
        try:
            site.world.desk.act(TICKET, no, Action(name="receive", by=clerk), site.clock())
        except DispatchError as error:
            return type(error).__name__
        return "won"

    with ThreadPoolExecutor(8) as pool:
        ends = Counter(pool.map(receive, range(16)))
    assert ends == {"won": 1, "NotPossibleError": 15}
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


LIFE: tuple[tuple[str, str, dict], ...] = (
    ("accept", "dispatcher", {}),
    ("return", "department", {"reason": "not ours"}),
    ("refuse", "dispatcher", {"reason": "yours"}),
    ("receive", "department", {}),
    ("done", "department", {"note": "ok"}),
    ("pass", "worker", {}),
    ("close", "dispatcher", {}),
)


def rival(site: Site, no: str, name: str, role: str, fields: dict, number: int) -> str:
    """Take one step on a ticket as one of many; gives the step when it was won."""
    by = Actor(user=f"{role}{number}", role=role, department="DP30" if role == "department" else "")
    try:
        site.world.desk.act(TICKET, no, Action(name=name, by=by, fields=fields), site.clock())
    except DispatchError:
        return ""
    return name


def called_in(site: Site) -> str:
    place = LonLat(*site.inside().values())
    cell = site.world.city.locate(place).cell
    new = Report(no="", category="E0102", place=place, cell=cell, channel="phone")
    return str(
        site.world.desk.start(NewTicket(report=new), Actor(user="d", role="dispatcher"), site.clock()).fact.no
    )


def test_each_step_of_each_ticket_is_won_once(site: Site) -> None:
    """All rivals of a step at once, over many tickets; a groundless return costs its points once."""
    numbers = [called_in(site) for _ in range(5)]
    photo = site.photo("dispatcher")
    with ThreadPoolExecutor(8) as pool:
        for name, role, fields in LIFE:
            given = fields | ({"evidence": [photo]} if name in ("return", "done", "pass") else {})
            tries = [(no, rank) for rank in range(4) for no in numbers]
            won = pool.map(lambda t, n=name, r=role, g=given: (t[0], rival(site, t[0], n, r, g, t[1])), tries)
            wins = Counter(no for no, step in won if step)
            # A return that was refused cannot be won again, and a check needs somebody who did not handle it.
            assert wins == dict.fromkeys(numbers, 1), name
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []
        entries = [(e.subject, e.kind, e.step) for e in session.scalars(select(EntryRow))]
        assert sorted(entries) == [(no, "groundless_return", 1) for no in sorted(numbers)]
        states = set(session.scalars(select(TicketRow.state)))
    assert states == {"closed"}


def test_a_storm_of_steps_leaves_every_chain_whole(site: Site) -> None:
    """Everybody tries everything at once: each event goes on from where the one before it ended."""
    numbers = [called_in(site) for _ in range(3)]
    photo = site.photo("dispatcher")
    tries = [
        (no, name, role, fields | ({"evidence": [photo]} if name in ("return", "done", "pass") else {}), rank)
        for rank in range(6)
        for name, role, fields in LIFE
        for no in numbers
    ]
    Random(7).shuffle(tries)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda t: rival(site, *t), tries))
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []
        for no in numbers:
            steps = timeline(session, "ticket", no)
            walked = [(s.payload["from"], s.payload["to"]) for s in steps if "from" in s.payload]
            assert all(one[1] == following[0] for one, following in pairwise(walked))
            row = session.scalar(select(TicketRow).where(TicketRow.no == no))
            assert row is not None
            assert row.state == (walked[-1][1] if walked else "reported")
            refused = sum(s.name == "refuse" for s in steps)
            charged = list(session.scalars(select(EntryRow.kind).where(EntryRow.subject == no)))
            assert len([k for k in charged if k in ("groundless_return", "kick")]) == refused


def test_a_close_and_a_merge_into_it_settle_on_one_order(site: Site) -> None:
    parent, *children = [called_in(site) for _ in range(5)]
    rival(site, parent, "accept", "dispatcher", {}, 1)

    def merge(no: str) -> str:
        return rival(site, no, "merge", "dispatcher", {"parent": parent}, 1)

    def void(_: int) -> str:
        return rival(site, parent, "void", "dispatcher", {"reason": "no"}, 2)

    with ThreadPoolExecutor(8) as pool:
        voided = pool.submit(void, 0)
        merged = list(pool.map(merge, children))
        assert voided.result() == "void"
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []
        absorbed = [s.payload["child"] for s in timeline(session, "ticket", parent) if s.name == "absorb"]
    assert sorted(absorbed) == sorted(no for no, step in zip(children, merged, strict=True) if step)


def test_numbers_are_drawn_without_gap_or_double(site: Site) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(lambda n: filed(site, n), range(40)))
    assert numbers == [f"T330102-261118-{n:05d}" for n in range(1, 41)]


def test_the_last_place_of_a_shop_goes_to_one_order(site: Site) -> None:
    orders = [
        site.post("dispatcher", "/api/v1/orders", 201, item="SV-B01", channel="phone", resident="R000001")[
            "no"
        ]
        for _ in range(12)
    ]
    chosen = site.get("dispatcher", f"/api/v1/orders/{orders[0]}/candidates", k=1)["items"][0]
    by = actor_of(Account(user="dispatcher", name="", role="dispatcher"))

    def send(no: str) -> bool:
        try:
            site.world.desk.act(
                ORDER,
                no,
                Action(name="contact", by=by, fields={"provider": chosen["provider"]}),
                site.clock(),
            )
        except (DispatchError, DataError):
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        sent = sum(pool.map(send, orders))
    assert sent == chosen["capacity"]


def test_one_key_from_many_threads_makes_one_ticket(site: Site) -> None:
    token = site.token(site.worker())
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "same"}
    body = {"category": "E0102", "channel": "worker"} | site.inside()

    def send(_: int) -> tuple[int, str]:
        answer = site.client.post("/api/v1/tickets", json=body, headers=headers)
        return answer.status_code, answer.json().get("no", "")

    with ThreadPoolExecutor(6) as pool:
        ends = set(pool.map(send, range(12)))
    assert ends == {(201, "T330102-261118-00001")}
