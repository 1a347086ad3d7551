"""The page of shifts: a week by post with its gaps, notes, and the load of each agent."""

from tests.conftest import Site
from tests.flows.test_alarms import equip, press

SHIFTS = "/api/v1/shifts"


def test_a_week_shows_shifts_gaps_notes_and_load(site: Site) -> None:
    page = site.call("leader", "GET", "/desk/rota?lang=en").text
    assert "No shifts are written" in page
    day = {"code": "day", "post": "agent", "start": "08:00", "end": "20:00", "first_day": "2026-11-16"}
    site.post("leader", SHIFTS, 201, **day, members=[["dispatcher"]])
    equip(site, X1="pendant")
    no = press(site)
    site.clock.turn(seconds=8)
    site.act("dispatcher", "alarm", no, "take")
    drill = site.post("leader", "/api/v1/alarms/drills", 201)["no"]
    site.act("dispatcher", "alarm", drill, "take")
    site.post("dispatcher", f"{SHIFTS}/hand_over", 201, post="agent", note="三楼王奶奶等回电")
    page = site.call("dispatcher", "GET", "/desk/rota?week=2026-11-18&lang=en").text
    assert page.count("08:00–20:00") == 7
    assert page.count("20:00–24:00") == 7  # each night is empty
    assert "三楼王奶奶等回电" in page
    assert no in page
    assert drill not in page  # no open alarm of anybody
    load = page[page.index('id="load"') :]
    row = load[load.index(">dispatcher<") : load.index("</tr>", load.index(">dispatcher<"))]
    numbers = [cell.split("<")[0].strip() for cell in row.split('class="num">')[1:]]
    assert numbers == ["84.0", "1", "1", "8 s"]
    assert "week" not in site.call("d-dp24", "GET", "/desk/rota").text  # led to their own page
    assert site.call("leader", "GET", "/desk/rota?week=soon").status_code == 422
