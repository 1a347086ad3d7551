"""The salt of the seal that the log keeps over who was visited."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; no visit was kept before."""
    with op.batch_alter_table("home_visits", schema=None) as batch_op:
        batch_op.add_column(sa.Column("salt", sa.String(), nullable=False, server_default=""))
