"""Chronic cases, apart from all other facts of a person."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; nobody has a case."""
    op.create_table(
        "chronic_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(n, sa.String(), nullable=False) for n in ("no", "resident", "condition", "state")),
        *(sa.Column(n, sa.Date(), nullable=False) for n in ("opened_on", "next_on")),
        *(sa.Column(n, sa.Date(), nullable=True) for n in ("last_on", "closed_on")),
        sa.Column("because", sa.JSON(), nullable=False),
        *(sa.Column(n, sa.Integer(), nullable=False) for n in ("follow_ups", "version")),
        *(sa.Column(n, sa.String(), nullable=False) for n in ("why", "salt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chronic_cases")),
        sa.UniqueConstraint("no", name=op.f("uq_chronic_cases_no")),
    )
    op.create_index(op.f("ix_chronic_cases_resident"), "chronic_cases", ["resident"])
    op.create_index(op.f("ix_chronic_cases_state_next_on"), "chronic_cases", ["state", "next_on"])
