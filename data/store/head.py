"""The head of the log: one hash over all chains, signed with the installation's key, to be kept outside.

Chains show when an event is altered or taken out of the middle. Whoever takes a chain out whole, with its row, leaves
no gap in any chain; against that a head is kept where whoever can write the database cannot write: in a file on
another machine, in a mail, on paper.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from data.errors import BadFileError
from data.models import EventRow
from data.store.chain import canonical, stamp
from data.store.home import Home

AT_ONCE = 5000
LOCK_EVENTS = text("LOCK TABLE events IN SHARE MODE")
KEY_MODE = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the log held at a time.

    Parameters
    ----------
    made_at : str
        ISO 8601 in UTC.
    last : int
        Row number of the newest event.
    events, chains : int
        How many there were.
    root : str
        SHA-256 over the last hash of every chain, by kind and aggregate.
    key, signature : str
        The public key of the installation, and its Ed25519 signature over all of this; in hexadecimal.
    """

    made_at: str
    last: int
    events: int
    chains: int
    root: str
    key: str = ""
    signature: str = ""

    def told(self) -> bytes:
        """Return what is signed."""
        signed = {name: value for name, value in asdict(self).items() if name != "signature"}
        return canonical(signed).encode()


def make_head(session: Session, home: Home, now: datetime) -> Head:
    """Compute and sign the head of the log; the key of the installation is made when there is none."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(LOCK_EVENTS)  # an event of a lower number that is not committed yet would be missed
    last = session.scalar(select(func.max(EventRow.id))) or 0
    events, chains, root = root_of(session, last)
    private = _private_key(home)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    head = Head(made_at=stamp(now), last=last, events=events, chains=chains, root=root, key=public)
    return Head(**{**asdict(head), "signature": private.sign(head.told()).hex()})


def root_of(session: Session, last: int) -> tuple[int, int, str]:
    """Hash the ends of all chains as they stood when an event was the newest.

    Returns
    -------
    (int, int, str)
        Events, chains, and the SHA-256.
    """
    query = (
        select(EventRow.kind, EventRow.aggregate, EventRow.seq, EventRow.hash)
        .where(EventRow.id <= last)
        .execution_options(yield_per=AT_ONCE)
    )
    ends: dict[tuple[str, str], tuple[int, str]] = {}
    events = 0
    for kind, aggregate, seq, hashed in session.execute(query):
        events += 1
        if seq > ends.get((kind, aggregate), (0, ""))[0]:
            ends[kind, aggregate] = seq, hashed
    digest = hashlib.sha256()
    for (kind, aggregate), (seq, hashed) in sorted(ends.items()):
        digest.update("\x1f".join([kind, aggregate, str(seq), hashed]).encode() + b"\x1e")
    return events, len(ends), digest.hexdigest()


def head_faults(session: Session, head: Head, key: str = "") -> list[str]:
    """Say what of a head kept outside does not hold any more; empty when all of it is still there.

    Parameters
    ----------
    key : str
        The public key that the head has to be signed with, in hexadecimal; empty for the one it names itself.
    """
    if key and key != head.key:
        return [f"the head was signed by {head.key[:16]}, not by {key[:16]}"]
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.key)).verify(
            bytes.fromhex(head.signature), head.told()
        )
    except (InvalidSignature, ValueError):
        return ["the head is not what was signed; it was altered"]
    events, chains, root = root_of(session, head.last)
    if root == head.root:
        return []
    if events < head.events:
        gone = f"{head.events - events} of the {head.events} events told of at {head.made_at} are not there"
        return [gone if chains == head.chains else f"{gone}; {head.chains - chains} chains went whole"]
    return [f"what happened before {head.made_at} is not what the head tells"]


def write_head(head: Head, path: Path) -> None:
    """Write a head as JSON."""
    path.write_text(json.dumps(asdict(head), indent=2) + "\n", encoding="utf-8")


def read_head(path: Path) -> Head:
    """Read a head that was written to a file.

    Raises
    ------
    BadFileError
        When the file holds none.
    """
    try:
        told: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Head(**told)
    except (OSError, ValueError, TypeError):
        raise BadFileError(f"{path.name} holds no head of a log; 'jinlin seal FILE' writes one") from None


def _private_key(home: Home) -> Ed25519PrivateKey:
    """Read the key of the installation; it is made once and readable by its owner alone."""
    path = home.keys / "seal.key"
    if path.exists():
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))
    made = Ed25519PrivateKey.generate()
    path.touch(mode=KEY_MODE)
    path.write_text(made.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()).hex() + "\n")
    return made
