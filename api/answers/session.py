"""What is answered to a sign-in."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Answer):
    """A sign-in: ``token`` for programs, ``csrf`` for pages, which hold the token as a cookie."""

    token: str
    csrf: str
    user: str
    name: str
    role: str
    area: str
    home: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoAmI(Answer):
    """Who is signed in."""

    user: str
    name: str
    role: str
    area: str
    department: str
    provider: int | None
    resident: str
