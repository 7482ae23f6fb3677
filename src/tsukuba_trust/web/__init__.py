"""What pages and API share: the opened installation, hosts, headers, errors, limits, board."""

from pyramid.config import Configurator

PARTS = ("application", "admission", "errors", "board")


def includeme(config: Configurator) -> None:
    """Open the installation and add what both hosts serve."""
    for part in PARTS:
        config.include(f"tsukuba_trust.web.{part}")
