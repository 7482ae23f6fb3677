"""The public board over HTTP, on both hosts (board.md 3.5)."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Add the board's paths."""
