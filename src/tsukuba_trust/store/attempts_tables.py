"""Tables of identification attempts: ten minutes of memory, never backed up.

UNLOGGED on PostgreSQL, a file of their own on SQLite.
"""

from sqlalchemy import Column, Index, Table

from tsukuba_trust.store.tables import Bytes, Number, String, metadata

ATTEMPTS = metadata()

# A claimed attempt keeps its id, state, page_secret, answer_digest, claimed and expires only.
attempt = Table(
    "attempt",
    ATTEMPTS,
    Column("id", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("election", String, nullable=False),
    Column("page_secret", Bytes, nullable=False),
    Column("content", String, nullable=False),
    Column("provider_state", String, nullable=False),
    Column("answer", String),
    Column("answer_digest", Bytes),
    Column("refused", Number, nullable=False),
    Column("wrong_claims", Number, nullable=False),
    Column("claimed", Number),
    Column("expires", Number, nullable=False),
    Index(None, "expires"),
    sqlite_with_rowid=False,
)

# Counters of guesses, shared by all processes: tries per code, alarms per election.
counter = Table(
    "counter",
    ATTEMPTS,
    Column("name", String, primary_key=True),
    Column("count", Number, nullable=False),
    sqlite_with_rowid=False,
)

# One random key per store: return tokens and digits are its HMACs (voting-flow.md 3.3).
secret = Table(
    "secret",
    ATTEMPTS,
    Column("name", String, primary_key=True),
    Column("value", Bytes, nullable=False),
    sqlite_with_rowid=False,
)
