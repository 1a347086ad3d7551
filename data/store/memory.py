"""How much memory this process may still take, and how it takes much of it at once."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_bytes(proc: Path = Path("/proc"), cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """Tell how many bytes the machine has free, or a container that is limited leaves this process; half of the machine where the system does not say."""
    told = [each for each in (_available(proc / "meminfo"), _below_limit(cgroup)) if each is not None]
    if told:
        return min(told)
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def _available(meminfo: Path) -> int | None:
    """Read what Linux says could be given to programs without swapping."""
    if not meminfo.exists():
        return None
    for line in meminfo.read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            return int(value.split()[0]) * 1024
    return None


def _below_limit(cgroup: Path) -> int | None:
    """Read what the limit of the container leaves; None where there is no limit."""
    limit, used = cgroup / "memory.max", cgroup / "memory.current"
    if not limit.exists() or not used.exists() or limit.read_text().strip() == "max":
        return None
    return max(0, int(limit.read_text()) - int(used.read_text()))


@contextmanager
def no_collecting() -> Iterator[None]:
    """Hold the collector of cycles back while a hundred thousand lasting facts are made, none of which has any."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def set_apart() -> None:
    """Spare the collector of cycles what lives now, so that it does not walk over it again and again.

    What has died by now is collected first, also what was set apart before: an object that is set apart and comes to
    hang in a cycle later would stay for good otherwise.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
