"""A Mosquitto broker of our own on a free port, with names, passwords and an access list as docs/devices.md tells."""

import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import missing

SERVER = {"jinlin": "server-secret"}
ACCESS = """
user jinlin
topic read jinlin/v1/#
pattern write jinlin/v1/%u/#
"""
CONF = """
user root
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/access
persistence true
persistence_location {folder}/
max_queued_messages 0
log_dest file {folder}/log
"""


class Mosquitto:
    """A broker that can be stopped and started again with what it had kept.

    Parameters
    ----------
    folder : Path
    users : mapping
        Name -> password of the gateways.
    """

    def __init__(self, folder: Path, users: Mapping[str, str]) -> None:
        path = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        if path is None or shutil.which("mosquitto_passwd") is None:
            missing("Mosquitto is not installed; run 'make services'")
        self._path, self._folder = str(path), folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "access").write_text(ACCESS)
        (folder / "conf").write_text(CONF.format(port=self.port, folder=folder))
        (folder / "passwords").write_text("".join(f"{u}:{p}\n" for u, p in {**SERVER, **users}.items()))
        subprocess.run(["mosquitto_passwd", "-U", str(folder / "passwords")], check=True, timeout=30)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """The address by which the server knows it."""
        return f"mqtt://jinlin@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it listens."""
        command = [self._path, "-c", str(self._folder / "conf")]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < deadline, "Mosquitto does not listen"
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """Stop; what is queued for lasting sessions is kept."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def forget(self) -> None:
        """Stop, drop sessions and retained messages, and start anew."""
        self.stop()
        (self._folder / "mosquitto.db").unlink(missing_ok=True)
        self.start()
