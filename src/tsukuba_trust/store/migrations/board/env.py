"""Alembic environment of the board database."""

from tsukuba_trust.store.board_tables import BOARD
from tsukuba_trust.store.migrations.environment import run

run(BOARD)
