"""One plain sentence per refusal, and what can be done: keys of the catalogues (web.md 6)."""

from tsukuba_trust.api.refusal_codes import RefusalCode
from tsukuba_trust.values import Text

C = RefusalCode

# (what happened, what is safe and what to do), English and Japanese.
_TEXTS: dict[RefusalCode, tuple[tuple[str, str], tuple[str, str]]] = {}


def message_text(code: RefusalCode) -> Text:
    """Return the sentence of a code in all languages."""
    return Text((("ja", code.value), ("en", code.value)))


def help_text(code: RefusalCode) -> Text:
    """Return what can be done now, in all languages."""
    return Text((("ja", code.value), ("en", code.value)))
