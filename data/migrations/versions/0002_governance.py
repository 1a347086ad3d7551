"""Appeals against deductions and appraisals of months."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure."""
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("points_centi", sa.Integer(), nullable=False),
        sa.Column("entry_at", Time(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("filed_at", Time(), nullable=False),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("due_at", Time(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("first_reviewer", sa.String(), nullable=False),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("second_reviewer", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("decided_at", Time(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("entry", name=op.f("uq_appeals_entry")),
        sa.UniqueConstraint("no", name=op.f("uq_appeals_no")),
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeals_entry_at"), ["entry_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeals_subject"), ["subject"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeals_unit"), ["unit"], unique=False)

    op.create_table(
        "appraisals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column("opened_at", Time(), nullable=True),
        sa.Column("open_until", Time(), nullable=True),
        sa.Column("published_at", Time(), nullable=True),
        sa.Column("table", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisals")),
        sa.UniqueConstraint("month", name=op.f("uq_appraisals_month")),
    )
