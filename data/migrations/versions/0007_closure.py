"""Signs of false closure: looks of photos, where they were used, doubts of tickets."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
BANDS = ("band0", "band1", "band2", "band3")


def upgrade() -> None:
    """Change the structure; photos that lay there are not compared by their looks."""
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.add_column(sa.Column("looks", sa.String(), nullable=True))
        for band in BANDS:
            batch_op.add_column(sa.Column(band, sa.Integer(), nullable=True))
            batch_op.create_index(batch_op.f(f"ix_photos_{band}"), [band], unique=False)
    op.create_table(
        "photo_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_uses")),
    )
    with op.batch_alter_table("photo_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_uses_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_photo_uses_ticket"), ["ticket"], unique=False)
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("doubts", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("doubtful", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("faked", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_tickets_doubtful"), ["doubtful"], unique=False)
