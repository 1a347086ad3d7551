"""Put everything that an installation needs into one folder, for a network without a way out.

``python .ci/bundle.py FOLDER`` writes our wheel, the wheels of all run-time packages with the versions and hashes of
``requirements.lock``, the list of licences and ``install.sh``. The folder fits the Python version and the kind of
machine that made it. What the map shows is put in later (``jinlin district build``) or invented (``jinlin demo``).
"""

import argparse
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from licences import Policy, runtime, survey
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==", re.MULTILINE)

INSTALL = """\
#!/bin/sh
# Installs Jinlin from this folder: sh install.sh [WHERE]. Asks no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
where=${{1:-$HOME/jinlin}}
python=${{PYTHON:-python{version}}}
command -v "$python" >/dev/null || {{ echo "this folder is for Python {version}; set PYTHON=/path/to/python{version}"; exit 1; }}
"$python" - <<'CHECK'
import platform, sys
made = ("{version}", "{system}", "{machine}")
here = (f"{{sys.version_info[0]}}.{{sys.version_info[1]}}", platform.system(), platform.machine())
if here != made:
    sys.exit(f"this folder is for {{' '.join(made)}}, this machine is {{' '.join(here)}}: make another there")
CHECK
"$python" -m venv "$where" || {{ echo "python3-venv is missing: install the package of that name"; exit 1; }}
export PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1
pip="$where/bin/python -m pip install --quiet --no-index --no-deps"
$pip --find-links "$here/wheels" --require-hashes -r "$here/requirements.txt"
$pip --force-reinstall "$here"/wheels/jinlin-*.whl
"$where/bin/jinlin" warm
echo "installed; try: $where/bin/jinlin demo"
"""


def subset(lock: str, names: Collection[str]) -> str:
    """Return the blocks of a lock (a requirement and its hashes) of the named packages.

    Parameters
    ----------
    lock : str
        Text as ``uv pip compile --generate-hashes`` writes it.
    names : Collection of str
        Canonical names of packages.

    Returns
    -------
    str
        The blocks in their order; empty for no names.

    Raises
    ------
    LookupError
        When the lock lacks a package.
    """
    starts = [*BLOCK.finditer(lock)]
    ends = [*(found.start() for found in starts[1:]), len(lock)]
    # A package stands there once for each version of Python that needs another version of it.
    blocks = [
        (canonicalize_name(f["name"]), lock[f.start() : end]) for f, end in zip(starts, ends, strict=True)
    ]
    if lost := sorted(set(names) - {name for name, _ in blocks}):
        raise LookupError(f"requirements.lock lacks {', '.join(lost)}; compile it again")
    return "".join(block for name, block in blocks if name in names)


def install_script() -> str:
    """Return the script that installs the folder on a machine like this one."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return INSTALL.format(version=version, system=platform.system(), machine=platform.machine())


def write_texts(folder: Path, lock: str) -> None:
    """Write all but the wheels: requirements with hashes, the script, the licences."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {canonicalize_name(package.name) for package in runtime(ROOT)}
    (folder / "requirements.txt").write_text(subset(lock, names), "utf-8")
    script = folder / "install.sh"
    script.write_text(install_script(), "utf-8")
    script.chmod(0o755)
    told = (f"{name} {version}: {licence}" for name, version, licence, _ in survey(ROOT, Policy.read()))
    (folder / "LICENCES.txt").write_text("\n".join(told) + "\n", "utf-8")
    for name in ("LICENSE", "NOTICE", "README.md"):
        shutil.copy(ROOT / name, folder)


def fetch_wheels(folder: Path) -> None:
    """Build our wheel and fetch those of others, from wherever the machine's pip is set to look.

    Raises
    ------
    subprocess.CalledProcessError
        When the build or the download fails; their own lines say why.
    """
    wheels = folder / "wheels"
    wheels.mkdir(exist_ok=True)
    run = [sys.executable, "-m"]
    subprocess.run(
        [*run, "hatchling", "build", "-t", "wheel", "-d", str(wheels.absolute())], check=True, cwd=ROOT
    )
    pins = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(folder / "requirements.txt")]
    subprocess.run([*run, "pip", "download", "--quiet", *pins, "-d", str(wheels)], check=True)


def main() -> None:
    """Fill the folder that the command line names."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--lock", type=Path, default=ROOT / "requirements.lock")
    given = asked.parse_args()
    folder = given.folder
    write_texts(folder, given.lock.read_text("utf-8"))
    fetch_wheels(folder)
    size_mb = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    sys.stdout.write(f"{folder}: {size_mb:.0f} MB; carry it over and run install.sh\n")


if __name__ == "__main__":
    main()
