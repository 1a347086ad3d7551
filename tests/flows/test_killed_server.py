"""Kill the server in the middle of writes: every acknowledged report is there afterwards, nothing is half written."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from sqlalchemy import func, select

from api.demo_accounts import PASSWORD
from data.models import TicketRow
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.session import Database
from data.store.verify import verify


def ask(base: str, path: str, body: dict, headers: dict[str, str]) -> dict:
    request = urllib.request.Request(
        base + path, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: dict = json.loads(answer.read())
        return found


def wait_for(base: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server stopped while starting"
        try:
            with urllib.request.urlopen(base + "/healthz", timeout=1):
                return
        except OSError:
            threading.Event().wait(0.2)
    raise AssertionError("the server did not start within a minute")


def test_every_acknowledged_report_survives(home: Home) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    database = Database(home.default_database)
    with database.read() as session:
        from_cell = session.execute(select(func.count()).select_from(TicketRow)).scalar_one()
    assert from_cell == 0
    command = [str(Path(sys.executable).parent / "jinlin"), "serve", "--port", str(port)]
    server = subprocess.Popen(command, env={**os.environ, "JINLIN_HOME": str(home.folder)})
    acknowledged: list[str] = []
    try:
        wait_for(base, server)
        token = ask(base, "/api/v1/session", {"user": "dispatcher", "password": PASSWORD}, {})["token"]
        headers = {"Authorization": f"Bearer {token}"}
        district = database.district()
        place = {"lon": (district.west + district.east) / 2, "lat": (district.south + district.north) / 2}
        body = {"category": "E0102", "channel": "phone", **place}

        def send() -> None:
            while True:
                try:
                    acknowledged.append(ask(base, "/api/v1/tickets", body, headers)["no"])
                except OSError:
                    return

        writers = [threading.Thread(target=send) for _ in range(4)]
        for writer in writers:
            writer.start()
        while len(acknowledged) < 40:
            assert server.poll() is None
            threading.Event().wait(0.05)
        server.send_signal(signal.SIGKILL)
        for writer in writers:
            writer.join(timeout=20)
    finally:
        server.kill()
        server.wait(timeout=10)
    with database.read() as session:
        kept = set(session.scalars(select(TicketRow.no)))
        assert set(acknowledged) <= kept
        assert len(acknowledged) >= 40
        assert len(kept) - len(acknowledged) <= 4  # at most one unanswered report of each writer
        assert verify(session, KINDS) == []
    database.close()
