"""Orders that go to a party by rule."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

TEXTS = ("party", "deputy", "route_mode", "route_rule", "route_why")
LISTS = ("parties_before", "informed")


def upgrade() -> None:
    """Change the structure; orders of before went to no party, and no rule is told of them."""
    with op.batch_alter_table("orders") as table:
        for name in TEXTS:
            table.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        for name in LISTS:
            table.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        table.create_index(op.f("ix_orders_party"), ["party"])
