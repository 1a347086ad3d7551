"""The service as its users feel it: candidates, reports, coverage, first paint. Run ``python -m benchmarks.service``.

Needs a home with a district (``jinlin demo --no-serve``); works on copies and changes nothing.
"""

import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from api.demo_accounts import PASSWORD
from data.store.home import Home

CLIENTS = 8
REPORTS = 1500
CANDIDATES = 400
ITEMS = ("SV-B01", "SV-E05", "SV-E15", "SV-H04", "SV-G01")
PAGES = {"/": "", "/desk": "dispatcher", "/field": "w001001", "/work": "d-dp30", "/board": "leader"}
JINLIN = str(Path(sys.executable).parent / "jinlin")


class Client:
    """One kept connection."""

    def __init__(self, port: int, token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Content-Type": "application/json"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: dict | None = None) -> tuple[int, dict]:
        self.connection.request(method, path, json.dumps(body) if body is not None else None, self.headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")


def sign_in(port: int, user: str) -> str:
    status, body = Client(port).call("POST", "/api/v1/session", {"user": user, "password": PASSWORD})
    assert status == 201, body
    return str(body["token"])


@contextmanager
def serving(folder: Path, database: str = "") -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "JINLIN_HOME": str(folder),
        "JINLIN_TIMERS": "false",
        "JINLIN_DATABASE": database,
    }
    begun = time.perf_counter()
    server = subprocess.Popen(
        [JINLIN, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                Client(port).call("GET", "/healthz")
                break
            except OSError:
                assert server.poll() is None, "the server did not start"
                threading.Event().wait(0.05)
        print(f"  start to healthy        {time.perf_counter() - begun:8.2f} s")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def candidates(port: int) -> None:
    client = Client(port, sign_in(port, "dispatcher"))
    people = client.call("GET", "/api/v1/residents?limit=200")[1]["items"]
    orders = []
    for n in range(100):
        body = {"item": ITEMS[n % len(ITEMS)], "channel": "phone", "resident": people[n]["no"]}
        orders.append(client.call("POST", "/api/v1/orders", body)[1]["no"])
    for no in orders[:20]:
        client.call("GET", f"/api/v1/orders/{no}/candidates?k=5")
    took = []
    for n in range(CANDIDATES):
        begun = time.perf_counter()
        status, _ = client.call("GET", f"/api/v1/orders/{orders[n % len(orders)]}/candidates?k=5")
        took.append((time.perf_counter() - begun) * 1000)
        assert status == 200
    print(
        f"  candidates k=5          p50 {statistics.median(took):6.1f} ms   p95 {quantile(took, 0.95):6.1f} ms"
    )


def reports(port: int) -> None:
    token = sign_in(port, "dispatcher")
    people = Client(port, token).call("GET", "/api/v1/residents?limit=200")[1]["items"]
    done: list[float] = []
    lock = threading.Lock()

    def send(part: int) -> None:
        client = Client(port, token)
        for n in range(REPORTS // CLIENTS):
            person = people[(part * 31 + n) % len(people)]
            body = {"category": "E0102", "channel": "phone", "lon": person["lon"], "lat": person["lat"]}
            begun = time.perf_counter()
            status, answer = client.call("POST", "/api/v1/tickets", body)
            assert status == 201, answer
            with lock:
                done.append((time.perf_counter() - begun) * 1000)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(CLIENTS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    span = time.perf_counter() - begun
    print(
        f"  reports, {CLIENTS} clients      {len(done) / span:6.0f} /s    p95 {quantile(done, 0.95):6.1f} ms"
    )


def coverage(port: int) -> None:
    client = Client(port, sign_in(port, "leader"))
    client.call("GET", "/api/v1/coverage?item=SV-E05")
    took = []
    for item in ITEMS:
        begun = time.perf_counter()
        client.call("GET", f"/api/v1/coverage?item={item}&at=2026-11-18T11:00:00%2B08:00")
        took.append((time.perf_counter() - begun) * 1000)
    print(f"  coverage with raster    p50 {statistics.median(took):6.1f} ms   max {max(took):6.1f} ms")


def first_paint(port: int) -> None:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        for path, user in PAGES.items():
            context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
            if user:
                context.request.post("/api/v1/session", data={"user": user, "password": PASSWORD})
            page = context.new_page()
            page.goto(path, wait_until="load")
            entries = "performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)"
            page.wait_for_function(f"{entries}.length > 0")
            print(f"  first paint {path:12}{page.evaluate(entries)[0]:8.0f} ms")
            context.close()
        browser.close()


def copied(source: Home, target: Path) -> None:
    shutil.copytree(source.folder, target, symlinks=True)


def main() -> None:
    source = Home.from_environment()
    postgres = os.environ.get("JINLIN_BENCH_POSTGRES", "")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "home"
        copied(source, folder)
        print("PostGIS" if postgres else "SQLite, synchronous=FULL")
        with serving(folder, postgres) as port:
            candidates(port)
            coverage(port)
            first_paint(port)
            reports(port)
    if not postgres:
        print("PostGIS: set JINLIN_BENCH_POSTGRES to a database that 'jinlin demo --database' filled")


if __name__ == "__main__":
    main()
