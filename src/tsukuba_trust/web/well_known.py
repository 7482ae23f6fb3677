"""``robots.txt``, ``favicon.ico`` and ``.well-known/security.txt`` (RFC 9116)."""

from datetime import UTC, datetime
from typing import Final

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.web.application import of
from tsukuba_trust.web.host_names import canonical_host

# A test fails 30 days before: whoever renews it looks whether the contact still answers.
EXPIRES: Final = datetime(2027, 9, 30, tzinfo=UTC)
CONTACT: Final = "/contact"
DAY: Final = "public, max-age=86400"

FAVICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<rect width="16" height="16" rx="3" fill="#0017c1"/>'
    '<path d="M4 8.5l3 3 5-6" fill="none" stroke="#fff" stroke-width="2"/></svg>\n'
)


def robots(request: Request) -> Response:
    """Keep robots off the voting host; the portal is for everybody."""
    settings = of(request).settings
    voting = canonical_host(request.host) == canonical_host(settings.voting_host)
    rule = "Disallow: /" if voting else "Disallow:"
    return _text(f"User-agent: *\n{rule}\n")


def security(request: Request) -> Response:
    """Say where a weakness is reported."""
    settings = of(request).settings
    contact = settings.security_contact or settings.portal_url + CONTACT
    place = f"{settings.portal_url}/.well-known/security.txt"
    lines = (
        f"Contact: {contact}",
        f"Expires: {EXPIRES:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: ja, en",
        f"Canonical: {place}",
    )
    return _text("\n".join(lines) + "\n")


def favicon(request: Request) -> Response:
    """Show the mark of the service in a tab."""
    response = Response(text=FAVICON, content_type="image/svg+xml", charset="utf-8")
    response.headers["Cache-Control"] = DAY
    return response


def _text(text: str) -> Response:
    response = Response(text=text, content_type="text/plain", charset="utf-8")
    response.headers["Cache-Control"] = DAY
    return response


def includeme(config: Configurator) -> None:
    """Add the three files at the root of a host."""
    views = {"/robots.txt": robots, "/.well-known/security.txt": security, "/favicon.ico": favicon}
    for path, view in views.items():
        config.add_route(f"well_known.{view.__name__}", path)
        config.add_view(view, route_name=f"well_known.{view.__name__}", request_method="GET")
