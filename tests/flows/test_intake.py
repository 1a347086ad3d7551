"""One intake for an order, a report and a question, whatever the door, on both databases."""

from typing import Any

from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site
from tests.flows.test_residents import register

INTAKE, CHECK = "/api/v1/intake", "/api/v1/intake/check"
STRANGER = {"name": "许先生", "phone": "0571-88881949"}


def take(site: Site, user: str | None, status: int = 201, **body: Any) -> Any:
    return site.post(user, INTAKE, status, **body)


def test_a_call_becomes_order_report_or_question_by_its_words(site: Site) -> None:
    who = register(site)
    caller = {"phone": "+86 138-0013-8000"}
    order = take(site, "dispatcher", words="想剪头发", caller=caller)
    assert (order["item"], order["channel"], order["resident"]) == ("SV-E15", "phone", who["no"])
    report = take(site, "dispatcher", words="路灯不亮", caller=caller, **site.inside())
    assert (report["category"], report["channel"]) == ("P0118", "phone")
    asked = take(site, "dispatcher", words="咨询", text="老年食堂几点开门", answer="十一点", caller=caller)
    assert (asked["state"], asked["answer"], asked["channel"]) == ("answered", "十一点", "phone")
    assert asked["no"].startswith("Z")
    alarm = take(site, "dispatcher", words="救命", caller=caller)
    assert (alarm["kind"], alarm["resident"]) == ("alarm", who["no"])
    timeline = site.get("dispatcher", f"/api/v1/residents/{who['no']}/timeline")["items"]
    kinds = {one["kind"]: one["no"] for one in timeline}
    assert kinds["question"] == asked["no"]
    assert {"alarm", "order", "ticket", "question"} <= set(kinds)
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_what_is_known_is_not_asked_again_and_what_follows_is_told_before(site: Site) -> None:
    register(site)
    seen = site.post("dispatcher", CHECK, words="剪头发", caller={"phone": "138 0013 8000"})
    assert (seen["kind"], seen["code"], seen["lacks"]) == ("order", "SV-E15", [])
    assert seen["contact"]["name"] == "王**"
    assert seen["promise"]["arrive_by"]
    assert [o["no"] for o in seen["orders"]] == []
    if seen["offers"]:
        arrivals = [offer["arrive_min"] for offer in seen["offers"]]
        assert all(minutes >= 0 for minutes in arrivals)
    else:
        assert seen["unmet_cause"]
    no = take(site, "dispatcher", words="剪头发", caller={"phone": "13800138000"})["no"]
    again = site.post("dispatcher", CHECK, words="理发", caller={"phone": "13800138000"})
    assert [o["no"] for o in again["orders"]] == [no]
    place = site.inside()
    first = take(site, "dispatcher", words="路灯不亮", caller=STRANGER, **place)
    like = site.post("dispatcher", CHECK, words="路灯不亮", caller={"phone": STRANGER["phone"]}, **place)
    assert [case["no"] for case in like["like"]] == [first["no"]]
    assert like["promise"]["department_name"]
    assert like["lacks"] == []  # who called before is known by the number
    assert like["contact"]["name"] == "许**"
    unknown = site.post("dispatcher", CHECK, words="路灯不亮", caller={"phone": "13900139001"})
    assert set(unknown["lacks"]) == {"name", "lon"}
    mine = site.post(None, CHECK, words="路灯不亮", caller={"phone": "13800138000"}, **place)
    assert mine["contact"] is None  # nobody finds out by a number who has it
    assert mine["resident"] == ""


def test_another_person_on_a_known_number_is_not_taken_for_its_owner(site: Site) -> None:
    who = register(site)
    other = {"name": "李四", "phone": "13800138000", "another": True}
    order = take(site, "dispatcher", words="剪头发", caller=other, **site.inside())
    assert order["resident"] == ""
    son = take(
        site, "dispatcher", words="剪头发", caller={"name": "王平", "phone": "13800138000"}, **site.inside()
    )
    assert son["resident"] == ""
    assert take(site, "dispatcher", words="剪头发", resident=who["no"])["resident"] == who["no"]


def test_words_nobody_knows_are_collected_and_understood_once_told(site: Site) -> None:
    place = site.inside()
    refused = take(site, "dispatcher", 422, words="弄弄头", caller=STRANGER, **place)
    assert refused["field"] == "code"
    take(site, "dispatcher", words="弄弄头", code="SV-E15", caller=STRANGER, **place)
    take(site, None, 422, words="13800138000", caller=STRANGER, **place)  # a number is no word
    (heard,) = site.get("dispatcher", "/api/v1/sayings")["items"]
    assert (heard["text"], heard["times"], heard["item"], heard["name"]) == (
        "弄弄头",
        2,
        "SV-E15",
        "理发上门",
    )
    path = f"/api/v1/sayings/{heard['no']}/actions"
    site.post("dispatcher", path, 422, action="mean", wanted="order", code="nothing")
    site.post("dispatcher", path, action="mean", wanted="order", code="SV-E15")
    assert take(site, "dispatcher", words="要弄弄头", caller=STRANGER, **place)["item"] == "SV-E15"
    assert site.get("dispatcher", "/api/v1/sayings")["items"] == []
    assert [w["text"] for w in site.get("leader", "/api/v1/sayings", known=True)["items"]] == ["弄弄头"]
    site.post("dispatcher", path, action="forget")
    take(site, "dispatcher", 422, words="要弄弄头", caller=STRANGER, **place)


def test_a_number_that_is_guessed_tells_where_it_stands_and_not_what_it_is_about(site: Site) -> None:
    place = site.inside()
    contact = {"name": "王阿婆", "phone": "13900131949"}
    order = site.post(None, "/api/v1/orders", 201, item="SV-B01", contact=contact, **place)
    alarm = site.post(None, "/api/v1/orders", 201, item="SV-E01", contact=contact, **place)
    between = site.world.catalogue.rulebook
    private = min(set(between.categories) - set(between.public_categories()))
    about = {
        "order": (order["no"], "1949", "item_name"),
        "alarm": (alarm["no"], "1949", "state_name"),
    }
    for kind, category in (("private", private), ("public", "E0104")):
        report = site.post(
            None, "/api/v1/tickets", 201, category=category, description="看一下", contact=contact, **place
        )
        about[kind] = (report["no"], report["follow_key"], "category_name")
    for kind, (no, key, what) in about.items():
        guessed = site.get(None, f"/api/v1/follow/{no}")
        assert guessed["state_name"]
        assert guessed["opened"] is False
        if kind != "public":
            assert guessed["steps"] == []
            assert {"category_name", "item_name", "department_name"}.isdisjoint(guessed)
        page = site.client.get(f"/follow/{no}").text
        assert "留下的电话的最后四位" in page
        for wrong in ("", "0000"):
            assert site.get(None, f"/api/v1/follow/{no}", key=wrong)["opened"] is False
        own = site.get(None, f"/api/v1/follow/{no}", key=key)
        assert own["opened"] is True
        assert own["steps"]
        assert own[what]
        assert own[what] in site.client.get(f"/follow/{no}", params={"key": key}).text


def test_a_question_is_followed_by_number_and_read_by_its_asker_alone(site: Site) -> None:
    asked = take(site, None, kind="question", text="低保要什么材料", caller=STRANGER)
    no = asked["no"]
    assert (asked["channel"], asked["state"], asked["due_at"] > asked["asked_at"]) == ("web", "open", True)
    site.act("dispatcher", "question", no, "answer", note="身份证和户口本")
    site.act("dispatcher", "question", no, "answer", 409, note="再答一次")
    public = site.get(None, f"/api/v1/follow/{no}")
    assert (public["kind"], public["state"]) == ("question", "answered")
    assert "text" not in public
    for key in (asked["follow_key"], "1949"):
        own = site.get(None, f"/api/v1/follow/{no}", key=key)
        assert (own["text"], own["answer"]) == ("低保要什么材料", "身份证和户口本")
    assert "text" not in site.get(None, f"/api/v1/follow/{no}", key="0000")
    site.post(None, f"/api/v1/follow/{no}/rating", 404, rating=5, key="nothing")
    assert site.post(None, f"/api/v1/follow/{no}/rating", 201, rating=5, key="1949")["rating"] == 5
    again = site.post(None, f"/api/v1/follow/{no}/messages", 201, text="还要照片吗", key="1949")
    assert again["state"] == "open"
    assert "还要照片吗" in again["text"]
    listed = site.get("dispatcher", "/api/v1/questions")["items"]
    assert [one["no"] for one in listed] == [no]
    assert site.get("dispatcher", f"/api/v1/questions/{no}")["contact"]["name"] == "许**"


def test_four_digits_cannot_be_guessed(sqlite_site: Site) -> None:
    site = sqlite_site
    no = take(site, None, kind="question", text="几点开门", caller=STRANGER)["no"]
    site.world.settings.wrong_keys_per_hour = 3
    for n in range(3):
        site.get(None, f"/api/v1/follow/{no}", key=f"{n:04d}")
    assert site.call(None, "GET", f"/api/v1/follow/{no}", params={"key": "1949"}).status_code == 429


def test_the_same_intake_sent_twice_is_one(site: Site) -> None:
    body = {"kind": "question", "text": "几点开门", "caller": STRANGER}
    key = {"Idempotency-Key": "k" * 40}
    first, second = (site.call(None, "POST", INTAKE, json=body, headers=key).json() for _ in range(2))
    assert first["no"] == second["no"]


def test_a_door_is_never_what_the_sender_says(site: Site) -> None:
    site.post(None, INTAKE, 422, kind="question", text="几点开门", caller=STRANGER, channel="counter")
    asked = take(site, site.worker(), kind="question", text="几点开门", caller=STRANGER, **site.inside())
    assert asked["channel"] == "worker"
    site.post(None, INTAKE, 422, kind="question", text="几点开门")
    site.post(site.clerk("DP30"), INTAKE, 403, kind="question", text="几点", answer="八点", caller=STRANGER)
