"""Column types that mean the same on SQLite and PostgreSQL."""

from sqlalchemy import BigInteger, LargeBinary, MetaData, Text

# Names of constraints are fixed, so that a migration can name them on both engines.
NAMES = {
    "pk": "%(table_name)s_pk",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_index",
    "fk": "%(table_name)s_%(column_0_N_name)s_fk",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}

Bytes = LargeBinary
Number = BigInteger
String = Text


def metadata() -> MetaData:
    """Return an empty set of tables for one database."""
    return MetaData(naming_convention=NAMES)
