"""Waiting for the reporter, and keys with which reporters follow and speak."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waiting", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "follow_keys",
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_follow_keys")),
    )
