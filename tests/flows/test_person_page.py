"""One person's page through HTTP, on both databases: everything in the order of time, by right, also for strangers."""

from tests.conftest import Site
from tests.flows.test_residents import register


def shown(site: Site, user: str, path: str, status: int = 200) -> str:
    answer = site.call(user, "GET", path, follow_redirects=False, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.text
    return str(answer.text)


def test_everything_done_for_a_person_stands_on_one_page(site: Site) -> None:
    made = register(site, identity="11010519491231002X", care_mode="home", dialect="绍兴话")
    no = made["no"]
    site.post("dispatcher", f"/api/v1/residents/{no}/tags", 201, tag="veteran", source="退役军人事务局")
    site.post(
        "dispatcher",
        f"/api/v1/residents/{no}/relations",
        201,
        name="王平",
        phone="13900139000",
        relation="child",
    )
    order = site.post("dispatcher", "/api/v1/orders", 201, item="SV-B01", channel="phone", resident=no)["no"]
    site.clock.turn(minutes=1)
    alarm = site.post("dispatcher", "/api/v1/alarms", 201, resident=no)["no"]
    html = shown(site, "dispatcher", f"/person/{no}")
    for text in (
        "王**",
        "138****8000",
        "1101************2X",
        "退役军人",
        "子女",
        "绍兴话",
        f"/desk?for={no}",
        order,
        alarm,
    ):
        assert text in html, text
    assert html.index(alarm) < html.index(order)
    for secret in ("王秀英", "13800138000", "301室", "13900139000"):
        assert secret not in html
    only = shown(site, "dispatcher", f"/person/{no}?kind=order")
    assert order in only
    assert alarm not in only
    elsewhere = next(c.worker for c in site.world.city.cells.values() if c.worker != site.worker())
    assert order not in shown(site, elsewhere, f"/person/{no}", 404)
    assert f"/desk?for={no}" not in shown(site, site.worker(), f"/person/{no}")
    for user in ("leader", "p00001", "r000001"):
        shown(site, user, f"/person/{no}", 303)


def test_a_caller_of_nobody_is_found_by_number(site: Site) -> None:
    contact = {"name": "許先生", "phone": "0571-88881949"}
    report = {"category": "E0102", "channel": "web", "contact": contact, **site.inside()}
    ticket = site.post(None, "/api/v1/tickets", 201, **report)["no"]
    html = shown(site, "dispatcher", "/person?text=(0571) 8888 1949")
    assert ticket in html
    assert "許**" in html
    assert "許先生" not in html
    no = register(site)["no"]
    assert f"/person/{no}" in shown(site, "dispatcher", "/person?text=wangxiuying")
    assert "没有这个人" in shown(site, "dispatcher", "/person?text=%25")
