"""The wheel alone, in an environment of its own and outside the repository, runs ``jinlin demo``."""

import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.installed
READY_S = 900  # it compiles the kernels too; about a minute on two free cores
PLAIN = {k: v for k, v in os.environ.items() if not k.startswith(("JINLIN_", "PYTHON"))}


def _run(*command: str, cwd: Path) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=PLAIN, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command ``jinlin`` of a fresh environment; libraries of others come from the one that runs the tests."""
    folder = tmp_path_factory.mktemp("installed")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    venv = folder / "venv"
    _run(sys.executable, "-m", "venv", "--without-pip", str(venv), cwd=folder)
    (wheel,) = folder.glob("jinlin-*.whl")
    python = str(venv / "bin" / "python")
    _run(
        sys.executable, "-m", "uv", "pip", "install", "--no-deps", "--python", python, str(wheel), cwd=folder
    )
    (ours,) = venv.glob("lib/python*/site-packages")
    # A folder that is named in a .pth file is searched last, and its own .pth files (our editable install) are not read.
    (ours / "libraries_of_others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return venv / "bin" / "jinlin"


@pytest.fixture
def demo(installed: Path, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = tmp_path / "said"
    with said.open("w") as out:
        command = [str(installed), "demo", "--days", "1", "--port", str(port)]
        running = subprocess.Popen(
            command, cwd=tmp_path, env=PLAIN | {"PYTHONUNBUFFERED": "1"}, stdout=out, stderr=out
        )
        try:
            until = time.monotonic() + READY_S
            while "Ctrl-C stops" not in said.read_text():
                assert running.poll() is None, said.read_text()
                assert time.monotonic() < until, said.read_text()
                time.sleep(0.5)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(30)


def test_the_demo_of_the_wheel_serves_its_pages(installed: Path, demo: str, tmp_path: Path) -> None:
    where = _run(str(installed.parent / "python"), "-c", "import api; print(api.__file__)", cwd=tmp_path)
    assert where.startswith(str(installed.parent.parent))
    with httpx2.Client(base_url=demo, transport=httpx2.HTTPTransport(retries=10)) as client:
        home = client.get("/")
        assert home.status_code == 200
        scripts = re.findall(r'(?:src|href)="(/static/[^"]+)"', home.text)
        assert scripts
        assert {client.get(path).status_code for path in scripts} == {200}
        assert client.get("/healthz").status_code == 200
        english = client.get("/", headers={"Accept-Language": "en"})
        assert english.text != home.text
    assert (tmp_path / ".jinlin" / "jinlin.sqlite").exists()
