"""Matters: a form, a flow and a clock that are a table."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure."""
    op.create_table(
        "matters",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("no", "kind")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("applicant", "area", "begun_by")),
        sa.Column("begun_at", Time(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("state", "stage")),
        sa.Column("due_at", Time(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("left_s", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("end", "reason")),
        sa.Column("closed_at", Time(), nullable=True),
        sa.Column("salt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
        sa.UniqueConstraint("no", name=op.f("uq_matters_no")),
    )
    for column in ("applicant", "area", "begun_at", "kind", "state"):
        op.create_index(op.f(f"ix_matters_{column}"), "matters", [column])
