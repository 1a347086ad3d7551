"""When a ticket was rated last."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; of ratings given before, the log goes on telling when."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rated_at", Time(), nullable=True))
