"""Security headers per host: strict on the voting host, public pages as a portal needs them.

:source: web.md 4.4; frontend.md 4.4
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.settings import Settings
from tsukuba_trust.web.admission import check_size
from tsukuba_trust.web.application import KEY

Handler: TypeAlias = Callable[[Request], Response]

VOTE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'; worker-src 'self'; "
    "trusted-types booth; require-trusted-types-for 'script'"
)
PERMISSIONS: Final = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), "
    "fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), "
    "payment=(), picture-in-picture=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=(), "
    "clipboard-write=(self), publickey-credentials-get=(self)"
)
BOTH: Final[Mapping[str, str]] = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
}
TWO_YEARS: Final = "max-age=63072000"
OURS: Final = "tsukuba_trust"


def portal_policy(settings: Settings) -> str:
    """Return the policy of public pages: ourselves and the portal's listed origins."""
    sources = " ".join(("'self'", *settings.page_origins))
    return (
        f"default-src {sources}; img-src {sources} data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def vote_headers(handler: Handler, registry: Registry) -> Handler:
    """Put the voting host's headers on every answer, and take every cookie off."""
    secure = registry[KEY].settings.voting_url.startswith("https:")

    def tween(request: Request) -> Response:
        response = handler(request)
        response.headers.update(BOTH)
        response.headers["Content-Security-Policy"] = VOTE_POLICY
        response.headers.setdefault("Cache-Control", "no-store")
        for name in ("Set-Cookie", "Access-Control-Allow-Origin"):
            response.headers.pop(name, None)
        if secure:
            response.headers["Strict-Transport-Security"] = TWO_YEARS
        return response

    return tween


def portal_headers(handler: Handler, registry: Registry) -> Handler:
    """Put the portal's headers on every answer of a stand-alone portal."""
    settings: Settings = registry[KEY].settings

    def tween(request: Request) -> Response:
        return with_portal_headers(handler(request), settings)

    return tween


def with_portal_headers(response: Response, settings: Settings) -> Response:
    """Put the headers of public pages on an answer that has none of its own."""
    for name, value in BOTH.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", portal_policy(settings))
    response.headers.setdefault("Cache-Control", "no-cache")
    if settings.portal_url.startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", TWO_YEARS)
    return response


def our_views(view: Any, info: Any) -> Any:
    """Put headers and the size limit on our views inside a host application, not on its own."""
    if info.package.__name__.partition(".")[0] != OURS:
        return view

    def wrapped(context: Any, request: Request) -> Response:
        if not isinstance(context, Exception):  # an error page is told whatever was sent
            check_size(request)
        response = view(context, request)
        settings: Settings = request.registry[KEY].settings
        return with_portal_headers(response, settings)

    return wrapped


def includeme(config: Configurator) -> None:
    """Put headers on our own views in a portal; the voting host has them on everything."""
    config.add_view_deriver(our_views, "tsukuba_trust_headers")
