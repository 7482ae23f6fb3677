"""What is settled before any view runs: the real host, the caller's address, the time (D12)."""

from datetime import datetime
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

from tsukuba_trust.web.application import Application, of

ADMITTED = "tsukuba_trust.admitted_at"


def admit(request: Request, application: Application) -> None:
    """Believe listed proxies and nobody else, then read the clock, once per request.

    A request that comes from the host tween was admitted there and keeps its time.
    """
    if ADMITTED in request.environ:
        return
    _believe_proxies(request.environ, application.settings.trusted_proxies)
    request.environ[ADMITTED] = application.clock()


def admitted_at(request: Request) -> datetime:
    """Return when the outermost layer saw the request, aware UTC."""
    if ADMITTED not in request.environ:
        admit(request, of(request))
    at: datetime = request.environ[ADMITTED]
    return at


def _believe_proxies(environ: dict[str, Any], trusted: tuple[str, ...]) -> None:
    """Take ``X-Forwarded-*`` of a listed proxy; drop them from anybody else."""
    host = environ.pop("HTTP_X_FORWARDED_HOST", None)
    scheme = environ.pop("HTTP_X_FORWARDED_PROTO", None)
    chain = environ.pop("HTTP_X_FORWARDED_FOR", None)
    if environ.get("REMOTE_ADDR") not in trusted:
        return
    if host:
        environ["HTTP_HOST"] = host
    if scheme in ("http", "https"):
        environ["wsgi.url_scheme"] = scheme
    for address in reversed((chain or "").split(",")):
        environ["REMOTE_ADDR"] = address.strip() or environ["REMOTE_ADDR"]
        if environ["REMOTE_ADDR"] not in trusted:
            return


def includeme(config: Configurator) -> None:
    """Give every request ``admitted_at``."""
    config.add_request_method(admitted_at, "admitted_at", reify=True)
