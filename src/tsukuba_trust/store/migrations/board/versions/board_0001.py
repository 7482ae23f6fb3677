"""Tables of the public board (board.md 3.1)."""

import sqlalchemy as sa
from alembic import op

revision = "board_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "component",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", "digest", name=op.f("component_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "credential",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contest", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("registration", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("log", "contest", "credential", name=op.f("credential_pk")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("credential_log_registration_index"),
        "credential",
        ["log", "registration"],
        unique=False,
    )
    op.create_table(
        "entry",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", "idx", name=op.f("entry_pk")),
    )
    op.create_table(
        "entry_key",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("log", "key", name=op.f("entry_key_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "head",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("cosignatures", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("log", "size", name=op.f("head_pk")),
    )
    op.create_table(
        "holder",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("current", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("log", "holder", name=op.f("holder_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("log_pk")),
        sa.UniqueConstraint("origin", name=op.f("log_origin_key")),
    )
    op.create_table(
        "node",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", "level", "idx", name=op.f("node_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vote",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contest", sa.Text(), nullable=False),
        sa.Column("holder", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("log", "contest", "holder", name=op.f("vote_pk")),
        sqlite_with_rowid=False,
    )
