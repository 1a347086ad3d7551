"""Needs that volunteers claim."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TEXTS = ("no", "item", "resident", "cell", "note", "asked_by", "state", "salt")


def upgrade() -> None:
    """Change the structure; no need was published yet."""
    op.create_table(
        "needs",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("lon", "lat")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("minutes", "places")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("starts_at", "asked_at")),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
        sa.UniqueConstraint("no", name=op.f("uq_needs_no")),
    )
    for name in ("asked_at", "cell", "resident", "starts_at"):
        op.create_index(op.f(f"ix_needs_{name}"), "needs", [name])
