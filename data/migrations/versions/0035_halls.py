"""Halls and stations, handling parties, legal persons; the credit code of providers and the station of devices."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TEXTS = {
    "stations": ("no", "name", "kind", "area", "address", "phone", "hours", "provider_no", "closed_why"),
    "parties": (
        "no", "department", "name", "area", "contact", "phone", "deputy", "deputy_phone", "hours", "closed_why",
    ),
    "entities": ("no", "name", "credit_code", "area", "address", "phone", "trade", "closed_why"),
}  # fmt: skip
LISTS = {"stations": ("services",), "parties": ("items",), "entities": ()}
INDEXES = {"stations": ("name", "area"), "parties": ("department", "area"), "entities": ("name", "area")}


def upgrade() -> None:
    """Change the structure; nothing of these was registered yet."""
    for table, texts in TEXTS.items():
        placed = () if table == "parties" else ("lon", "lat")
        unique = ("no", "credit_code") if table == "entities" else ("no",)
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            *(sa.Column(name, sa.String(), nullable=False) for name in texts),
            *(sa.Column(name, sa.Float(), nullable=False) for name in placed),
            *(sa.Column(name, sa.JSON(), nullable=False) for name in LISTS[table]),
            sa.Column("closed_on", sa.Date(), nullable=True),
            sa.Column("verified_at", Time(), nullable=True),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            *(sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}")) for name in unique),
        )
        for name in INDEXES[table]:
            op.create_index(op.f(f"ix_{table}_{name}"), table, [name])
    op.add_column("providers", sa.Column("credit_code", sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_providers_credit_code"), "providers", ["credit_code"])
    op.add_column("devices", sa.Column("station", sa.String(), nullable=False, server_default=""))
