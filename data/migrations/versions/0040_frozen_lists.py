"""The cases behind the figures of frozen months; those frozen before keep none."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure."""
    op.create_table(
        "frozen_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_lists")),
        sa.UniqueConstraint("month", "area", name=op.f("uq_frozen_lists_month_area")),
    )
