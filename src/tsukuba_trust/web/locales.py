"""The language of an error: the portal's, or on the voting host what the reader asks for."""

from pyramid.interfaces import ILocaleNegotiator
from pyramid.request import Request

from tsukuba_trust.i18n import LANGUAGES, OFFICIAL, PARAMETER


def language_of(request: Request) -> str:
    """Return the language of an error page.

    Where a portal negotiates languages it is the page's; on the voting host, which knows no
    cookie, ``?lang=``, ``Accept-Language``, ``ja`` (voting-flow 2.2).
    """
    if request.registry.queryUtility(ILocaleNegotiator) is not None:
        name = str(request.locale_name)
        return name if name in LANGUAGES else OFFICIAL
    asked = request.GET.get(PARAMETER, "")
    if asked in LANGUAGES:
        return str(asked)
    return str(request.accept_language.lookup(list(LANGUAGES), default=OFFICIAL))
