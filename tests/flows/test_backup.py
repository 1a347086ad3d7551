"""Backups while the server runs: restored elsewhere by the installed command, verified and served."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from data.models import TicketRow
from data.store.home import Home
from data.store.vault import PIECE_BYTES, Vault
from tests.conftest import ROOT, Postgres, Site, opened

JINLIN = Path(sys.executable).parent / "jinlin"


def run(home: Path, *words: str, database: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "JINLIN_HOME": str(home), "JINLIN_DATABASE": database}
    return subprocess.run(
        [str(JINLIN), *words], env=env, capture_output=True, text=True, check=False, cwd=ROOT
    )


def told(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "secret.key"
    assert str(told(run(tmp_path, "backup", "--new-key", str(file)))["public"]).startswith("age1")
    assert file.stat().st_mode & 0o077 == 0
    return file


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[str]:
    """Address of an empty database of the kind of ``database_url``."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'jinlin.sqlite'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"r{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    yield server.make(name)
    server.drop(name)


def test_a_backup_made_while_serving_is_restored_verified_and_served(
    home: Home, database_url: str, elsewhere: str, key: Path, tmp_path: Path
) -> None:
    vault, new_home = tmp_path / "backups", tmp_path / "elsewhere"
    acknowledged: list[str] = []
    (home.tiles / "district.pmtiles").write_bytes(b"tiles")
    with opened(home, database_url) as site:
        photo = site.photo("dispatcher")
        body = {"category": "E0102", "channel": "phone"} | site.inside()
        acknowledged.append(site.post("dispatcher", "/api/v1/tickets", 201, photos=[photo], **body)["no"])
        over = threading.Event()

        def report() -> None:
            while not over.wait(0.02):
                acknowledged.append(site.post("dispatcher", "/api/v1/tickets", 201, **body)["no"])

        reporter = threading.Thread(target=report)
        reporter.start()
        before = set(acknowledged)
        first = told(run(home.folder, "backup", str(vault), "--key", str(key), database=database_url))
        over.set()
        reporter.join()
        assert first["faults"] == []
        pieces = len(list(vault.rglob("pieces/*/*.age")))
        told(run(home.folder, "backup", str(vault), "--key", str(key), database=database_url))
        assert len(list(vault.rglob("pieces/*/*.age"))) - pieces <= 40  # what did not change is not repeated
    restored = told(run(new_home, "restore", str(vault), "--key", str(key), database=elsewhere))
    assert restored["faults"] == []
    with opened(Home(new_home), elsewhere) as again:
        assert again.client.get(f"/api/v1/photos/{photo}").status_code == 401
        assert again.call("dispatcher", "GET", f"/api/v1/photos/{photo}").status_code == 200
        assert again.post("dispatcher", "/api/v1/tickets", 201, **body)["no"] not in acknowledged
        with again.world.database.read() as session:
            assert before <= set(acknowledged) <= set(session.scalars(select(TicketRow.no)))
    assert (new_home / "tiles" / "district.pmtiles").read_bytes() == b"tiles"
    assert (new_home / "catalogue" / "responsibility.csv").exists()
    assert [p.name for p in new_home.glob("backup-*")] == []
    refused = run(new_home, "restore", str(vault), "--key", str(key), database=elsewhere)
    assert refused.returncode == 1
    assert "nothing is overwritten" in refused.stderr


def test_the_newest_backup_before_a_time_is_restored(home: Home, key: Path, tmp_path: Path) -> None:
    vault = tmp_path / "backups"
    with opened(home, home.default_database) as site:
        made = told(run(home.folder, "backup", str(vault), "--key", str(key)))
        late = site.post(
            "dispatcher", "/api/v1/tickets", 201, category="E0102", channel="phone", **site.inside()
        )["no"]
        told(run(home.folder, "backup", str(vault), "--key", str(key)))
    new_home = tmp_path / "elsewhere"
    restored = told(
        run(
            new_home,
            "restore",
            str(vault),
            "--key",
            str(key),
            "--to",
            str(made["made_at"])[:19] + ".999999+08:00",
        )
    )
    assert restored["made_at"] == made["made_at"]
    with opened(Home(new_home), Home(new_home).default_database) as again:
        assert again.call("dispatcher", "GET", f"/api/v1/tickets/{late}").status_code == 404
    nothing = run(
        tmp_path / "third", "restore", str(vault), "--key", str(key), "--to", "2020-01-01T00:00+08:00"
    )
    assert nothing.returncode == 1
    assert "holds no backup from before 2020" in nothing.stderr
    assert run(tmp_path / "third", "restore", str(vault), "--key", str(key), "--to", "soon").returncode == 1


def test_the_public_half_of_a_key_makes_backups_and_opens_none(home: Home, key: Path, tmp_path: Path) -> None:
    vault, public = tmp_path / "backups", tmp_path / "public.key"
    public.write_text(key.read_text().splitlines()[0].removeprefix("# public key: "))
    told(run(home.folder, "backup", str(vault), "--key", str(public)))
    stored = b"".join(path.read_bytes() for path in vault.rglob("*") if path.is_file())
    assert "近邻区".encode() not in stored
    assert b"SQLite format" not in stored
    refused = run(tmp_path / "new", "restore", str(vault), "--key", str(public))
    assert "the public half only" in refused.stderr
    assert told(run(tmp_path / "new", "restore", str(vault), "--key", str(key)))["faults"] == []


def test_an_altered_backup_is_told_and_nothing_is_left_of_it(home: Home, key: Path, tmp_path: Path) -> None:
    vault, draw = tmp_path / "backups", Random(7)
    told(run(home.folder, "backup", str(vault), "--key", str(key)))
    files = sorted(path for path in vault.rglob("*.age"))
    for number in range(4):
        path = draw.choice(files)
        whole = path.read_bytes()
        at = draw.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] if number % 2 else whole[:at])
        failed = run(tmp_path / "new", "restore", str(vault), "--key", str(key))
        assert failed.returncode == 1
        assert failed.stderr.startswith("jinlin: ")
        assert "altered" in failed.stderr
        assert not (tmp_path / "new" / "jinlin.sqlite").exists()
        path.write_bytes(whole)
    assert told(run(tmp_path / "new", "restore", str(vault), "--key", str(key)))["faults"] == []


def test_wrong_keys_and_a_second_backup_at_once_are_told(
    sqlite_site: Site, home: Home, tmp_path: Path
) -> None:
    del sqlite_site
    odd = tmp_path / "odd.key"
    odd.write_text("no key\n")
    assert "no age key" in run(home.folder, "backup", str(tmp_path / "b"), "--key", str(odd)).stderr
    assert "--new-key" in run(home.folder, "backup", str(tmp_path / "b")).stderr
    assert "already" in run(home.folder, "backup", "--new-key", str(odd)).stderr


def test_a_piece_is_kept_once_and_large_files_come_back_whole(tmp_path: Path) -> None:
    first, second = (tmp_path / f"{n}.key" for n in (1, 2))
    for path in (first, second):
        told(run(tmp_path, "backup", "--new-key", str(path)))
    body = Random(1).randbytes(PIECE_BYTES + 12345)
    file = tmp_path / "large"
    file.write_bytes(body + body[:PIECE_BYTES])
    vault = Vault(tmp_path / "vault", first.read_text())
    with file.open("rb") as stream:
        kept = vault.add("large", stream)
    assert b"".join(vault.read(kept)) == file.read_bytes()
    assert vault.faults([kept]) == []
    assert kept.size == file.stat().st_size
    with file.open("rb") as stream:
        assert Vault(tmp_path / "vault", first.read_text()).add("large", stream) == kept
