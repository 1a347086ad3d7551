"""Orders: what they wait for, failed visits, from when a promise begins."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

IN_HAND = ("placed", "located", "contacted", "accepted", "called_back", "on_the_way", "arrived", "done")


def upgrade() -> None:
    """Change the structure; the clock looks at what is in hand at once."""
    with op.batch_alter_table("orders", schema=None) as batch_op:
        for name in ("promised_from", "failed_at", "tick_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("visits", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("told", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_index(op.f("ix_orders_tick_at"), ["tick_at"])
    orders = sa.table("orders", *(sa.column(name) for name in ("state", "tick_at", "created_at")))
    op.execute(sa.update(orders).where(orders.c.state.in_(IN_HAND)).values(tick_at=orders.c.created_at))
