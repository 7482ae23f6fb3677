"""How an error looks: in the portal's layout where there is one, else a plain page."""

import json
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import TemplateError
from markupsafe import Markup
from pyramid.interfaces import IRendererFactory
from pyramid.renderers import render
from pyramid.request import Request

from tsukuba_trust.web.application import of
from tsukuba_trust.web.error_texts import sentence, words
from tsukuba_trust.web.locales import language_of

TEMPLATE: Final = "tsukuba_trust:pages/templates/error.jinja2"
MANIFEST: Final = Path(__file__).parents[1] / "pages" / "static" / "build" / "manifest.json"
STYLE: Final = "booth.css"

_PAGE: Final = Markup(
    '<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    "<title>{title}</title>\n{style}</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    "<p>{sentence}</p>\n<p>{code_label} <code>{code}</code> · "
    "{mark_label} <code>{mark}</code></p>\n<p>{help}</p>\n"
    '<p><a href="{portal}" rel="noreferrer">{back}</a></p>\n</main>\n</body>\n</html>\n'
)


def error_page(request: Request, code: str, mark: str) -> str:
    """Return the page of a problem; one that fails in drawing is drawn plainly."""
    language = language_of(request)
    settings = of(request).settings
    values = {
        "lang": language,
        "sentence": sentence(code, language),
        "code": code,
        "mark": mark,
        "portal": settings.portal_url + "/",
        **words(language),
    }
    if request.registry.queryUtility(IRendererFactory, name=".jinja2") is not None:
        try:
            return str(render(TEMPLATE, {**values, "screen": "error"}, request=request))
        except (TemplateError, LookupError, OSError):
            pass  # the error page of a broken installation is still a page
    return str(_PAGE.format(style=_style_link(), **values))


@cache
def _style_link() -> Markup:
    try:
        path = json.loads(MANIFEST.read_text(encoding="utf-8"))[STYLE]["path"]
    except (OSError, LookupError, ValueError):  # not built: the page is readable all the same
        return Markup()
    return Markup('<link rel="stylesheet" href="/static/build/{}">\n').format(path)
