"""What a portal of our own needs beside voting; a host application brings its own."""

from pyramid.config import Configurator
from pyramid.tweens import EXCVIEW, INGRESS


def includeme(config: Configurator) -> None:
    """Make this a whole portal."""
    config.include("tsukuba_trust.web.errors.all_of_them")
    config.include("tsukuba_trust.web.well_known")
    config.add_tween("tsukuba_trust.web.headers.portal_headers", under=INGRESS, over=EXCVIEW)
    config.add_tween("tsukuba_trust.web.access_log.access_log", under=INGRESS, over=EXCVIEW)
