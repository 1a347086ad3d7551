"""Rows of accounts, sign-ins and reveals of personal data."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class AccountRow(Base):
    """Somebody who may sign in; ``area`` is the scope as an area-code prefix."""

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


class SignInRow(Base):
    """An open sign-in; only the hash of its secret is kept."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(index=True)
    csrf: Mapped[str]
    kind: Mapped[str]
    expires_at: Mapped[datetime]


class RevealRow(Base):
    """Who looked at whose personal data unmasked, when and why."""

    __tablename__ = "reveals"

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    at: Mapped[datetime]
