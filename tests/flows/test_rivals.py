"""Many at once: one winner, no number twice, ledger and log consistent."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from api.roles import actor_of
from data.accounts import Account
from data.chain import verify
from data.errors import DataError
from dispatch.errors import DispatchError
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat
from grid.ticket import Report
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
    return str(site.world.desk.report(new, WORKER, site.clock()).fact.no)


def test_of_many_who_receive_one_ticket_one_wins(site: Site) -> None:
    no = filed(site)

    def receive(number: int) -> str:
        clerk = Actor(user=f"clerk{number}", role="department", department="DP30")
        try:
            site.world.desk.act("ticket", no, Action(name="receive", by=clerk), site.clock())
        except DispatchError as error:
            return type(error).__name__
        return "won"

    with ThreadPoolExecutor(8) as pool:
        ends = Counter(pool.map(receive, range(16)))
    assert ends == {"won": 1, "NotPossibleError": 15}
    with site.world.database.read() as session:
        assert verify(session) == []


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
                "order",
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
