"""One file of named arrays: written whole, read back memory mapped, refused when damaged."""

import json
import mmap
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.errors import BadNetworkError

MAGIC = b"JINLIN\x00\x01"
ALIGNMENT = 64  # bytes; a cache line
PREFIX = len(MAGIC) + 12  # magic, length of the header (8), checksum of the header (4)


def write_archive(
    path: Path, kind: str, version: int, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]
) -> None:
    """Write arrays and a few facts into one file; a reader sees the old file or the new one.

    Parameters
    ----------
    path : Path
        Where the file goes; its folder must exist.
    kind, version
        What the file holds and in which layout; both are demanded on reading.
    arrays : mapping of str to ndarray
        Any number, any shape, empty ones allowed.
    facts : mapping
        JSON values.
    """
    entries, offset, checksum = {}, 0, 0
    for name, array in arrays.items():
        entries[name] = {"dtype": array.dtype.str, "shape": list(array.shape), "offset": offset}
        offset += -(-array.nbytes // ALIGNMENT) * ALIGNMENT
        for part in _parts(array):
            checksum = zlib.crc32(part, checksum)
    told = {"kind": kind, "version": version, "arrays": entries, "facts": dict(facts)}
    header = json.dumps({**told, "body": offset, "checksum": checksum}).encode()
    header += b" " * (-(PREFIX + len(header)) % ALIGNMENT)
    draft = path.with_name(path.name + ".part")
    with draft.open("wb") as file:
        file.write(MAGIC + len(header).to_bytes(8, "little") + zlib.crc32(header).to_bytes(4, "little"))
        file.write(header)
        for array in arrays.values():
            for part in _parts(array):
                file.write(part)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _parts(array: NDArray[Any]) -> tuple[memoryview | bytes, bytes]:
    """Give the bytes of an array, and what fills them up to the next cache line."""
    body = np.ascontiguousarray(array).data.cast("B") if array.size else b""
    return body, bytes(-array.nbytes % ALIGNMENT)


def read_archive(path: Path, kind: str, version: int) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Map the arrays of a file into memory, read-only.

    Parameters
    ----------
    path : Path
        A file made by `write_archive`.
    kind, version
        What the file must hold.

    Returns
    -------
    arrays, facts
        As they were written; the arrays keep the mapping alive.

    Raises
    ------
    BadNetworkError
        When the file is foreign, truncated, altered, of another kind or of another version. Files written before there
        were checksums of the body are read unproved.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        prefix = file.read(PREFIX)
        if len(prefix) < PREFIX or not prefix.startswith(MAGIC):
            raise BadNetworkError(f"{path} is no Jinlin engine file; build it again")
        length = int.from_bytes(prefix[len(MAGIC) : len(MAGIC) + 8], "little")
        raw = file.read(length) if length <= size else b""
        if len(raw) != length or zlib.crc32(raw) != int.from_bytes(prefix[-4:], "little"):
            raise BadNetworkError(f"{path} has a damaged header; build it again")
        mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    header = json.loads(raw)
    if header["kind"] != kind or header["version"] != version:
        found = f"{header['kind']} version {header['version']}"
        raise BadNetworkError(f"{path} holds {found}, not {kind} version {version}; build it again")
    body = PREFIX + length
    if size != body + header["body"]:
        raise BadNetworkError(f"{path} has {size} bytes instead of {body + header['body']}; build it again")
    if "checksum" in header and zlib.crc32(memoryview(mapping)[body:]) != header["checksum"]:
        raise BadNetworkError(f"{path} was altered or is damaged; build it again")
    return {name: _view(mapping, body, entry) for name, entry in header["arrays"].items()}, header["facts"]


def _view(mapping: mmap.mmap, body: int, entry: dict[str, Any]) -> NDArray[Any]:
    """One array inside the mapping."""
    shape, dtype = tuple(entry["shape"]), np.dtype(entry["dtype"])
    count = int(np.prod(shape, dtype=np.int64))
    if not count:
        empty: NDArray[Any] = np.empty(shape, dtype)
        empty.setflags(write=False)
        return empty
    flat: NDArray[Any] = np.frombuffer(mapping, dtype, count, body + entry["offset"])
    return flat.reshape(shape)
