"""Who answers, other departments in a ticket, verification on site, urging and supervision."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; what lay there has none of this."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answers", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("parts", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("joint", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("visit_due_at", Time(), nullable=True))
        batch_op.add_column(
            sa.Column("visit_missed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("found", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("urges", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("supervised", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f("ix_tickets_answers"), ["answers"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_joint"), ["joint"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_supervised"), ["supervised"], unique=False)
