"""Results of health, apart from all other facts of a person."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; nothing was measured of anybody."""
    op.create_table(
        "health_results",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(n, sa.String(), nullable=False) for n in ("no", "resident", "code")),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("taken_at", Time(), nullable=False),
        *(sa.Column(n, sa.String(), nullable=False) for n in ("source", "struck_why", "salt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_results")),
        sa.UniqueConstraint("no", name=op.f("uq_health_results_no")),
    )
    op.create_index(op.f("ix_health_results_resident_taken_at"), "health_results", ["resident", "taken_at"])
