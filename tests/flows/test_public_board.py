"""The public board: anybody sees what was reported and who kept the promise, and nothing personal."""

from tests.conftest import Site
from tests.flows.test_ticket_life import report

SECRET = "家住三楼的王先生，电话 13812345678"


def board(site: Site, query: str = "", status: int = 200) -> str:
    answer = site.client.get(f"/public{query}")
    assert answer.status_code == status, answer.text
    return str(answer.text)


def test_an_empty_district_has_a_board(site: Site) -> None:
    assert "本期没有到期工单" in board(site)
    assert site.client.get("/public/map").status_code == 200


def test_reports_are_shown_without_words_or_names(site: Site) -> None:
    shown = report(site, description=SECRET, address="三号楼 302")
    hidden = report(site, category="E2110", description="家中孩子")
    site.clock.turn(minutes=1)
    text = board(site)
    assert f"/follow/{shown['no']}" in text
    assert hidden["no"] not in text
    for secret in (SECRET, "13812345678", "三号楼 302", site.worker(), "家中孩子"):
        assert secret not in text
    drawn = site.client.get("/public/map").text
    assert shown["no"] in drawn
    assert hidden["no"] not in drawn
    assert "13812345678" not in drawn


def test_an_area_narrows_it_and_an_unknown_one_is_refused(site: Site) -> None:
    no = report(site)["no"]
    site.clock.turn(minutes=1)
    community = site.get("dispatcher", f"/api/v1/tickets/{no}")["community"]
    others = [a for a, area in site.world.city.areas.items() if area.level == "community" and a != community]
    assert no in board(site, f"?area={community}")
    assert no not in board(site, f"?area={others[0]}")
    assert "area" in board(site, "?area=999", 422)
