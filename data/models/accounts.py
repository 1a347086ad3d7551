"""Rows of accounts, sign-ins and reveals of personal data."""

from datetime import datetime

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class AccountRow(Base):
    """Somebody who may sign in; ``area`` is the scope as an area-code prefix.

    ``second_factor`` is the secret of the one-time codes, empty for none; ``second_factor_step`` the time step of the
    last code taken, so that none is taken twice. ``signed_in_at`` is when somebody last signed in, which outlives the
    sign-in; None for never.
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    area: Mapped[str]
    department: Mapped[str]
    provider: Mapped[int | None]
    resident: Mapped[str]
    password_hash: Mapped[str]
    active: Mapped[bool]
    second_factor: Mapped[str] = mapped_column(default="", server_default="")
    second_factor_step: Mapped[int] = mapped_column(default=0, server_default="0")
    signed_in_at: Mapped[datetime | None]


class SignInRow(Base):
    """An open sign-in; only the hash of its secret is kept."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(index=True)
    csrf: Mapped[str]
    kind: Mapped[str]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(default="", server_default="")


class RevealRow(Base):
    """Who looked at whose personal data unmasked, when, for which purpose and why; or was refused for looking too often."""

    __tablename__ = "reveals"

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    at: Mapped[datetime]
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    refused: Mapped[bool] = mapped_column(default=False, server_default=false())
