"""What bad input gets: a clear answer in one shape, and nothing half done."""

import io
import json
from typing import Any

import pytest
from PIL import Image

from api.demo_accounts import PASSWORD
from tests.conftest import Site


def problem(answer: Any, status: int) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict = answer.json()
    assert body["detail"]
    return body


def test_a_megabyte_of_json_is_refused_unread(sqlite_site: Site) -> None:
    body = json.dumps({"a": ["x" * 100] * 10_000})
    assert len(body) > 1_000_000
    headers = {"Content-Type": "application/json"}
    problem(sqlite_site.call("dispatcher", "POST", "/api/v1/tickets", content=body, headers=headers), 413)


def test_deeply_nested_json_is_refused(sqlite_site: Site) -> None:
    body = "[" * 100_000 + "]" * 100_000
    headers = {"Content-Type": "application/json"}
    answer = sqlite_site.call("dispatcher", "POST", "/api/v1/tickets", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", ["", "{", "nonsense", "[]", "null", '{"category": NaN}'])
def test_broken_json_is_refused(sqlite_site: Site, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    problem(sqlite_site.call("dispatcher", "POST", "/api/v1/tickets", content=body, headers=headers), 422)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"not a photo", "no photo"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "no photo"),
        (b"GIF89a" + b"\0" * 64, "no photo"),
        (b"\xff\xd8\xff\xe0" + b"\0" * (10 * 1024 * 1024 + 1), "10 MB"),
    ],
)
def test_what_is_no_photo_or_too_big_is_refused(sqlite_site: Site, body: bytes, said: str) -> None:
    answer = sqlite_site.call(
        "dispatcher", "POST", "/api/v1/photos", files={"file": ("p.jpg", body, "image/jpeg")}
    )
    assert said in problem(answer, 422)["detail"]


def test_others_see_a_photo_without_its_position(sqlite_site: Site) -> None:
    exif = Image.Exif()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (30.0, 15.0, 0.0), "E", (120.0, 10.0, 0.0)
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (9, 99, 9)).save(out, format="JPEG", exif=exif)
    stored = sqlite_site.call(
        "dispatcher", "POST", "/api/v1/photos", files={"file": ("p.jpg", out.getvalue(), "image/jpeg")}
    )
    photos = [stored.json()["sha256"]]
    inside = sqlite_site.inside()
    sqlite_site.post(
        "dispatcher", "/api/v1/tickets", 201, category="E0102", channel="phone", photos=photos, **inside
    )
    shown = sqlite_site.call("leader", "GET", f"/api/v1/photos/{stored.json()['sha256']}")
    assert shown.status_code == 200
    assert dict(Image.open(io.BytesIO(shown.content)).getexif()) == {}
    assert sqlite_site.call(None, "GET", f"/api/v1/photos/{stored.json()['sha256']}").status_code == 401


def test_wrong_password_and_unknown_user_look_alike(sqlite_site: Site) -> None:
    wrong = sqlite_site.call(
        None, "POST", "/api/v1/session", json={"user": "leader", "password": "wrong-one"}
    )
    nobody = sqlite_site.call(
        None, "POST", "/api/v1/session", json={"user": "nobody", "password": "wrong-one"}
    )
    assert problem(wrong, 401)["detail"] == problem(nobody, 401)["detail"]


def test_a_cookie_changes_nothing_without_the_page_s_token(sqlite_site: Site) -> None:
    opened = sqlite_site.client.post(
        "/api/v1/session", json={"user": "dispatcher", "password": PASSWORD}
    ).json()
    body = {"category": "E0102", "channel": "phone"} | sqlite_site.inside()
    assert sqlite_site.client.post("/api/v1/tickets", json=body).status_code == 403
    headers = {"X-CSRF-Token": opened["csrf"]}
    assert sqlite_site.client.post("/api/v1/tickets", json=body, headers=headers).status_code == 201
    assert sqlite_site.client.delete("/api/v1/session", headers=headers).status_code == 204
    sqlite_site.client.cookies.clear()
    assert sqlite_site.client.get("/api/v1/session").status_code == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/tickets?colour=red", 422),
        ("/api/v1/tickets?limit=100000", 422),
        ("/api/v1/tickets?sort=password", 422),
        ("/api/v1/tickets?after=nonsense", 422),
        ("/api/v1/tickets?area=999999999999", 422),
        ("/api/v1/tickets?since=2026-11-01T00:00:00", 422),
        ("/api/v1/scores?month=2026-13", 422),
        ("/api/v1/scores?month=9999-12", 422),
        ("/api/v1/scores?month=0001-01", 422),
        ("/api/v1/tickets/T330102-261118-99999", 404),
        ("/api/v1/orders/nonsense", 404),
        ("/api/v1/providers/999999", 404),
        ("/api/v1/coverage?item=SV-NONE", 422),
        ("/api/v1/cells/locate?lon=0&lat=0", 422),
        ("/api/v1/nothing", 404),
        ("/api/v1/follow/T330102-261118-99999", 404),
    ],
)
def test_bad_questions_get_clear_answers(sqlite_site: Site, path: str, status: int) -> None:
    problem(sqlite_site.call("dispatcher", "GET", path), status)


@pytest.mark.parametrize(
    "path", ["/api/v1/tickets", "/api/v1/orders", "/api/v1/cells", "/api/v1/session", "/api/v1/residents"]
)
def test_nothing_is_listed_for_who_has_not_signed_in(sqlite_site: Site, path: str) -> None:
    problem(sqlite_site.call(None, "GET", path), 401)


def test_health_metrics_and_docs_answer(sqlite_site: Site) -> None:
    assert sqlite_site.get(None, "/healthz")["status"] == "ok"
    assert "jinlin_requests" in sqlite_site.call(None, "GET", "/metrics").text
    docs = sqlite_site.call(None, "GET", "/docs").text
    assert "/static/vendor/swagger-ui-dist/" in docs
    assert "https://" not in docs


def test_gcj02_positions_are_converted_at_the_edge(sqlite_site: Site) -> None:
    body = {"category": "E0102", "channel": "phone", "datum": "gcj02"} | sqlite_site.inside()
    shown = sqlite_site.post("dispatcher", "/api/v1/tickets", 201, **body)
    assert 0.001 < abs(shown["lon"] - body["lon"]) < 0.01


def signed_in_page(site: Site, user: str) -> dict[str, str]:
    """Sign in as a page does; gives its headers, the cookie is with the client."""
    opened = site.client.post("/api/v1/session", json={"user": user, "password": PASSWORD})
    assert opened.status_code == 201
    return {"X-CSRF-Token": opened.json()["csrf"]}


def report_of(site: Site) -> dict[str, Any]:
    contact = {"name": "某人", "phone": "13800000000"}
    return {"category": "E0102", "channel": "web", "contact": contact} | site.inside()


ORDER = {"item": "SV-B01", "channel": "web", "contact": {"name": "某人", "phone": "13800000000"}}


@pytest.mark.parametrize("token", ["over", "unknown"])
def test_a_sign_in_that_is_over_is_never_the_public(sqlite_site: Site, token: str) -> None:
    headers = signed_in_page(sqlite_site, "dispatcher")
    if token == "over":
        sqlite_site.clock.turn(hours=13)
    else:
        sqlite_site.client.cookies.clear()
        sqlite_site.client.cookies.set("jinlin", "nonsense")
    report, order = report_of(sqlite_site), ORDER | sqlite_site.inside()
    for path, body in (("/api/v1/tickets", report), ("/api/v1/orders", order)):
        problem(sqlite_site.client.post(path, json=body, headers=headers), 401)
        problem(sqlite_site.client.post(path, json=body), 401)
    photo = {"file": ("p.jpg", b"", "image/jpeg")}
    problem(sqlite_site.client.post("/api/v1/photos", files=photo, headers=headers), 401)
    problem(sqlite_site.client.get("/api/v1/areas"), 401)
    sqlite_site.client.cookies.clear()
    assert sqlite_site.get("admin", "/api/v1/tickets")["items"] == []
    assert sqlite_site.get("admin", "/api/v1/orders")["items"] == []


def test_a_page_that_lost_its_cookie_is_not_the_public(sqlite_site: Site) -> None:
    headers = signed_in_page(sqlite_site, "dispatcher")
    sqlite_site.client.cookies.clear()
    problem(sqlite_site.client.post("/api/v1/tickets", json=report_of(sqlite_site), headers=headers), 401)
    empty = {"X-CSRF-Token": ""}  # what pages of the public carry
    body = report_of(sqlite_site)
    assert sqlite_site.client.post("/api/v1/tickets", json=body, headers=empty).status_code == 201


def test_what_one_wrote_is_not_sent_in_another_s_name(sqlite_site: Site) -> None:
    headers = signed_in_page(sqlite_site, "w001001") | {"X-Account": "w001002"}
    body = {"category": "E0102", "channel": "worker"} | sqlite_site.inside()
    told = problem(sqlite_site.client.post("/api/v1/tickets", json=body, headers=headers), 401)
    assert "w001002" in told["detail"]
    headers["X-Account"] = "w001001"
    assert sqlite_site.client.post("/api/v1/tickets", json=body, headers=headers).status_code == 201


@pytest.mark.parametrize("path", ["/", "/field", "/desk?no=S1", "/me"])
def test_pages_send_a_sign_in_that_is_over_to_the_way_in(sqlite_site: Site, path: str) -> None:
    signed_in_page(sqlite_site, "w001001")
    sqlite_site.clock.turn(hours=13)
    sent = sqlite_site.client.get(path, follow_redirects=False)
    assert sent.status_code == 303
    assert sent.headers["location"].startswith("/login?next=/")
    shown = sqlite_site.client.get(sent.headers["location"])
    assert "登录已过期" in shown.text
    assert "jinlin" not in sqlite_site.client.cookies
    assert "登录已过期" not in sqlite_site.client.get("/login").text
