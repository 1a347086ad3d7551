"""Seals over rows in the log, and the salt that keeps those of persons from being guessed."""

from secrets import token_hex

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SALT_BYTES = 16
AT_ONCE = 5000


def upgrade() -> None:
    """Change the structure; rows of before are sealed with their next change."""
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seal", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("salt", sa.String(), nullable=False, server_default=""))
    connection = op.get_bind()
    residents = sa.table("residents", sa.column("id", sa.Integer), sa.column("salt", sa.String))
    change = (
        sa.update(residents).where(residents.c.id == sa.bindparam("row")).values(salt=sa.bindparam("drawn"))
    )
    numbers = list(connection.scalars(sa.select(residents.c.id)))
    for start in range(0, len(numbers), AT_ONCE):
        part = numbers[start : start + AT_ONCE]
        connection.execute(change, [{"row": number, "drawn": token_hex(SALT_BYTES)} for number in part])
