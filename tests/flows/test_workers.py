"""Two processes behind one port: all reports acknowledged, no number twice, what one does the other knows."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from api.demo_accounts import PASSWORD
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.kinds.cases import TICKET
from data.store.session import Database
from data.store.verify import verify
from tests.conftest import Postgres
from tests.flows.test_killed_server import wait_for

REPORTS = 40


@pytest.fixture
def served(home: Home, postgres: Postgres) -> Iterator[tuple[str, Database]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = postgres.make(f"workers{os.getpid()}", "filled")
    command = [str(Path(sys.executable).parent / "jinlin"), "serve", "--port", str(port), "--workers", "2"]
    environment = {**os.environ, "JINLIN_HOME": str(home.folder), "JINLIN_DATABASE": url}
    server = subprocess.Popen(command, env=environment)
    database = Database(url)
    try:
        base = f"http://127.0.0.1:{port}"
        wait_for(base, server)
        yield base, database
    finally:
        server.terminate()
        server.wait(20)
        database.close()
        postgres.drop(f"workers{os.getpid()}")


def test_two_processes_serve_one_truth(served: tuple[str, Database]) -> None:
    base, database = served
    answer = httpx.post(f"{base}/api/v1/session", json={"user": "dispatcher", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    cells = httpx.get(f"{base}/api/v1/cells", headers=headers, timeout=30).json()["features"]
    ring = cells[0]["geometry"]["coordinates"][0]
    lon, lat = (sum(p[i] for p in ring[:-1]) / (len(ring) - 1) for i in (0, 1))
    body = {"category": "E0102", "lon": lon, "lat": lat, "channel": "phone"}

    def report(_: int) -> str:
        made = httpx.post(f"{base}/api/v1/tickets", json=body, headers=headers, timeout=30)
        assert made.status_code == 201, made.text
        return str(made.json()["no"])

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(report, range(REPORTS)))
    assert len(set(numbers)) == REPORTS
    with database.read() as session:
        kept = set(session.scalars(select(TICKET.table.c.no)))
        assert set(numbers) <= kept
        assert verify(session, KINDS) == []
    statuses = {httpx.get(f"{base}/healthz").json()["status"] for _ in range(6)}
    assert statuses == {"ok"}
