"""Tables of the public board: entries, and what is derived from them.

No time stands in any of them. Every tile, full or partial, is a range of rows of
``entry.leaf`` or ``node``; nothing else is stored for it.

:source: board.md 3.1
"""

from sqlalchemy import Column, Index, Table, UniqueConstraint

from tsukuba_trust.store.tables import Bytes, Number, String, metadata

BOARD = metadata()

# frontier: roots of the full subtrees, largest first; state: JSON of board.order.State;
# published: the largest size that was signed and may be served.
log = Table(
    "log",
    BOARD,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("origin", String, nullable=False),
    Column("size", Number, nullable=False),
    Column("frontier", Bytes, nullable=False),
    Column("state", String, nullable=False),
    Column("published", Number, nullable=False),
    UniqueConstraint("origin"),
)

entry = Table(
    "entry",
    BOARD,
    Column("log", Number, primary_key=True, autoincrement=False),
    Column("idx", Number, primary_key=True, autoincrement=False),
    Column("leaf", Bytes, nullable=False),
    Column("data", Bytes, nullable=False),
)

entry_key = Table(
    "entry_key",
    BOARD,
    Column("log", Number, primary_key=True, autoincrement=False),
    Column("key", Bytes, primary_key=True),
    Column("idx", Number, nullable=False),
    sqlite_with_rowid=False,
)

credential = Table(
    "credential",
    BOARD,
    Column("log", Number, primary_key=True, autoincrement=False),
    Column("contest", String, primary_key=True),
    Column("credential", String, primary_key=True),
    Column("registration", Number, nullable=False),
    Column("holder", Number, nullable=False),
    Index(None, "log", "registration"),
    sqlite_with_rowid=False,
)

# A holder is the index of the first registration of its chain; current is the newest.
holder = Table(
    "holder",
    BOARD,
    Column("log", Number, primary_key=True, autoincrement=False),
    Column("holder", Number, primary_key=True, autoincrement=False),
    Column("current", Number, nullable=False),
    sqlite_with_rowid=False,
)

# The last accepted ballot of a holder in a contest: the one that counts.
vote = Table(
    "vote",
    BOARD,
    Column("log", Number, primary_key=True, autoincrement=False),
    Column("contest", String, primary_key=True),
    Column("holder", Number, primary_key=True, autoincrement=False),
    Column("idx", Number, nullable=False),
    sqlite_with_rowid=False,
)

# First 16 bytes of SHA-256(contest ‖ 0x00 ‖ enc(α)) of every ciphertext ever accepted.
component = Table(
    "component",
    BOARD,
    Column("log", Number, primary_key=True, autoincrement=False),
    Column("digest", Bytes, primary_key=True),
    sqlite_with_rowid=False,
)

# Tile levels 1, 2, …: one row per 256 below, written when complete.
node = Table(
    "node",
    BOARD,
    Column("log", Number, primary_key=True, autoincrement=False),
    Column("level", Number, primary_key=True, autoincrement=False),
    Column("idx", Number, primary_key=True, autoincrement=False),
    Column("hash", Bytes, nullable=False),
    sqlite_with_rowid=False,
)

# One row per committed size; the signature is the checkpoint's text without its body.
head = Table(
    "head",
    BOARD,
    Column("log", Number, primary_key=True, autoincrement=False),
    Column("size", Number, primary_key=True, autoincrement=False),
    Column("root", Bytes, nullable=False),
    Column("signature", String),
    Column("cosignatures", String),
)
