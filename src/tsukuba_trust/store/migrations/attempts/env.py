"""Alembic environment of the attempts database."""

from tsukuba_trust.store.attempts_tables import ATTEMPTS
from tsukuba_trust.store.migrations.environment import run

run(ATTEMPTS)
