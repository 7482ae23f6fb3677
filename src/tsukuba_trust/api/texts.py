"""Texts in several languages."""

import strawberry

from tsukuba_trust.api.context import Info
from tsukuba_trust.values import Text

# Tags that share a script and most words with another one; then English, then the official one.
_NEAR = {"ja-simple": "ja"}


@strawberry.type(description="A text in one language, and who made it.")
class LocalizedText:
    """One variant of a text.

    :param source: all variants, the official one first
    """

    source: strawberry.Private[Text]
    text: str = strawberry.field(description="Plain text.")
    locale: str = strawberry.field(description="BCP 47 tag of the language it is really in.")

    @strawberry.field(description="How it was made: original or translation.")
    def origin(self) -> str:
        return "original" if self.official else "translation"

    @strawberry.field(description="Whether a person has answered for it before it was fixed.")
    def reviewed(self) -> bool:
        return True

    @strawberry.field(description="Whether this language is the binding one.")
    def official(self) -> bool:
        return self.locale == self.source.variants[0][0]

    @strawberry.field(description="The same text in all its languages, the official one first.")
    def texts(self) -> list["LocalizedText"]:
        return [
            LocalizedText(source=self.source, text=text, locale=tag)
            for tag, text in self.source.variants
        ]


def localized(text: Text, info: Info, locale: str | None = None) -> LocalizedText:
    """Return a text in a language, or in the nearest that there is.

    :param locale: BCP 47 tag; None = the language of the request
    """
    known = dict(text.variants)
    wanted = locale or info.context.locale
    chain = (wanted, _NEAR.get(wanted, ""), wanted.partition("-")[0], "en")
    tag = next((one for one in chain if one in known), text.variants[0][0])
    return LocalizedText(source=text, text=known[tag], locale=tag)
