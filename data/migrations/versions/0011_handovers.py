"""Every handing over and return on the ticket itself, and when it was last told of."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; of the tickets that lay there the log goes on telling, as they have no ``told_at``."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dispatches", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("sent_back", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("told_at", Time(), nullable=True))
