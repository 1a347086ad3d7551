"""Who at the desk took an order first and when, and when the resident was rung back."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; of older orders nobody knows."""
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agent", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("agent_accept_at", Time(), nullable=True))
        batch_op.add_column(sa.Column("callback_at", Time(), nullable=True))
