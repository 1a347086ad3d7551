"""What residents wish of whoever comes, and what providers can offer of it."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; of orders of before no wish is known, nor of providers whom they send."""
    with op.batch_alter_table("orders") as table:
        table.add_column(sa.Column("wishes", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("providers") as table:
        table.add_column(sa.Column("women", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("dialects", sa.JSON(), nullable=False, server_default="[]"))
