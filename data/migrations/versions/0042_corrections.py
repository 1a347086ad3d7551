"""Corrections of records that cannot be right."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

TEXTS = ("no", "check", "register", "record", "area", "keeper", "state", "other", "ended_by", "reason")


def upgrade() -> None:
    """Change the structure; no record was checked yet."""
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("no", name=op.f("uq_corrections_no")),
    )
    for name in ("check", "found_at", "record"):
        op.create_index(op.f(f"ix_corrections_{name}"), "corrections", [name])
    op.create_index(op.f("ix_corrections_state_area"), "corrections", ["state", "area"])
