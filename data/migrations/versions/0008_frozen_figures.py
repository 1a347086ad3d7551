"""Indicators of months that are over, frozen."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure."""
    op.create_table(
        "frozen_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("frozen_at", Time(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_figures")),
        sa.UniqueConstraint("month", "area", name=op.f("uq_frozen_figures_month_area")),
    )
