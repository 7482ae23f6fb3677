"""How pages look to a reader: text size, contrast, readings; by links, without any script.

A link names what it changes in its query; the portal keeps it in cookies of its own. The voting
host knows no cookie: whoever leads there names the whole look (voting-flow.md 1.3, 2.2).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlencode

from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.i18n import LANGUAGES, PARAMETER

SIZES: Final = ("100", "125", "150", "200")  # per cent
CONTRASTS: Final = ("normal", "high", "low")
# The first value is what a reader gets who never chose.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "size": SIZES,
    "contrast": CONTRASTS,
    "ruby": ("0", "1"),
}
ONE_YEAR: Final = 365 * 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Look:
    """What a reader chose: values of :data:`CHOICES`."""

    size: str = SIZES[0]
    contrast: str = CONTRASTS[0]
    ruby: str = "0"

    def changed(self) -> dict[str, str]:
        """Return what differs from the look of a reader who never chose."""
        return {name: value for name, value in asdict(self).items() if value != CHOICES[name][0]}


def look_of(request: Request) -> Look:
    """Return a reader's look: the address first, then the cookies; anything else is ignored."""

    def one(name: str) -> str:
        for asked in (request.GET.get(name), request.cookies.get(name)):
            if asked in CHOICES[name]:
                return str(asked)
        return CHOICES[name][0]

    return Look(**{name: one(name) for name in CHOICES})


def booth_address(
    host: str, slug: str, language: str, look: Look, contest: str | None = None
) -> str:
    """Return where voting begins, with the reader's language and look (voting-flow.md 1.3)."""
    wanted = {"contest": contest} if contest else {}
    query = urlencode({**wanted, "lang": language, **look.changed()})
    return f"{host}/{slug}?{query}"


def keep_look(request: Request, response: Response, *, secure: bool) -> None:
    """Set a cookie for each choice that the address names: of the portal, for a year."""
    known = {PARAMETER: tuple(LANGUAGES), **CHOICES}
    for name, values in known.items():
        if request.GET.get(name) in values:
            response.set_cookie(
                name,
                request.GET[name],
                max_age=ONE_YEAR,
                path="/",
                secure=secure,
                httponly=True,
                samesite="Lax",
            )
