"""Stages of a ticket, each with its own clock, and the time that presses next."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; what lay there has no stages, and its deadline presses next."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stages", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("next_due_at", Time(), nullable=True))
    op.execute("UPDATE tickets SET next_due_at = due_at")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.alter_column("next_due_at", existing_type=Time(), nullable=False)
        batch_op.create_index(batch_op.f("ix_tickets_next_due_at"), ["next_due_at"], unique=False)
