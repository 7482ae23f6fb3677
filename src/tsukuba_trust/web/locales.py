"""The language of an answer without cookies: ``?lang=``, ``Accept-Language``, ``ja``."""

from pyramid.request import Request

LANGUAGES = ("ja", "en")
PARAMETER = "lang"


def language_of(request: Request) -> str:
    """Return the language of an error page (voting-flow 2.2)."""
    asked = request.GET.get(PARAMETER, "")
    if asked in LANGUAGES:
        return str(asked)
    found = request.accept_language.lookup(LANGUAGES, default=LANGUAGES[0])
    return str(found)
