"""Tables of the roll: who may vote, sealed links and sealed evidence.

Nothing here says in which order things happened: keys are random, SQLite keeps rows in
the order of these keys (WITHOUT ROWID), days are the finest time (architecture D5). No
column is shared with the board but the origin of the election.
"""

from sqlalchemy import Boolean, Column, Index, Table, UniqueConstraint

from tsukuba_trust.store.tables import Bytes, Number, String, metadata

ROLL = metadata()

# identity: HMAC of the person where the certificate decides who is one (D5); record and
# salt: the line of the imported roll, leaf of the tree of RollFixed; uses and last_day:
# what the person is told about earlier uses of her card (voting-flow.md 3.5).
person = Table(
    "person",
    ROLL,
    Column("election", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("identity", Bytes),
    Column("group", String, nullable=False),
    Column("record", String),
    Column("salt", Bytes),
    Column("uses", Number, nullable=False),
    Column("last_day", String),
    UniqueConstraint("election", "identity"),
    sqlite_with_rowid=False,
)

# Two sealed slots of fixed size per person, both written anew at every change.
link = Table(
    "link",
    ROLL,
    Column("election", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("current", Bytes, nullable=False),
    Column("pending", Bytes, nullable=False),
    sqlite_with_rowid=False,
)

# Sealed to the auditors' key. It does not name the person: auditors read her inside.
evidence = Table(
    "evidence",
    ROLL,
    Column("election", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("sealed", Bytes, nullable=False),
    sqlite_with_rowid=False,
)

# What a provider keeps about a person; subject is the keyed hash of the provider's subject.
enrolment = Table(
    "enrolment",
    ROLL,
    Column("election", String, primary_key=True),
    Column("provider", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("subject", Bytes, nullable=False),
    Column("data", String, nullable=False),
    Column("tries", Number, nullable=False),
    UniqueConstraint("election", "provider", "subject"),
    Index(None, "election", "person"),
    sqlite_with_rowid=False,
)

# Fixed once: the root that RollFixed publishes; afterwards the roll refuses changes.
fixed = Table(
    "fixed",
    ROLL,
    Column("election", String, primary_key=True),
    Column("root", Bytes, nullable=False),
    Column("purged", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
