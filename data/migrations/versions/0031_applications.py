"""Applications to become a provider."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TEXTS = ("area", "address", "phone", "contact", "state", "hours", "note", "decided_by", "reason", "provider")


def upgrade() -> None:
    """Change the structure."""
    op.create_table(
        "applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        sa.Column("made_at", Time(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("checked_by", sa.JSON(), nullable=False),
        sa.Column("decided_at", Time(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("no", name=op.f("uq_applications_no")),
    )
    for column in ("area", "state"):
        op.create_index(op.f(f"ix_applications_{column}"), "applications", [column])
