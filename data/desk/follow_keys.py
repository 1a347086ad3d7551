"""Keys with which those without account come back to what they sent; only a hash is kept."""

import hashlib
import hmac

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.models import FollowKeyRow


def key_hash(key: str) -> str:
    """Hash a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def keep_key(session: Session, no: str, key: str) -> None:
    """Keep the key of what has a number."""
    session.execute(insert(FollowKeyRow), {"no": no, "key_hash": key_hash(key)})


def may_follow(session: Session, no: str, key: str) -> bool:
    """Tell whether a key opens what has a number."""
    kept = session.scalar(select(FollowKeyRow.key_hash).where(FollowKeyRow.no == no))
    return kept is not None and hmac.compare_digest(kept, key_hash(key))
