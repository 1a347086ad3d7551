"""Orders: published price and consent, check-in, who told steps, who rated; what people look at."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; of orders of before nothing of this is known, and their seals still hold."""
    with op.batch_alter_table("orders", schema=None) as batch_op:
        for name in ("departed_at", "consented_at", "rated_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        for name in ("quoted_fen", "consent_fen"):
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("check_in_m", sa.Float(), nullable=True))
        for name in ("consent_by", "consent_how", "rated_by", "reference"):
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        for name in ("stood_in", "flags"):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_index(op.f("ix_orders_provider_accepted_at"), ["provider", "accepted_at"])
