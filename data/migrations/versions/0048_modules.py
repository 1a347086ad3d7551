"""Modules that are switched on or off by area."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; every module is on everywhere until somebody switches it."""
    op.create_table(
        "module_switches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_switches")),
        sa.UniqueConstraint("name", name=op.f("uq_module_switches_name")),
    )
