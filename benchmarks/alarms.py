"""From the press to the ring: messages of devices over HTTP, and when the desk's open line tells of the alarm.

Run ``python -m benchmarks.alarms [PRESSES_A_SECOND [SECONDS]]``; needs a home with a district (``jinlin demo
--no-serve``) and works on a copy.
"""

import http.client
import json
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from sqlalchemy import select

from api.demo_accounts import PASSWORD
from benchmarks.service import Client, quantile, serving, sign_in
from data.models import DeviceRow
from data.registers.accounts import Account, add_account
from data.store.home import Home
from data.store.session import Database

SENDERS = 8


def listen(port: int, token: str, rung: dict[str, float], ready: threading.Event) -> None:
    """Read the open line of the desk, and note when it told of each alarm first."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.request("GET", "/api/v1/stream", headers={"Authorization": f"Bearer {token}"})
    answer = line.getresponse()
    ready.set()
    while raw := answer.readline():
        text = raw.decode()
        if text.startswith("data:") and '"kind": "alarm"' in text:
            note = json.loads(text[5:])
            rung.setdefault(note["no"], time.perf_counter())


def press(port: int, rate: float, seconds: float) -> None:
    """Press devices nobody knows, each an alarm of its own, and compare with the line."""
    token, gateway = sign_in(port, "dispatcher"), sign_in(port, "gateway")
    rung: dict[str, float] = {}
    sent: dict[str, float] = {}
    answered: list[float] = []
    ready, lock = threading.Event(), threading.Lock()
    threading.Thread(target=listen, args=(port, token, rung, ready), daemon=True).start()
    ready.wait(10)
    begun, total = time.perf_counter(), int(rate * seconds)

    def work(part: int) -> None:
        client = Client(port, gateway)
        for n in range(part, total, SENDERS):
            time.sleep(max(0.0, begun + n / rate - time.perf_counter()))
            body = {"id": f"b{n}", "kind": "press", "key": "emergency"}
            at = time.perf_counter()
            status, told = client.call("POST", f"/api/v1/devices/BENCH{n}/messages", body)
            assert status == 201, told
            with lock:
                sent[told["alarm"]] = at
                answered.append((time.perf_counter() - at) * 1000)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    deadline = time.monotonic() + 10
    while len(rung.keys() & sent.keys()) < total and time.monotonic() < deadline:
        time.sleep(0.05)
    waits = [(rung[no] - at) * 1000 for no, at in sent.items() if no in rung]
    print(f"  presses                 {total} at {rate:.0f}/s wanted, {total / took:.1f}/s made")
    print(
        f"  answered, on disk       p50 {statistics.median(answered):6.1f} ms   p95 {quantile(answered, 0.95):6.1f} ms"
    )
    print(
        f"  rung at the desk        p50 {statistics.median(waits):6.1f} ms   p95 {quantile(waits, 0.95):6.1f} ms   lost {total - len(waits)}"
    )


def main() -> None:
    rate = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    home = Home.from_environment()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "home"
        shutil.copytree(home.folder, folder)
        database = Database(Home(folder).default_database)
        database.create()
        account = Account(user="gateway", name="网关", role="device")
        with database.read() as session:
            print(f"  devices registered      {len(list(session.scalars(select(DeviceRow.id))))}")
        add_account(database, account, PASSWORD, replace=True)
        database.close()
        with serving(folder) as port:
            press(port, rate, seconds)


if __name__ == "__main__":
    main()
