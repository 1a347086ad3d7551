"""Family who answer by a link, and who may have a device; through HTTP on both databases."""

from api.alarm_timers import run_alarms
from data.desk.care import PutKin
from data.desk.devices import PutDevice
from dispatch.alarms.care import Kin
from dispatch.alarms.device import AlarmDevice
from tests.conftest import Site
from tests.flows.test_alarms import ADMIN, RESIDENT, equip, shown, tell


def test_family_answer_by_a_link_without_an_account(site: Site) -> None:
    equip(site, X2="toilet_door")
    daughter = Kin(no="", resident=RESIDENT, turn=1, name="严珍", phone="13800138001", relation="次女")
    site.world.desk.start(PutKin(kin=daughter), ADMIN, site.clock())
    tell(site, "X2", "enter")
    site.clock.turn(seconds=601)
    run_alarms(site.world, site.clock())
    (alarm,) = site.get("dispatcher", "/api/v1/alarms", open="true")["items"]
    (task,) = [t for t in shown(site, alarm["no"])["tasks"] if t["post"] == "family"]
    path = site.post("dispatcher", f"/api/v1/helping/{task['no']}/link", 201)["path"]
    key = path.partition("key=")[2]
    assert site.client.get(path).status_code == 200
    first = site.get(None, f"/api/v1/helping/{task['no']}", key=key)
    assert (first["task"]["state"], first["person"]) == ("offered", None)
    said = site.post(None, f"/api/v1/helping/{task['no']}/actions", action="accept", key=key)
    assert said["person"]["address"]
    site.post(None, f"/api/v1/helping/{task['no']}/actions", action="arrive", key=key)
    found = shown(site, alarm["no"])
    assert (found["state"], found["arrived_by"]) == ("attended", [task["person"]])
    assert site.call(None, "GET", f"/api/v1/helping/{task['no']}?key=wrong").status_code == 404
    site.post("w001001", f"/api/v1/helping/{task['no']}/link", 403)


def test_who_is_entitled_and_has_no_device_is_listed(site: Site) -> None:
    before = site.get("leader", "/api/v1/devices/entitled", limit=200)
    entitled_, equipped = (sum(c[k] for c in before["coverage"]) for k in ("entitled", "equipped"))
    assert 0 < equipped < entitled_
    person = before["items"][0]
    assert "*" in person["phone"]
    device = AlarmDevice(no="X9", kind="pendant", resident=person["no"], since=site.clock())
    site.world.desk.start(PutDevice(device=device), ADMIN, site.clock())
    after = site.get("leader", "/api/v1/devices/entitled", limit=200)
    assert person["no"] not in [p["no"] for p in after["items"]]
    assert sum(c["equipped"] for c in after["coverage"]) == equipped + 1
