"""A small built district behind a real server, and Chromium to visit it with.

``site`` is the base address; ``page`` fails its test on script errors and on any request to another host;
``login(page, user)`` signs in; ``client(user)`` speaks to the API. The clock of server and pages goes on from ``BEGUN``, so that no test depends on the day it runs. The built
district is kept in pytest's cache folder.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import httpx2 as httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
)

from api.app import make_app
from api.demo_accounts import PASSWORD
from api.settings import Settings
from api.world import open_world
from tests.serving import serving

ROOT = Path(__file__).parents[2]
BUILT_FROM = (
    "data/catalogue/*",
    "data/models/*.py",
    "data/sample/*.py",
    "geo/osm*.py",
    "geo/partition.py",
    "geo/hierarchy.py",
    "geo/roads.py",
)
DAYS, RESIDENTS = 2, 12_000
BEGUN = datetime(2026, 11, 18, 10, 0, tzinfo=timezone(timedelta(hours=8)))  # a Wednesday, shops are open
WAIT_MS = 20_000  # long, for machines that do other things besides
Login = Callable[[Page, str], None]
Client = Callable[[str], httpx.Client]
SHIFTED_DATE = """
{
  const Real = Date, behind = %d - Real.now();
  globalThis.Date = class Date extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + behind); }
    static now() { return Real.now() + behind; }
  };
}
"""


def absent(reason: str) -> None:
    """Skip, or fail where everything has to be there."""
    if os.environ.get("JINLIN_REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def build_key() -> str:
    """Hash of what a built district follows from."""
    digest = hashlib.sha256(f"{BEGUN:%Y-%m-%dT%H:%M} {DAYS} {RESIDENTS}".encode())
    for pattern in BUILT_FROM:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def build(kept: Path) -> Path:
    """Build and rehearse a district unless one is kept; two runs at once may both build, one is kept."""
    built = kept / build_key()
    if built.exists():
        return built
    draft = kept / f"draft-{os.getpid()}"
    command = [sys.executable, "-m", "api.commands.prepare", "--home", str(draft)]
    command += ["--residents", str(RESIDENTS), "--days", str(DAYS), "--until", f"{BEGUN:%Y-%m-%dT%H:%M%z}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        pytest.fail(done.stderr.decode())
    for old in kept.iterdir():
        if not old.name.startswith("draft-"):
            shutil.rmtree(old, ignore_errors=True)
    try:
        draft.rename(built)
    except OSError:  # the folder is there: the other run was quicker
        shutil.rmtree(draft)
    return built


def own_copy(request: pytest.FixtureRequest, folder: Path) -> Path:
    """Copy the built and rehearsed district to a folder that there is not yet."""
    assert request.config.cache is not None
    return Path(shutil.copytree(build(Path(request.config.cache.mkdir("jinlin-district"))), folder))


@pytest.fixture(scope="session")
def district_home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a built and rehearsed district, this run's own copy."""
    return own_copy(request, tmp_path_factory.mktemp("site") / "home")


@pytest.fixture(scope="session")
def clock() -> Callable[[], datetime]:
    """The clock that server and pages share; it goes on from ``BEGUN``."""
    behind = BEGUN - datetime.now(UTC)
    return lambda: datetime.now(UTC) + behind


@contextmanager
def served(home: Path, clock: Callable[[], datetime]) -> Iterator[str]:
    """Serve a home; gives the base address."""
    settings = Settings(home=home, timers=False, sign_in_per_minute=1000, public_posts_per_minute=1000)
    with serving(make_app(open_world(settings, clock))) as address:
        yield address


@pytest.fixture(scope="session")
def site(district_home: Path, clock: Callable[[], datetime]) -> Iterator[str]:
    """Base address of a running server, such as ``http://127.0.0.1:40123``."""
    with served(district_home, clock) as address:
        yield address


@pytest.fixture
def context(chromium: Browser, clock: Callable[[], datetime]) -> Iterator[BrowserContext]:
    made = chromium.new_context(
        viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    made.add_init_script(SHIFTED_DATE % round(clock().timestamp() * 1000))
    made.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, site: str) -> Iterator[Page]:
    """A page that may neither stumble nor ask another host."""
    made = context.new_page()
    wrong = watch(made, site)
    yield made
    made.close()
    assert wrong == []


def watch(page: Page, site: str) -> list[str]:
    """Collect script errors, console errors and requests to other hosts of a page, as they come."""
    wrong: list[str] = []

    def note_request(request: Request) -> None:
        if not request.url.startswith((f"{site}/", "data:", "blob:", "about:")):
            wrong.append(f"asked {request.url}")

    def note_message(message: ConsoleMessage) -> None:
        left = "Failed to fetch" in message.text and "/vendor/" in str(message.location.get("url"))
        refused = "status of 422" in message.text  # a form that is sent back, shown at its field
        cut = "ERR_INTERNET_DISCONNECTED" in message.text  # by a test that takes the line away
        if (
            message.type == "error" and not left and not refused and not cut
        ):  # a map left while it reads says so
            wrong.append(f"console: {message.text} {message.location.get('url', '')}")

    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("request", note_request)
    page.on("console", note_message)
    return wrong


@pytest.fixture
def login(site: str) -> Login:
    """Sign a page in as a demo account, such as ``dispatcher``, ``w001001``, ``p00001``, ``r000001``."""

    def sign_in(page: Page, user: str) -> None:
        answer = page.request.post(f"{site}/api/v1/session", data={"user": user, "password": PASSWORD})
        assert answer.ok, answer.text()

    return sign_in


@pytest.fixture
def client(site: str) -> Iterator[Client]:
    """Open clients of the API as demo accounts; the empty name is the public."""
    opened: list[httpx.Client] = []

    def open_as(user: str) -> httpx.Client:
        made = httpx.Client(base_url=site, timeout=20)
        opened.append(made)
        if user:
            answer = made.post("/api/v1/session", json={"user": user, "password": PASSWORD})
            made.cookies.clear()
            made.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return made

    yield open_as
    for each in opened:
        each.close()
