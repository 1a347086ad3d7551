"""An urgent order is taken and rung back at the desk, and alarms count in the figures; through HTTP on both databases."""

import re
import threading

from api.demo_accounts import PASSWORD
from tests.conftest import Site
from tests.flows.test_indicators_flow import community, told


def raise_alarm(site: Site, item: str = "SV-B06", **more: object) -> str:
    body = {"item": item, "channel": "web", "contact": {"name": "王阿姨", "phone": "13800138000"}}
    return str(site.post(None, "/api/v1/orders", 201, **(body | site.inside() | more))["no"])


def shown(site: Site, no: str) -> dict:
    found: dict = site.get("dispatcher", f"/api/v1/orders/{no}")
    return found


def test_an_alarm_keeps_when_it_was_taken_and_rung_back(site: Site) -> None:
    no = raise_alarm(site)
    first = shown(site, no)
    assert (first["agent"], first["agent_accept_at"], first["callback_at"]) == ("", None, None)
    assert [a["action"] for a in first["actions"]][:2] == ["take", "ring_back"]
    site.clock.turn(seconds=9)
    site.act("dispatcher", "order", no, "take")
    site.clock.turn(seconds=30)
    site.act("dispatcher", "order", no, "ring_back", note="本人应答，意识清楚")
    site.clock.turn(seconds=60)
    site.act("dispatcher", "order", no, "ring_back")  # a second try; the first time stands
    after = shown(site, no)
    assert (after["alarm"]["answer_s"], after["alarm"]["call_back_s"]) == (9, 39)
    assert (after["alarm"]["answer_in_time"], after["alarm"]["call_back_in_time"]) == (True, True)
    assert after["state"] == "placed"
    assert "take" not in [a["action"] for a in after["actions"]]
    assert [s["name"] for s in after["timeline"]] == ["placed", "take", "ring_back", "ring_back"]
    refused = site.act("admin", "order", no, "take", status=409)
    assert "was taken by dispatcher" in refused["detail"]


def test_every_open_alarm_is_on_the_desk_those_nobody_took_first(site: Site) -> None:
    raised = []
    for _ in range(14):
        raised.append(raise_alarm(site))
        site.clock.turn(seconds=5)
    for no in (raised[3], raised[13]):
        site.act("dispatcher", "order", no, "take")
    shown_at_desk = site.call("dispatcher", "GET", "/desk/queue").text
    listed = re.findall(r'data-no="(S[\d-]+)"', shown_at_desk[shown_at_desk.index('id="alarms"') :])
    alarms = [no for no in listed if no in raised]
    untaken = [no for no in reversed(raised) if no not in (raised[3], raised[13])]
    assert alarms == [*untaken, raised[13], raised[3]]  # each once: the trays below do not repeat them
    ringing = re.findall(r'data-no="(S[\d-]+)"[^>]*data-untaken', shown_at_desk)
    assert [no for no in ringing if no in raised] == untaken


def test_who_sends_somebody_has_taken_it_and_the_news_of_it_is_a_call_back(site: Site) -> None:
    no = raise_alarm(site)
    site.clock.turn(seconds=20)
    best = site.get("dispatcher", f"/api/v1/orders/{no}/candidates")["items"][0]["provider"]
    site.act("dispatcher", "order", no, "contact", provider=best)
    site.clock.turn(seconds=20)
    site.act("dispatcher", "order", no, "accept")
    site.act("dispatcher", "order", no, "call_back")
    found = shown(site, no)["alarm"]
    assert (found["answer_s"], found["answer_in_time"]) == (20, False)
    assert (found["call_back_s"], found["call_back_in_time"]) == (40, True)


def test_a_service_is_not_rung_back_like_an_alarm_and_whoever_takes_the_call_has_it(site: Site) -> None:
    body = {"item": "SV-E15", "channel": "phone"} | site.inside()
    contact = {"name": "王阿姨", "phone": "13800138000"}
    order = site.post("dispatcher", "/api/v1/orders", 201, contact=contact, **body)
    assert (order["agent"], order["alarm"]) == ("dispatcher", None)
    assert not {"take", "ring_back"} & {a["action"] for a in order["actions"]}


def test_of_two_agents_at_once_one_takes_it(site: Site) -> None:
    no = raise_alarm(site)
    answers: list[int] = []

    def take(user: str) -> None:
        answers.append(
            site.call(user, "POST", f"/api/v1/orders/{no}/actions", json={"action": "take"}).status_code
        )

    site.token("admin")
    site.token("dispatcher")
    agents = [threading.Thread(target=take, args=(user,)) for user in ("admin", "dispatcher")]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join()
    assert sorted(answers) == [200, 409]


def test_alarms_answered_in_time_are_counted_and_trials_are_not(site: Site) -> None:
    callers = [{"name": "王阿姨", "phone": f"1380013800{n}"} for n in range(5)]
    quick, slow, trial, waiting = (raise_alarm(site, "SV-E01", contact=c) for c in callers[:4])
    assert len({quick, slow, trial, waiting}) == 4
    assert quick.startswith("A")
    site.clock.turn(seconds=10)
    for no in (quick, trial):
        site.act("dispatcher", "alarm", no, "take")
        site.act("dispatcher", "alarm", no, "well")
    site.act("dispatcher", "alarm", trial, "close", closing="test")
    site.clock.turn(seconds=60)
    site.act("dispatcher", "alarm", slow, "take")
    late = raise_alarm(site, "SV-E01", contact=callers[4])
    site.clock.turn(seconds=30)
    found = told(site, area=community(site))["K17"]
    assert found["value"] == round(100 / 3, 4)
    assert (found["provenance"]["rows"], found["provenance"]["left_out"]) == (3, 2)
    site.client.post("/api/v1/session", json={"user": "leader", "password": PASSWORD})
    page = site.client.get("/board/indicators/K17", params={"area": community(site), "part": "rest"}).text
    assert [no in page for no in (quick, slow, waiting, trial, late)] == [False, True, True, False, False]


def test_what_is_asked_for_as_an_alarm_is_one_wherever_it_is(site: Site) -> None:
    """An island outside every cell: taken, with name and number for who answers."""
    contact = {"name": "岛上阿婆", "phone": "13900139000"}
    body = {"item": "SV-E01", "channel": "button", "lon": 122.2, "lat": 29.95}
    told_ = site.post(None, "/api/v1/orders", 201, contact=contact, **body)
    assert (told_["kind"], told_["cell"]) == ("alarm", "")
    again = site.post(None, "/api/v1/orders", 201, contact=contact, **body)
    assert again["no"] == told_["no"]  # the same caller presses again
    site.act("dispatcher", "alarm", told_["no"], "take")
    file = site.get("dispatcher", f"/api/v1/alarms/{told_['no']}/file")
    assert file["contact"]["phone"] == "13900139000"
    assert site.get("dispatcher", f"/api/v1/alarms/{told_['no']}")["contact"]["phone"] == "139****9000"
    assert site.get(None, f"/api/v1/follow/{told_['no']}")["state"] == "taken"
