"""What goes into the folder for a closed network; the wheels themselves are tried by ``make bundle``."""

import subprocess
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.architecture.programs import ROOT, loaded

licences = loaded("licences")
bundle = loaded("bundle")

LOCK = """\
alpha==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
beta-two==2.0 ; python_full_version < '3.12' \\
    --hash=sha256:ba
beta-two==3.0 ; python_full_version >= '3.12' \\
    --hash=sha256:bb
"""


def test_a_package_keeps_its_hashes_and_each_of_its_versions() -> None:
    assert bundle.subset(LOCK, {"alpha"}) == LOCK[: LOCK.index("beta")]
    assert bundle.subset(LOCK, {"beta-two"}) == LOCK[LOCK.index("beta") :]
    assert bundle.subset(LOCK, {"alpha", "beta-two"}) == LOCK
    assert bundle.subset(LOCK, set()) == ""


def test_a_package_that_the_lock_lacks_is_named() -> None:
    with pytest.raises(LookupError, match="lacks gamma"):
        bundle.subset(LOCK, {"alpha", "gamma"})


def test_the_lock_holds_all_that_runs() -> None:
    names = {canonicalize_name(package.name) for package in licences.runtime(ROOT)}
    assert bundle.subset((ROOT / "requirements.lock").read_text(), names)


def test_the_script_refuses_another_machine_before_it_writes(tmp_path: Path) -> None:
    script = tmp_path / "install.sh"
    script.write_text(bundle.install_script().replace('made = ("3.', 'made = ("2.'))
    done = subprocess.run(
        ["sh", str(script), str(tmp_path / "there")], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "this folder is for 2." in done.stderr
    assert not (tmp_path / "there").exists()


def test_the_script_asks_no_network() -> None:
    pip = [line for line in bundle.install_script().splitlines() if "-m pip install" in line]
    assert pip
    assert all("--no-index" in line for line in pip)
