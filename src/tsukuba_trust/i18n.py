"""Languages: which there are, which one a request gets, and the catalogues behind them.

Message ids are the English text; ``ja`` is the official wording and complete. A string that
a catalogue lacks falls back along an explicit chain (web.md 3.3). Catalogues are read
from their ``.po`` files once, at the start, so there is no compiled file to be stale.
"""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from pyramid.config import Configurator
from pyramid.i18n import Localizer, TranslationStringFactory
from pyramid.interfaces import ILocaleNegotiator, ILocalizer
from pyramid.request import Request

from tsukuba_trust.data import data_dir

DOMAIN: Final = "tsukuba_trust"
OFFICIAL: Final = "ja"
LANGUAGES: Final[Mapping[str, str]] = {"ja": "日本語", "en": "English"}  # in their own names
CHAIN: Final[Mapping[str, tuple[str, ...]]] = {"ja": ("ja",), "en": ("en",)}
PARAMETER: Final = "lang"
COOKIE: Final = "lang"

_ = TranslationStringFactory(DOMAIN)


def read_catalogue(language: str) -> Translations:
    """Read one language's catalogue; an absent one is empty and gives the message ids."""
    path = data_dir("locales") / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.is_file():
        return Translations(domain=DOMAIN)
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


def localizer(language: str) -> Localizer:
    """Build a language's localizer with its explicit chain of fallbacks."""
    first, *others = (read_catalogue(one) for one in CHAIN[language])
    for other in others:
        first.add_fallback(other)
    # Pyramid asks for a catalogue per domain; there is one.
    first.DEFAULT_DOMAIN = DOMAIN
    return Localizer(language, first)


def negotiate(request: Request) -> str:
    """Choose a language: ``?lang=``, then the cookie, then the browser's wish, then Japanese.

    :source: web.md section 3.3
    """
    for asked in (request.GET.get(PARAMETER), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return str(asked)
    found = request.accept_language.lookup(list(LANGUAGES), default=OFFICIAL)
    return str(found)


def offered(languages: Iterable[str]) -> list[tuple[str, str]]:
    """Return (tag, own name) of the languages that are ready, official one first."""
    return [(tag, LANGUAGES[tag]) for tag in languages if tag in LANGUAGES]


def includeme(config: Configurator) -> None:
    """Register the catalogues, and our negotiator unless a host application has its own."""
    for language in LANGUAGES:
        made: Any = localizer(language)
        config.registry.registerUtility(made, ILocalizer, name=language)
    if config.registry.queryUtility(ILocaleNegotiator) is None:
        config.set_locale_negotiator(negotiate)
