"""What a report is to its reporter, and whether the matter was solved."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; of older tickets neither was asked."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nature", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("solved", sa.Boolean(), nullable=True))
