"""When something told of a photo first."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; photos that were there before count as used."""
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.add_column(sa.Column("used_at", Time(), nullable=True))
        batch_op.create_index("ix_photos_used_at", ["used_at"])
    op.execute("UPDATE photos SET used_at = at")
