"""Orders that the rules offer to providers by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; of orders of before the desk asked everybody."""
    with op.batch_alter_table("orders") as table:
        table.add_column(sa.Column("offers", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("offer_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index(op.f("ix_orders_offer_at"), ["offer_at"])
