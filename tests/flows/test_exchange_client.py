"""An outside program, written from the documents alone, against a real server: doubles, a stop, a bad row, its mending."""

from typing import Any

import jsonschema_rs

from tests.conftest import Site
from tests.flows.exchange_client import ExchangeClient
from tests.flows.test_feeds_flow import FEEDS, resident
from tests.serving import serving


def register(site: Site, count: int) -> list[dict[str, Any]]:
    """The register of the other system: the seventh row has a telephone number that is none."""
    return [
        {
            "id": f"X-{n:04}",
            "revision": 1,
            "at": "2026-11-17T08:00:00+08:00",
            "data": {
                "no": f"X{n:04}",
                "name": "赵小兰",
                "phone": "13812345678" if n != 7 else "12",
                "birth_year": 1950,
                "tags": ["disabled"],
                **site.inside(),
            },
        }
        for n in range(count)
    ]


def test_an_outside_program_sends_doubles_stops_resumes_and_corrects(sqlite_site: Site) -> None:
    site = sqlite_site
    body = {
        "name": "残联",
        "owner": "DP01",
        "direction": "in",
        "subject": "residents",
        "source": "civil_affairs",
    }
    made = site.post("admin", FEEDS, 201, **body)
    rows = register(site, 60)
    with serving(site.client.app) as address:
        host = address.removeprefix("http://")
        client = ExchangeClient(host, made["no"], made["key"], lambda: site.clock().timestamp())
        for name, told in (
            ("jinlin.message.1", client.message("a", rows, 1)),
            ("jinlin.residents.1", rows[0]["data"]),
        ):
            jsonschema_rs.validator_for(client.schema(name), validate_formats=True).validate(told)
        assert client.send_all(rows, at_once=20, stop_after=1) == 1
        status, again = client.tell("once-more", rows[:20], 20)  # the answer was lost: all of it once more
        assert status == 200
        assert [row["status"] for row in again["rows"]].count("accepted") == 19
        stopped = ExchangeClient(host, made["no"], made["key"], lambda: site.clock().timestamp())
        assert stopped.send_all(rows, at_once=20) == 2  # the mark was at the other side
        feed = site.get("admin", f"{FEEDS}/{made['no']}")
        assert (feed["accepted"], feed["quarantined"], feed["waiting"], feed["cursor"]) == (59, 1, 1, "60")
        status, receipt = client.call("GET", "/messages/from-0")
        (bad,) = [row for row in receipt["rows"] if row["status"] == "quarantined"]
        assert (status, bad["id"], "phone" in bad["reason"]) == (200, "X-0007", True)
        mended = rows[7] | {"revision": 2, "data": rows[7]["data"] | {"phone": "13900001111"}}
        assert client.tell("mended", [mended], 60)[1]["accepted"] == 1
    assert site.get("admin", f"{FEEDS}/{made['no']}")["waiting"] == 0
    assert resident(site, "X0007") is not None
    fresh = site.get("admin", "/api/v1/residents", text="X00")["items"]
    assert len(fresh) == len({row["no"] for row in fresh})
