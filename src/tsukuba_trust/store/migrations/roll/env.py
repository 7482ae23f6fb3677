"""Alembic environment of the roll database."""

from tsukuba_trust.store.migrations.environment import run
from tsukuba_trust.store.roll_tables import ROLL

run(ROLL)
