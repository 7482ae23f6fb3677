"""What every page gets: layout, language links, dates in Japan's time, built files."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from jinja2 import pass_context
from markupsafe import Markup
from pyramid.config import Configurator
from pyramid.events import BeforeRender
from pyramid.request import Request

from tsukuba_trust.i18n import LANGUAGES, PARAMETER
from tsukuba_trust.values import Text
from tsukuba_trust.web.application import of

BUILD = Path(__file__).parent / "static" / "build"
WEEKDAYS = "月火水木金土日"
ERAS = ((2019, 5, 1, "令和", 2018), (1989, 1, 8, "平成", 1988), (1926, 12, 25, "昭和", 1925))


class Built:
    """The built files by their plain names; read again when the build changes."""

    def __init__(self, folder: Path = BUILD) -> None:
        self._path = folder / "manifest.json"
        self._seen = 0.0
        self._files: dict[str, dict[str, str]] = {}

    def __call__(self, name: str) -> dict[str, str]:
        """Return ``path``, ``sha256`` and ``integrity`` of a file; empty when not built."""
        if not self._path.is_file():
            return {}
        changed = self._path.stat().st_mtime
        if changed != self._seen:
            self._files = json.loads(self._path.read_text(encoding="utf-8"))
            self._seen = changed
        return self._files.get(name, {})


BUILT = Built()


def japanese_date(at: datetime) -> str:
    """Return the date as offices write it: 2025年2月20日（木）（令和7年）."""
    plain = f"{at.year}年{at.month}月{at.day}日（{WEEKDAYS[at.weekday()]}）"
    for year, month, day, name, before in ERAS:
        if (at.year, at.month, at.day) >= (year, month, day):
            count = at.year - before
            return f"{plain}（{name}{'元' if count == 1 else count}年）"
    return plain


def date_text(at: datetime, language: str, zone: str = "Asia/Tokyo") -> str:
    """Return day and time of an instant where the vote is held, with the zone's name."""
    here = at.astimezone(ZoneInfo(zone))
    if language == "ja":
        return f"{japanese_date(here)} {here:%H:%M}（日本時間）"
    day = format_date(here, "full", locale=language)
    return f"{day}, {format_time(here, 'HH:mm', locale=language)} (Japan time)"


@pass_context
def in_language(context: Any, text: Text | None) -> str:
    """Return an election's text in the page's language, else the official one."""
    return text.in_language(context["request"].locale_name) if text else ""


@pass_context
def named(context: Any, name: Text) -> Markup:
    """Return an option's name: never translated, in its own language and direction."""
    tag = context["request"].locale_name
    mark = Markup('<bdi lang="{}" translate="no">{}</bdi>')
    return mark.format(name.shown_in(tag), name.in_language(tag))


@pass_context
def instant(context: Any, at: datetime) -> str:
    """Return an instant in the page's language."""
    return date_text(at, context["request"].locale_name)


@pass_context
def last_minute(context: Any, closes: datetime) -> str:
    """Return the last moment of a period whose end is exclusive: 23:59, not 0:00."""
    return date_text(closes - timedelta(seconds=1), context["request"].locale_name)


def switch_links(request: Request) -> list[dict[str, str]]:
    """Return one link per language to this very page."""
    links = []
    for tag, name in LANGUAGES.items():
        query = {key: value for key, value in request.GET.items() if key != PARAMETER}
        address = request.current_route_path(_query={**query, PARAMETER: tag})
        links.append({"tag": tag, "name": name, "href": address})
    return links


def add_globals(event: BeforeRender) -> None:
    """Give every template what the layout needs."""
    request = event.get("request")
    if request is None:
        return
    settings = of(request).settings
    event["layout"] = settings.layout
    # An unknown address has no other language.
    event["languages"] = switch_links(request) if request.matched_route is not None else []
    event["built"] = BUILT
    event["demo"] = settings.demo
    event["voting_url"] = settings.voting_url
    event["static"] = lambda name: request.static_path(
        f"tsukuba_trust:pages/static/build/{BUILT(name).get('path', name)}"
    )


def includeme(config: Configurator) -> None:
    """Set up the templates."""
    settings = config.get_settings()
    settings.setdefault("jinja2.i18n.domain", "tsukuba_trust")
    config.add_jinja2_search_path("tsukuba_trust:pages/templates", prepend=False)

    def prepare() -> None:
        environment = config.get_jinja2_environment()
        environment.filters["in_language"] = in_language
        environment.filters["instant"] = instant
        environment.filters["last_minute"] = last_minute
        environment.filters["named"] = named

    config.action(None, prepare, order=999)
    config.add_subscriber(add_globals, BeforeRender)
