"""The booth's shell and files on the voting host: the same bytes for everybody (O06, V06).

The server knows nothing of a visit: steps, choices and attempts live in the browser, and
the pages of all elections are one file that the build made.
"""

import json
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from markupsafe import Markup, escape
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.errors import Refused, Unavailable
from tsukuba_trust.web.application import of
from tsukuba_trust.web.locales import language_of

BUILD: Final = Path(str(files("tsukuba_trust"))) / "pages" / "static" / "build"
SHELL: Final = "shell.html"
FOR_EVER: Final = "public, max-age=31536000, immutable"
TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".txt": "text/plain",
}
# What the voting host serves of the build; the portal's own files are not among it.
SERVED: Final = ("booth.js", "worker.js", "booth.css")
TEXTS: Final = "texts."

_DEVICE = Markup(
    '<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<title>{title}</title>\n<link rel="stylesheet" href="{style}">\n</head>\n'
    '<body>\n<main id="main" data-screen="device">\n<h1>{title}</h1>\n<p>{open}</p>\n'
    "<p>{warning}</p>\n<p>{back}</p>\n</main>\n</body>\n</html>\n"
)
_DEVICE_WORDS: Final = {
    "ja": {
        "title": "アプリで開いてください",
        "open": "このコードは、マイナンバーカードを読み取るアプリで開きます。"
        "アプリの読み取り機能で、投票ページのコードをもう一度読み取ってください。",
        "warning": "投票ページをご自身で開いていない場合は、何もしないでください。"
        "アプリに表示される数字は、だれにも教えないでください。",
        "back": "ここでは何も記録されていません。",
    },
    "en": {
        "title": "Open this in the app",
        "open": "This code is for the app that reads the My Number Card. Scan the code of the "
        "voting page again from inside the app.",
        "warning": "If you did not open a voting page yourself, do nothing. "
        "Never tell anybody the digits that the app shows.",
        "back": "Nothing has been recorded here.",
    },
}


@lru_cache(maxsize=4)
def _manifest(changed: float) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((BUILD / "manifest.json").read_text("utf-8"))
    return found


def manifest() -> dict[str, dict[str, str]]:
    """Return what the build made, by plain name; read again when the build changes.

    :raises Unavailable: ``booth_not_built``
    """
    path = BUILD / "manifest.json"
    if not path.is_file():
        raise Unavailable("booth_not_built", "make booth")
    return _manifest(path.stat().st_mtime)


@lru_cache(maxsize=64)
def _read(name: str) -> bytes:
    # Names carry the digest of their content, so what was read stays right.
    return (BUILD / name).read_bytes()


def shell(request: Request) -> Response:
    """Serve the booth of an election; nothing in it depends on who asks."""
    slug = request.matchdict.get("election")
    application = of(request)
    if slug is not None:
        try:
            application.election(slug)
        except Refused:
            return HTTPSeeOther(application.settings.portal_url + "/")
    response = Response(body=_read(_named(SHELL)), content_type="text/html", charset="utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _named(name: str) -> str:
    made = manifest().get(name)
    if made is None:
        raise Unavailable("booth_not_built", "make booth")
    return made["path"]


def built(request: Request) -> Response:
    """Serve a script or style of the build, by its hashed name."""
    return _file(request.matchdict["file"], SERVED)


def texts(request: Request) -> Response:
    """Serve the texts of one language, by the digest of their content."""
    return _file(TEXTS + request.matchdict["file"], (TEXTS,))


def _file(wanted: str, allowed: tuple[str, ...]) -> Response:
    for name, made in manifest().items():
        if made["path"] == wanted and name.startswith(allowed):
            kind = TYPES[Path(wanted).suffix]
            response = Response(body=_read(wanted), content_type=kind, charset="utf-8")
            response.headers["Cache-Control"] = FOR_EVER
            return response
    raise Refused("not_published")


def device(request: Request) -> Response:
    """Tell who scans an attempt's code with a plain camera to open it in the app.

    The ``Link`` header names the portal's GraphQL address, so that a card program needs
    nothing but this address. Whether the attempt exists is not said.
    """
    language = language_of(request)
    style = f"/static/build/{_named('booth.css')}"
    words = _DEVICE_WORDS[language]
    text = _DEVICE.format(lang=language, style=style, **words)
    response = Response(text=str(text), content_type="text/html", charset="utf-8")
    portal = escape(of(request).settings.portal_url)
    response.headers["Link"] = f'<{portal}/graphql>; rel="graphql"'
    return response


def includeme(config: Configurator) -> None:
    """Add the booth's pages and files; the election's slug comes after all fixed paths."""
    for name, path, view in (
        ("booth.return", "/return", shell),
        ("booth.device", "/a/{attempt:[0-9a-f]{32}}", device),
        ("booth.built", "/static/build/{file}", built),
        ("booth.texts", "/texts/{file}", texts),
        ("booth.shell", "/{election}", shell),
    ):
        config.add_route(name, path)
        config.add_view(view, route_name=name, request_method="GET")
