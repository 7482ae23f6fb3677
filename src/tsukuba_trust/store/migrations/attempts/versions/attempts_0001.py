"""Tables of identification attempts, unlogged on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

revision = "attempts_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "attempt",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("election", sa.Text(), nullable=False),
        sa.Column("page_secret", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("provider_state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answer_digest", sa.LargeBinary(), nullable=True),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("wrong_claims", sa.BigInteger(), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=True),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("attempt_pk")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("attempt_expires_index"), "attempt", ["expires"], unique=False)
    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("counter_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("secret_pk")),
        sqlite_with_rowid=False,
    )

    if op.get_context().dialect.name == "postgresql":
        # Not in the write-ahead log, so in no backup and on no replica; gone after a crash.
        for table in ("attempt", "counter", "secret"):
            op.execute(f"ALTER TABLE {table} SET UNLOGGED")
