"""What is answered to a sign-in."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer
from data.registers.sign_ins import OpenSignIn


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSignIns(Answer):
    """The open sign-ins of the asker, the newest first."""

    items: tuple[OpenSignIn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretDrawn(Answer):
    """A secret for an authenticator, and the same as the address that its picture holds."""

    secret: str
    otpauth: str
