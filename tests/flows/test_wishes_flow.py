"""What residents wish of whoever comes, and the reason when the desk passes others over, on both databases."""

from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site

HAIRCUT = "SV-E15"


def place(site: Site, *wishes: str, **more: object) -> str:
    body = {"item": HAIRCUT, "channel": "phone", "resident": "R000001", "wishes": wishes} | more
    made = site.post("dispatcher", "/api/v1/orders", 201, **body)
    assert made["wishes"] == list(wishes)
    return str(made["no"])


def candidates(site: Site, no: str, k: int = 50) -> list[dict]:
    return list(site.get("dispatcher", f"/api/v1/orders/{no}/candidates", k=k)["items"])


def change(site: Site, provider: int, **told: object) -> None:
    no = site.world.city.provider(provider).no
    answer = site.call("admin", "PATCH", f"/api/v1/providers/{no}", json=told)
    assert answer.status_code == 200, answer.text


def test_a_barber_at_three_yuan_comes_first_for_who_wishes_the_cheapest(site: Site) -> None:
    far = candidates(site, place(site))[-1]["provider"]
    barbers = [p.id for p in site.world.city.providers.values() if "barber" in p.categories]
    assert len(barbers) >= 50
    for one in barbers:
        change(site, one, prices_fen={HAIRCUT: 300 if one == far else 1500})
    assert candidates(site, place(site))[0]["provider"] != far
    best = candidates(site, place(site, "cheapest"))[0]
    assert (best["provider"], best["price_fen"]) == (far, 300)
    assert best["factors"]["cheapest_min"] == 30.0


def test_a_woman_who_speaks_the_dialect_and_whom_one_knows(site: Site) -> None:
    shops = [c["provider"] for c in candidates(site, place(site))]
    one, two = shops[3], shops[4]
    change(site, one, women=True, dialects=["吴语"])
    told = {"dialect": "吴语", "preferred_providers": [two], "source": "phone"}
    assert site.call("admin", "PATCH", "/api/v1/residents/R000001", json=told).status_code == 200
    by_id = {c["provider"]: c["factors"] for c in candidates(site, place(site, "woman", "dialect", "known"))}
    assert (by_id[one]["woman_min"], by_id[one]["dialect_min"], by_id[two]["known_min"]) == (-15, -15, -15)
    plain = {c["provider"]: c["factors"] for c in candidates(site, place(site))}
    assert (plain[one]["dialect_min"], plain[two]["known_min"]) == (-3, -3)  # known of the resident, not said
    assert "woman_min" not in plain[one]


def test_who_served_somebody_well_is_known_to_them(site: Site) -> None:
    for rating, is_known in ((2, False), (5, True)):
        no = place(site)
        one = candidates(site, no)[0]["provider"]
        site.act("dispatcher", "order", no, "contact", provider=one)
        for action in ("accept", "call_back", "depart", "arrive"):
            site.act("dispatcher", "order", no, action)
        site.act("dispatcher", "order", no, "finish", evidence=[site.photo("dispatcher")])
        site.act("dispatcher", "order", no, "settle", price_fen=100)
        site.act("r000001", "order", no, "rate", rating=rating)
        factors = next(c["factors"] for c in candidates(site, place(site)) if c["provider"] == one)
        assert ("known_min" in factors) == is_known


def test_a_wish_that_nobody_knows_is_refused_with_what_is_allowed(site: Site) -> None:
    body = {"item": HAIRCUT, "channel": "phone", "resident": "R000001", "wishes": ["handsome"]}
    answer = site.call("dispatcher", "POST", "/api/v1/orders", json=body)
    assert answer.status_code == 422
    assert answer.json()["field"].startswith("wishes")
    assert "cheapest" in str(answer.json())


def test_passing_others_over_needs_a_reason_and_is_counted(site: Site) -> None:
    no = place(site)
    found = candidates(site, no)
    last = found[-1]["provider"]
    act_on, body = f"/api/v1/orders/{no}/actions", {"action": "contact", "provider": last}
    for said in ({}, {"reason": "  "}):
        refused = site.call("dispatcher", "POST", act_on, json=body | said)
        assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    sent = site.act("dispatcher", "order", no, "contact", provider=last, reason="居民指定这一家")
    assert sent["flags"] == ["passed_over"]
    step = site.get("dispatcher", f"/api/v1/orders/{no}")["timeline"][-1]
    assert step["payload"]["reason"] == "居民指定这一家"
    assert step["payload"]["passed_over"] >= 1
    planned = place(site)
    second = candidates(site, planned)[1]["provider"]
    by_plan = site.act("dispatcher", "order", planned, "contact", provider=second, how="together")
    assert by_plan["flags"] == []
    site.clock.turn(minutes=1)
    market = site.get("leader", "/api/v1/market")
    assert (market["routed"]["overruled"], market["routed"]["passed_over"]) == (0, 1)
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []
