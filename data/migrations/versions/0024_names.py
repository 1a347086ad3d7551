"""Names of residents and contacts as they are compared, in pinyin, by initials, and the ends of phones; found in an index."""

import sqlalchemy as sa
from alembic import op

from data.registers.pinyin import search_keys

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SORTED = sa.String().with_variant(sa.String(collation="C"), "postgresql")
ADDED = {"residents": ("folded", "pinyin"), "contacts": ("folded", "pinyin", "initials")}
AT_ONCE = 5000


def upgrade() -> None:
    """Change the structure; names that are there are folded and spelled."""
    for table, columns in ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in columns:
                batch_op.add_column(sa.Column(name, SORTED, nullable=False, server_default=""))
                batch_op.create_index(batch_op.f(f"ix_{table}_{name}"), [name], unique=False)
        _spell(table)
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone_end", sa.String(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_residents_phone_end"), ["phone_end"], unique=False)
    op.execute(
        "UPDATE residents SET phone_end = substr(phone, CASE WHEN length(phone) > 4 THEN length(phone) - 3 ELSE 1 END)"
    )
    if op.get_bind().dialect.name == "postgresql":
        for name in ("initials", "address"):
            op.alter_column("residents", name, type_=sa.String(collation="C"), existing_nullable=False)
    op.create_index(op.f("ix_residents_address"), "residents", ["address"])


def _spell(name: str) -> None:
    connection = op.get_bind()
    keys = ("folded", "pinyin", "initials")
    table = sa.table(name, sa.column("id", sa.Integer), *(sa.column(n, sa.String) for n in ("name", *keys)))
    change = sa.update(table).where(table.c.id == sa.bindparam("row"))
    known = list(connection.execute(sa.select(table.c.id, table.c.name)))
    for start in range(0, len(known), AT_ONCE):
        part = [{"row": row.id, **search_keys(row.name)} for row in known[start : start + AT_ONCE]]
        connection.execute(change.values({key: sa.bindparam(key) for key in keys}), part)
