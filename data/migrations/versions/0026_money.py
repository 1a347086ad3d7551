"""Money: purses, transfers, budgets, bills of orders, closed months."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

HELD = sa.text("state = 'held'")


def upgrade() -> None:
    """Change the structure; orders of the time before have no bill."""
    _ledger()
    _budgets()
    _bills()


def _ledger() -> None:
    op.create_table(
        "purses",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("may_owe", sa.Boolean(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("may_owe OR balance_fen >= 0", name=op.f("ck_purses_owes_nothing")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_purses")),
    )
    op.create_table(
        "transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_purse", sa.String(), nullable=False),
        sa.Column("to_purse", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("order_no", "bill", "budget")),
        sa.Column("provider", sa.Integer(), nullable=True),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("area", "item", "policy", "policy_version", "note")
        ),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_transfers_moves_something")),
        sa.CheckConstraint("from_purse <> to_purse", name=op.f("ck_transfers_two_purses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("corrects", name=op.f("uq_transfers_corrects")),
    )
    with op.batch_alter_table("transfers", schema=None) as batch_op:
        for columns in (
            ["from_purse", "booked_on"],
            ["to_purse", "booked_on"],
            *([name] for name in ("booked_on", "order_no", "bill", "budget", "provider")),
        ):
            batch_op.create_index(batch_op.f(f"ix_transfers_{'_'.join(columns)}"), columns, unique=False)


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("no", "name", "source", "area")),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("granted_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("no", name=op.f("uq_budgets_no")),
    )
    with op.batch_alter_table("budgets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budgets_policy_year"), ["policy", "year"], unique=False)
    op.create_table(
        "closed_months",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("opening", sa.JSON(), nullable=False),
        sa.Column("closing", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_months")),
        sa.UniqueConstraint("month", name=op.f("uq_closed_months_month")),
    )


def _bills() -> None:
    amounts = ("price", "held", "subsidy", "own", "top_up", "share", "refunded", "own_refunded")
    op.create_table(
        "bills",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("no", "order_no", "state", "item", "area", "resident")
        ),
        sa.Column("provider", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("budget", "policy", "policy_version")),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        *(sa.Column(f"{name}_fen", sa.Integer(), nullable=False) for name in amounts),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bills")),
        sa.UniqueConstraint("no", name=op.f("uq_bills_no")),
    )
    with op.batch_alter_table("bills", schema=None) as batch_op:
        for columns in (["resident", "month"], ["order_no"], ["provider"], ["month"]):
            batch_op.create_index(batch_op.f(f"ix_bills_{'_'.join(columns)}"), columns, unique=False)
        batch_op.create_index(
            "uq_bills_held", ["order_no"], unique=True, sqlite_where=HELD, postgresql_where=HELD
        )
