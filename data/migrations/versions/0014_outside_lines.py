"""Hand-overs to outside lines, and webhooks that tell a line of its own cases alone."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; no ticket that lay there is with a line, no webhook is that of one."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("handovers", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("holder", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("line_fault", sa.String(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_tickets_holder"), ["holder"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_line_fault"), ["line_fault"], unique=False)
    with op.batch_alter_table("hooks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("line", sa.String(), nullable=False, server_default=""))
