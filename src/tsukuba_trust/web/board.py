"""The public board over HTTP, the same bytes on both hosts (board.md 3.5).

Nothing beyond the newest published checkpoint is served, not even inside a partial tile.
Strangers' verifier pages may read it on the portal; the voting host sends no CORS header.
"""

import hashlib
import re
from typing import Final

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.board.tiles import Bundle, parse_path
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.services.published import Published
from tsukuba_trust.web.application import of

TEXT: Final = "text/plain"
BYTES: Final = "application/octet-stream"
NEWEST: Final = "max-age=2"
SIGNATURES_ARRIVE: Final = "max-age=60"
FOR_EVER: Final = "public, max-age=31536000, immutable"

_SIZE = re.compile(r"checkpoints/(0|[1-9][0-9]{0,15})")
_BLOB = re.compile(r"blob/([0-9a-f]{2})/(\1[0-9a-f]{62})")


def board(request: Request) -> Response:
    """Serve one file of a log; exactly the paths that we write exist.

    :raises Refused: ``unknown_election``, ``not_published``
    """
    application = of(request)
    origin = application.origin(request.matchdict["election"])
    published = application.office.services.published
    path = request.matchdict["path"]
    if path in ("checkpoint", "witnessed"):
        response = _text(published.checkpoint(origin), NEWEST)
    elif path == "checkpoints/index":
        sizes = published.sizes(origin)
        response = _text("".join(f"{size}\n" for size in sizes), SIGNATURES_ARRIVE)
    elif match := _SIZE.fullmatch(path):
        response = _text(published.checkpoint_at(origin, int(match[1])), SIGNATURES_ARRIVE)
    elif match := _BLOB.fullmatch(path):
        response = _bytes(published.blob(origin, match[2]))
    else:
        response = _tile(request, published, origin, path)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _tile(request: Request, published: Published, origin: str, path: str) -> Response:
    try:
        wanted = parse_path(path)
    except Rejected:
        raise Refused("not_published") from None
    if isinstance(wanted, Bundle):
        response = _bytes(published.bundle(origin, wanted))
        # Entries shrink to a third; hashes do not shrink at all.
        response.vary = ("Accept-Encoding",)
        if request.accept_encoding.acceptable_offers(["gzip"]):
            response.encode_content("gzip")
        return response
    return _bytes(published.tile(origin, wanted))


def _text(text: str, caching: str) -> Response:
    response = Response(text=text, content_type=TEXT, charset="utf-8")
    response.headers["Cache-Control"] = caching
    response.etag = hashlib.sha256(text.encode()).hexdigest()
    response.conditional_response = True
    return response


def _bytes(data: bytes) -> Response:
    response = Response(body=data, content_type=BYTES)
    response.headers["Cache-Control"] = FOR_EVER
    return response


def includeme(config: Configurator) -> None:
    """Add the board's paths."""
    config.add_route("board", "/board/{election}/{path:(?s:.*)}")  # a last line feed too
    config.add_view(board, route_name="board", request_method="GET")
