"""The booth's shell and files on the voting host: the same bytes for everybody (O06, V06).

The server knows nothing of a visit: steps, choices and attempts live in the browser. The
page of an election is one file of the build that the election has fixed; builds lie side by
side, so new software does not change a running booth (voting-flow.md 2.1).
"""

import json
import logging
from functools import lru_cache
from pathlib import Path
from typing import Final

from markupsafe import Markup, escape
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.errors import Misconfigured, Refused, Unavailable
from tsukuba_trust.verify.booth import BUILT, MANIFEST
from tsukuba_trust.verify.builds import Files, files_of, find_build, keep_build, kept_builds
from tsukuba_trust.web.application import KEY, Application, of
from tsukuba_trust.web.locales import language_of

LOG = logging.getLogger("tsukuba_trust.booth")

BUILD: Final = BUILT
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


@lru_cache(maxsize=64)
def _manifest(folder: Path, changed: float) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return found


def manifest(folder: Path | None = None) -> dict[str, dict[str, str]]:
    """Return what a build made, by plain name; read again when the build changes.

    :param folder: absent = the build that came with this software
    :raises Unavailable: ``booth_not_built``
    """
    path = (folder or BUILD) / MANIFEST
    if not path.is_file():
        raise Unavailable("booth_not_built", "make booth")
    return _manifest(path.parent, path.stat().st_mtime)


@lru_cache(maxsize=256)
def _read(path: Path) -> bytes:
    # Names carry the digest of their content, so what was read stays right.
    return path.read_bytes()


def shell(request: Request) -> Response:
    """Serve the booth of an election; nothing in it depends on who asks.

    The page to return to names its election in the query, because the build that began an
    attempt has to end it.
    """
    slug = request.matchdict.get("election") or request.GET.get("election")
    application = of(request)
    folder = BUILD
    if slug is not None:
        try:
            folder = _build_of(application, slug)
        except Refused:
            return HTTPSeeOther(application.settings.portal_url + "/")
    body = _read(folder / _named(SHELL, folder))
    response = Response(body=body, content_type="text/html", charset="utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _build_of(application: Application, slug: str) -> Path:
    """Return the build that an election has fixed, by its definition or by a later act.

    :raises Refused: ``unknown_election``
    :raises Unavailable: ``booth_not_kept``: rather none than another
    """
    fixed = application.election(slug)
    _act, files = application.office.services.acts.booth(fixed)
    if not files:
        return BUILD
    return _found(application.settings.builds, BUILD, files, manifest_changed())


def manifest_changed() -> float:
    """Return when this software's own build was made, 0 when there is none."""
    path = BUILD / MANIFEST
    return path.stat().st_mtime if path.is_file() else 0.0


@lru_cache(maxsize=64)
def _found(builds: Path, built: Path, files: Files, _changed: float) -> Path:
    try:
        return find_build(builds, built, files)
    except Misconfigured as error:
        raise Unavailable(error.code, error.detail) from error


def _named(name: str, folder: Path) -> str:
    made = manifest(folder).get(name)
    if made is None:
        raise Unavailable("booth_not_built", "make booth")
    return made["path"]


def built(request: Request) -> Response:
    """Serve a script or style of any build, by its hashed name."""
    return _file(request, request.matchdict["file"], SERVED)


def texts(request: Request) -> Response:
    """Serve the texts of one language, by the digest of their content."""
    return _file(request, TEXTS + request.matchdict["file"], (TEXTS,))


def _file(request: Request, wanted: str, allowed: tuple[str, ...]) -> Response:
    for folder in (BUILD, *kept_builds(of(request).settings.builds)):
        for name, made in manifest(folder).items():
            if made["path"] == wanted and name.startswith(allowed):
                kind = TYPES[Path(wanted).suffix]
                body = _read(folder / wanted)
                response = Response(body=body, content_type=kind, charset="utf-8")
                response.headers["Cache-Control"] = FOR_EVER
                return response
    raise Refused("not_published")


def keep_named(application: Application) -> None:
    """Keep this software's own build, if an election has fixed it, before an upgrade takes it.

    What an election has fixed and nobody has kept is logged as an error: its booth will not
    be served.
    """
    services, builds = application.office.services, application.settings.builds
    mine = files_of(BUILD) if manifest_changed() else ()
    for origin in services.board.origins():
        _act, files = services.acts.booth(services.catalogue.get(origin))
        if files and files == mine:
            keep_build(builds, BUILD)
        elif files:
            try:
                find_build(builds, BUILD, files)
            except Misconfigured as error:
                LOG.error("%s: %s", origin, error)


def device(request: Request) -> Response:
    """Tell who scans an attempt's code with a plain camera to open it in the app.

    The ``Link`` header names the portal's GraphQL address, so that a card program needs
    nothing but this address. Whether the attempt exists is not said.
    """
    language = language_of(request)
    style = f"/static/build/{_named('booth.css', BUILD)}"
    words = _DEVICE_WORDS[language]
    text = _DEVICE.format(lang=language, style=style, **words)
    response = Response(text=str(text), content_type="text/html", charset="utf-8")
    portal = escape(of(request).settings.portal_url)
    response.headers["Link"] = f'<{portal}/graphql>; rel="graphql"'
    return response


def includeme(config: Configurator) -> None:
    """Add the booth's pages and files; the election's slug comes after all fixed paths."""
    keep_named(config.registry[KEY])
    for name, path, view in (
        ("booth.return", "/return", shell),
        ("booth.device", "/a/{attempt:[0-9a-f]{32}}", device),
        ("booth.built", "/static/build/{file}", built),
        ("booth.texts", "/texts/{file}", texts),
        ("booth.shell", "/{election}", shell),
    ):
        config.add_route(name, path)
        config.add_view(view, route_name=name, request_method="GET")
