"""Tables of the roll: persons, sealed links, sealed evidence."""

import sqlalchemy as sa
from alembic import op

revision = "roll_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "enrolment",
        sa.Column("election", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("election", "provider", "key", name=op.f("enrolment_pk")),
        sa.UniqueConstraint(
            "election", "provider", "subject", name=op.f("enrolment_election_provider_subject_key")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("enrolment_election_person_index"), "enrolment", ["election", "person"], unique=False
    )
    op.create_table(
        "evidence",
        sa.Column("election", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("election", "key", name=op.f("evidence_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fixed",
        sa.Column("election", sa.Text(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("purged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("election", name=op.f("fixed_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "link",
        sa.Column("election", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("current", sa.LargeBinary(), nullable=False),
        sa.Column("pending", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("election", "person", name=op.f("link_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "person",
        sa.Column("election", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("election", "key", name=op.f("person_pk")),
        sa.UniqueConstraint("election", "identity", name=op.f("person_election_identity_key")),
        sqlite_with_rowid=False,
    )
