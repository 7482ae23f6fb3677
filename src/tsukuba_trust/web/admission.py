"""What is settled before any view runs: the caller, the size, the time (D12)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeAlias

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.errors import Refused
from tsukuba_trust.web.application import of

Handler: TypeAlias = Callable[[Request], Response]

ADMITTED: Final = "tsukuba_trust.admitted_at"
BELIEVED: Final = "tsukuba_trust.proxies_believed"
CAST_PATH: Final = "/graphql/cast"
MOST_BYTES: Final = 64 * 1024
MOST_CAST_BYTES: Final = 512 * 1024  # a padded ballot of up to 256 KiB, as escaped text


def believe_proxies(environ: dict[str, Any], trusted: tuple[str, ...]) -> None:
    """Take ``X-Forwarded-*`` of a listed proxy, once; drop them from anybody else."""
    host = environ.pop("HTTP_X_FORWARDED_HOST", None)
    scheme = environ.pop("HTTP_X_FORWARDED_PROTO", None)
    chain = environ.pop("HTTP_X_FORWARDED_FOR", None)
    if environ.get(BELIEVED) or environ.get("REMOTE_ADDR") not in trusted:
        return
    environ[BELIEVED] = True
    if host:
        environ["HTTP_HOST"] = host
    if scheme in ("http", "https"):
        environ["wsgi.url_scheme"] = scheme
    for address in reversed((chain or "").split(",")):
        environ["REMOTE_ADDR"] = address.strip() or environ["REMOTE_ADDR"]
        if environ["REMOTE_ADDR"] not in trusted:
            return


def admit(handler: Handler, registry: Registry) -> Handler:
    """Admit a request of the voting host: small enough, whole, and only then the clock.

    Reading the body first makes the time that of the complete request under any server;
    waitress hands over complete requests anyway.
    """

    def tween(request: Request) -> Response:
        check_size(request)
        # Kept in memory: ``request.body`` alone would put more than 10 kB into a file.
        request.body = request.body_file_raw.read(request.content_length or 0)
        request.environ[ADMITTED] = of(request).clock()
        return handler(request)

    return tween


def check_size(request: Request) -> None:
    """Refuse a body by its declared length, before it is read.

    :raises Refused: ``too_large``
    """
    is_cast = request.path_info.endswith(CAST_PATH)
    if (request.content_length or 0) > (MOST_CAST_BYTES if is_cast else MOST_BYTES):
        raise Refused("too_large")


def admitted_at(request: Request) -> datetime:
    """Return when the outermost layer saw the complete request, aware UTC."""
    if ADMITTED not in request.environ:
        request.environ[ADMITTED] = of(request).clock()
    at: datetime = request.environ[ADMITTED]
    return at


def includeme(config: Configurator) -> None:
    """Give every request ``admitted_at``."""
    config.add_request_method(admitted_at, "admitted_at", reify=True)
