"""What a portal of our own needs beside voting; a host application brings its own."""

from pyramid.config import Configurator
from pyramid.tweens import EXCVIEW, INGRESS


def includeme(config: Configurator) -> None:
    """Make this a whole portal."""
    config.include("tsukuba_trust.web.errors.all_of_them")
    config.include("tsukuba_trust.web.well_known")
    for outer in ("headers.portal_headers", "access_log.access_log"):
        config.add_tween(f"tsukuba_trust.web.{outer}", under=INGRESS, over=EXCVIEW)
