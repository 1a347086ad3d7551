"""Tables of rules that are put in force while the system runs."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; the tables of the catalogue are in force until others are put in their place."""
    op.create_table(
        "rule_tables",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_tables")),
        sa.UniqueConstraint("name", name=op.f("uq_rule_tables_name")),
    )
