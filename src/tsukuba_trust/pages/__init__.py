"""The portal's pages: readable without script, in the voter's language."""

from pyramid.config import Configurator

from tsukuba_trust.web.application import of

ROUTES = {
    "tt.home": "/",
    "tt.how": "/how-it-works",
    "tt.worries": "/your-worries",
    "tt.accessibility": "/accessibility",
    "tt.check": "/check",
    "tt.check_test": "/check/test",
    "tt.election": "/elections/{slug}",
    "tt.results": "/elections/{slug}/results",
    "tt.observe": "/elections/{slug}/observe",
    "tt.entries": "/elections/{slug}/entries",
    "tt.entry": "/elections/{slug}/entries/{index:[0-9]{1,12}}",
    "tt.record": "/elections/{slug}/record.zip",
}


def includeme(config: Configurator) -> None:
    """Add routes, views, templates and static files of the portal."""
    config.include("pyramid_jinja2")
    config.include("tsukuba_trust.i18n")
    config.include("tsukuba_trust.pages.drawing")
    config.include("tsukuba_trust.pages.looking")
    for name, path in ROUTES.items():
        config.add_route(name, path)
    for room in ("about", "elections", "results", "observing", "checking"):
        config.include(f"tsukuba_trust.pages.{room}")
    config.add_static_view("tt-static", "tsukuba_trust:pages/static/build")


__all__ = ["ROUTES", "includeme", "of"]
