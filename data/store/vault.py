"""A folder of encrypted pieces named by the hash of their content: what is there already is not written again."""

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from data.errors import BadBackupError

PIECE_BYTES = 4 * 1024 * 1024
STAMP = "%Y%m%dT%H%M%SZ"
DRAFT = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a file: the hash of its content, and size and hash of what lies on disk."""

    sha256: str
    size: int
    stored_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file of a backup: its path there, its size in bytes, and its pieces in order."""

    path: str
    size: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One backup: when it was begun, the kind of database, the version of its tables, and all files."""

    made_at: datetime
    database: str
    revision: str
    files: tuple[Kept, ...]


def make_key(path: Path) -> str:
    """Write a new key to a file that only its owner reads; gives the public half, which is enough to make backups.

    Raises
    ------
    BadBackupError
        When the file is there already.
    """
    identity = pyrage.x25519.Identity.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadBackupError(
            f"{path} is there already; a key is never replaced, choose another name"
        ) from None
    with os.fdopen(descriptor, "w") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


class Vault:
    """A folder with backups.

    Parameters
    ----------
    folder : Path
    key : str
        Text of a key file: lines ``age1...`` (to write only) or ``AGE-SECRET-KEY-1...`` (to write and read).

    Raises
    ------
    BadBackupError
        When no line is a key.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self.folder = folder
        lines = [line.strip() for line in key.splitlines() if line.strip() and not line.startswith("#")]
        try:
            self._identities = [
                pyrage.x25519.Identity.from_str(line) for line in lines if not line.startswith("age1")
            ]
            self._recipients = [
                pyrage.x25519.Recipient.from_str(line) for line in lines if line.startswith("age1")
            ]
        except (pyrage.IdentityError, pyrage.RecipientError):
            raise BadBackupError(
                "the key file holds no age key; 'jinlin backup --new-key FILE' makes one"
            ) from None
        self._recipients += [identity.to_public() for identity in self._identities]
        if not self._recipients:
            raise BadBackupError("the key file holds no age key; 'jinlin backup --new-key FILE' makes one")
        self._known: dict[str, Piece] = {}

    def add(self, path: str, file: BinaryIO) -> Kept:
        """Keep a file under a path; each new piece is read back from disk and compared."""
        pieces, size = [], 0
        while body := file.read(PIECE_BYTES):
            pieces.append(self._put(body))
            size += len(body)
        return Kept(path=path, size=size, pieces=tuple(pieces))

    def _put(self, body: bytes) -> Piece:
        name = hashlib.sha256(body).hexdigest()
        if name not in self._known:
            self._known[name] = self._kept_before(name) or self._write_piece(name, body)
        return self._known[name]

    def _kept_before(self, name: str) -> Piece | None:
        """Return a piece of an earlier backup when it lies there as it was noted."""
        note = self._piece_path(name).with_suffix(".json")
        try:
            piece = Piece(**json.loads(note.read_text()))
            whole = self._piece_path(name).stat().st_size == piece.size
        except (OSError, ValueError, TypeError):
            return None
        return piece if whole else None

    def _write_piece(self, name: str, body: bytes) -> Piece:
        stored = pyrage.encrypt(zlib.compress(body, 1), self._recipients)
        piece = Piece(sha256=name, size=len(stored), stored_sha256=hashlib.sha256(stored).hexdigest())
        path = self._piece_path(name)
        write_whole(path, stored)
        write_whole(path.with_suffix(".json"), json.dumps(asdict(piece)).encode())
        return piece

    def _piece_path(self, name: str) -> Path:
        return self.folder / "pieces" / name[:2] / f"{name}.age"

    def finish(self, manifest: Manifest) -> Path:
        """Write down a backup; it is there for readers only now, when all its pieces are.

        Raises
        ------
        BadBackupError
            When one of the same second is there already.
        """
        plain = json.dumps(asdict(manifest), default=lambda at: at.isoformat()).encode()
        path = self.folder / f"{manifest.made_at.astimezone(UTC):{STAMP}}.age"
        if path.exists():
            raise BadBackupError(f"{path} is there already; one backup a second is enough")
        write_whole(path, pyrage.encrypt(plain, self._recipients))
        return path

    def times(self) -> list[datetime]:
        """Tell when the backups of this folder were begun, oldest first."""
        found = []
        for path in self.folder.glob("*.age"):
            try:
                found.append(datetime.strptime(path.stem, STAMP).replace(tzinfo=UTC))
            except ValueError:
                continue
        return sorted(found)

    def manifest(self, at: datetime) -> Manifest:
        """Read one backup's list.

        Raises
        ------
        BadBackupError
        """
        told = json.loads(self._decrypted(self.folder / f"{at:{STAMP}}.age"))
        files = tuple(
            Kept(path=f["path"], size=f["size"], pieces=tuple(Piece(**p) for p in f["pieces"]))
            for f in told["files"]
        )
        return Manifest(
            made_at=datetime.fromisoformat(told["made_at"]),
            database=told["database"],
            revision=told["revision"],
            files=files,
        )

    def read(self, kept: Kept) -> Iterator[bytes]:
        """Return the pieces of a file, each proved against its hash.

        Raises
        ------
        BadBackupError
            When a piece is missing or altered.
        """
        for piece in kept.pieces:
            path = self._piece_path(piece.sha256)
            try:
                body = zlib.decompress(self._decrypted(path))
            except zlib.error:
                body = b""
            if hashlib.sha256(body).hexdigest() != piece.sha256:
                raise BadBackupError(f"{path} was altered; {kept.path} of this backup cannot be restored")
            yield body

    def _decrypted(self, path: Path) -> bytes:
        if not self._identities:
            raise BadBackupError("the key file holds the public half only; give the secret one to restore")
        try:
            plain: bytes = pyrage.decrypt(path.read_bytes(), self._identities)
        except OSError as error:
            raise BadBackupError(f"{path} cannot be read: {error.strerror}") from None
        except pyrage.DecryptError:
            raise BadBackupError(f"{path} was altered, or was made for another key") from None
        return plain

    def faults(self, files: Iterable[Kept]) -> list[str]:
        """Read back what lies on disk for some files; needs no secret key. Empty when all is as it was written."""
        found = []
        for piece in {piece.sha256: piece for kept in files for piece in kept.pieces}.values():
            path = self._piece_path(piece.sha256)
            try:
                whole = hashlib.sha256(path.read_bytes()).hexdigest() == piece.stored_sha256
            except OSError:
                whole = False
            if not whole:
                found.append(f"{path} is missing or altered")
        return found

    def clear_drafts(self) -> None:
        """Remove what a backup that was cut short left half written."""
        for path in self.folder.rglob(f"*{DRAFT}"):
            path.unlink(missing_ok=True)


def write_whole(path: Path, body: bytes) -> None:
    """Write a file whole or not at all, and compare what lies on disk afterwards.

    Raises
    ------
    BadBackupError
        When it does not read back.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + DRAFT)
    with draft.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    if path.read_bytes() != body:
        raise BadBackupError(f"{path} does not read back as it was written; is the disk damaged?")


def sizes(files: Iterable[Kept]) -> dict[str, Any]:
    """Count files and bytes of a backup by folder."""
    told: dict[str, dict[str, int]] = {}
    for kept in files:
        part = told.setdefault(kept.path.split("/")[0], {"files": 0, "bytes": 0})
        part["files"] += 1
        part["bytes"] += kept.size
    return told
