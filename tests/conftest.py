"""A built district for the suite, made once and kept; a database of either kind and a running site for each test."""

import asyncio
import fcntl
import hashlib
import io
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine, insert, select, text

from api.app import make_app
from api.demo_accounts import PASSWORD, add_demo_accounts
from api.settings import Settings
from api.world import World, open_world
from data.city.city import City
from data.desk.accounts import NewAccount
from data.models import Base
from data.registers.accounts import check_account
from data.registers.passwords import PASSWORDS
from data.registers.sign_ins import open_vouched
from data.rules.catalogue import Catalogue, read_catalogue
from data.rules.files import FOLDER
from data.sample.district import Plan, build_district
from data.sample.synthetic import write_osm
from data.store.home import Home
from data.store.memory import set_apart
from data.store.session import Database
from dispatch.lifecycle import Actor
from grid.account import Account
from tests.contract import CheckedClient, read_document

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # a Wednesday, 10:30 in Beijing
REQUIRED = os.environ.get("JINLIN_REQUIRE_SERVICES") == "1"


def pytest_collection_finish() -> None:
    """Spare the collector the modules and the tests, which last: it walks over what a test leaves alone."""
    set_apart()


def missing(reason: str) -> None:
    """Skip for want of a service, or fail where the services are promised."""
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for folder in (FOLDER, ROOT / "geo", ROOT / "data", ROOT / "dispatch"):
        for path in sorted(p for p in folder.rglob("*") if p.suffix in (".py", ".toml", ".csv")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def rules() -> Catalogue:
    """Read the catalogue of the product, once a process."""
    return read_catalogue()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return rules()


@pytest.fixture(scope="session")
def built(catalogue: Catalogue) -> Path:
    """A home with the synthetic district and its accounts, without history; never written to."""
    cache = ROOT / ".pytest_cache" / "districts"
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / _fingerprint()
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            for old in cache.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            home = Home(folder)
            database = Database(home.default_database)
            extract = write_osm(home.extracts / "synthetic.osm")
            plan = Plan(extract=extract, name="近邻区（样例）", residents=3000, sample=True)
            build_district(database, home, catalogue, plan, NOW)
            add_demo_accounts(database, City(database, catalogue, home, lambda: NOW), NOW)
            database.close()
            _into_one_file(folder / "jinlin.sqlite")
            (folder / "ready").touch()
    return folder


def _into_one_file(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    engine.dispose()


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Home:
    """A home of one's own; the engine files are shared, the rest is fresh."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "engine").symlink_to(built / "engine")
    shutil.copy(built / "jinlin.sqlite", folder / "jinlin.sqlite")
    return Home(folder)


class Postgres:
    """A PostgreSQL server of our own on a free port, run by a user that is not root."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            missing("PostgreSQL is not installed; run 'make services'")
        if not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
            missing("PostGIS is not installed; run 'make services'")
        self._bin = found[-1].parent
        self._data = folder / "data"
        self._user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        if os.getuid() == 0:
            shutil.chown(folder, self._user, self._user)
        self._run(
            "initdb", "-D", str(self._data), "-U", "jinlin", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
        )
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        options += " -c fsync=off -c full_page_writes=off"  # nothing here outlives the machine
        self._run("pg_ctl", "-D", str(self._data), "-l", str(folder / "log"), "-w", "-o", options, "start")
        self._admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        if os.getuid() == 0:
            command = [
                "setpriv",
                f"--reuid={self._user}",
                f"--regid={self._user}",
                "--clear-groups",
                *command,
            ]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=120)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://jinlin@127.0.0.1:{self.port}/{name}"

    def make(self, name: str, template: str = "template1") -> str:
        with self._admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return self.url(name)

    def drop(self, name: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))

    def stop(self) -> None:
        self._admin.dispose()
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def postgres(built: Path) -> Iterator[Postgres]:
    """A server with a database ``filled`` that holds the built district."""
    folder = Path(tempfile.mkdtemp(prefix="jinlin-pg-"))
    folder.chmod(0o755)
    server = Postgres(folder)
    copied = folder / "copied.sqlite"
    shutil.copy(built / "jinlin.sqlite", copied)
    source = Database(f"sqlite:///{copied}")
    target = Database(server.make("filled"))
    target.create()
    with source.engine.connect() as old, target.engine.begin() as new:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in old.execute(select(table)).mappings()]
            if rows:
                new.execute(insert(table), rows)
            if "id" in table.c:
                name = table.name
                new.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "
                        f"(SELECT coalesce(max(id), 1) FROM {name}))"
                    )
                )
    source.close()
    target.close()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgis"])
def database_url(request: pytest.FixtureRequest, home: Home) -> Iterator[str]:
    """Address of a filled database of this test alone, once of each kind."""
    if request.param == "sqlite":
        yield home.default_database
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"t{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    yield server.make(name, "filled")
    server.drop(name)


@dataclass
class HandClock:
    """A clock that stands still until it is turned; set to another time, its steady hand does not move."""

    now: datetime
    steady_s: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> datetime:
        self.steady_s += timedelta(**span).total_seconds()
        return self.set(**span)

    def set(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def steady(self) -> float:
        return self.steady_s


@cache
def _hashed() -> str:
    """Hash the password of all accounts once; by design that takes long."""
    return PASSWORDS.hash(PASSWORD)


class Site:
    """The application as its users meet it."""

    def __init__(self, world: World, client: CheckedClient, clock: HandClock) -> None:
        self.world, self.client, self.clock = world, client, clock
        self._tokens: dict[str, str] = {}
        self._number = 0

    def token(self, user: str) -> str:
        """Give a token of an account; without its password, which takes long to check by design."""
        if user not in self._tokens:
            self._tokens[user] = open_vouched(self.world.database, user, self.clock(), "").token
        return self._tokens[user]

    def sign_in_anew(self) -> None:
        """Forget the tokens, as after a long pause."""
        self._tokens.clear()

    def enrol(self, account: Account) -> None:
        """Add an account with the password of the others."""
        check_account(account, PASSWORD)
        new = NewAccount(account=account, password=PASSWORD, hashed=_hashed())
        self.world.desk.start(new, Actor(user="admin", role="admin"), self.clock())

    def call(self, user: str | None, method: str, path: str, **more: Any) -> Any:
        headers = dict(more.pop("headers", {}))
        if user:
            headers["Authorization"] = f"Bearer {self.token(user)}"
        return self.client.request(method, path, headers=headers, **more)

    def get(self, user: str | None, path: str, **params: Any) -> Any:
        answer = self.call(user, "GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, user: str | None, path: str, status: int = 200, **body: Any) -> Any:
        answer = self.call(user, "POST", path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def act(self, user: str, kind: str, no: str, action: str, status: int = 200, **fields: Any) -> Any:
        return self.post(user, f"/api/v1/{kind}s/{no}/actions", status, action=action, **fields)

    def photo(self, user: str, colour: tuple[int, int, int] = (200, 60, 60)) -> str:
        out = io.BytesIO()
        Image.new("RGB", (64, 48), colour).save(out, format="JPEG")
        files = {"file": ("p.jpg", out.getvalue(), "image/jpeg")}
        answer = self.call(user, "POST", "/api/v1/photos", files=files)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sha256"])

    def inside(self) -> dict[str, float]:
        """Give a position well inside some cell with a worker."""
        cell = self.world.city.cells[min(self.world.city.cells)]
        point = self.world.city.cell_shapes[cell.code].representative_point()
        return {"lon": round(point.x, 6), "lat": round(point.y, 6)}

    def worker(self) -> str:
        """Give the worker of that cell."""
        return self.world.city.cells[min(self.world.city.cells)].worker

    def clerk(self, department: str) -> str:
        return f"d-{department.lower()}"


def run_alone(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: in that of the tests the loop of Playwright may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of a process; Playwright allows one of its loops only."""
    path = shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(path).exists():
        missing("Chromium is not installed; run 'make services'")
    if not (ROOT / "api" / "static" / "vendor").exists():
        missing("api/static/vendor is missing; install the package, which fills it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(home: Home, url: str) -> Iterator[Site]:
    """Run the application on a database, with a clock that the test turns."""
    clock = HandClock(NOW)
    settings = Settings(
        home=home.folder,
        database=url,
        timers=False,
        follow=False,
        sign_in_per_minute=1000,
        public_posts_per_minute=1000,
        messages_per_minute=1000,
        follows_per_minute=1000,
        wrong_keys_per_hour=1000,
    )
    world = open_world(settings, clock, clock.steady, rules())
    with CheckedClient(make_app(world)) as client:
        yield Site(world, client, clock)


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The OpenAPI file, which is the same for every world."""
    return read_document()


@pytest.fixture
def site(home: Home, database_url: str) -> Iterator[Site]:
    """The application on either database, one test each."""
    with opened(home, database_url) as site:
        yield site


@pytest.fixture
def sqlite_site(home: Home) -> Iterator[Site]:
    """The application on SQLite, for what does not depend on the store."""
    with opened(home, home.default_database) as site:
        yield site
