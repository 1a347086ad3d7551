"""Telephone calls: what exchanges told of each, and who is to be called back."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TEXTS = (
    "no", "exchange", "key", "called", "caller", "area", "state", "agent", "call_back", "called_back_by", "note", "salt",
)  # fmt: skip
TIMES = ("answered_at", "ended_at", "called_back_at")


def upgrade() -> None:
    """Change the structure; no call was told of yet."""
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in TIMES),
        sa.Column("held_s", sa.Float(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("no", name=op.f("uq_calls_no")),
        sa.UniqueConstraint("exchange", "key", name=op.f("uq_calls_exchange_key")),
    )
    for name in ("area", "call_back", "caller", "offered_at"):
        op.create_index(op.f(f"ix_calls_{name}"), "calls", [name])
    op.create_index(op.f("ix_calls_state_offered_at"), "calls", ["state", "offered_at"])
