"""A contest's result in one language: what pages, and whoever else shows one, ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tsukuba_trust.elections.explained import BY_LOT, ELECTED, Explained, Head
from tsukuba_trust.services.result_words import MARKS, STATUS, WORDS
from tsukuba_trust.values import Text


@dataclass(frozen=True)
class Wording:
    """Names and words of one explained contest.

    :param language: tag of the reader's language
    :param translate: a message of ours into it
    """

    explained: Explained
    language: str
    translate: Callable[[str], str]

    def name(self, key: str) -> str:
        """Return an option's name; what is none stands as it is."""
        text = self.text(key)
        return key if text is None else text.in_language(self.language)

    def text(self, key: str) -> Text | None:
        """Return an option's name in all its languages; nothing for what is no option."""
        options = self.explained.contest.options
        return next((option.name for option in options if option.key == key), None)

    def label(self, key: str) -> str:
        """Return an option's label on screens, else on paper; empty without one."""
        for option in self.explained.contest.options:
            if option.key == key:
                labels = dict(option.labels)
                return labels.get("screen") or labels.get("paper", "")
        return ""

    def word(self, code: str) -> str:
        """Return the word for a code of an outcome; what has none stands as it is."""
        return self._from(WORDS, code)

    def status(self) -> str:
        """Return what the status of the outcome means."""
        return self._from(STATUS, self.explained.status)

    def mark(self, code: str) -> str:
        """Return the word beside an option."""
        return self._from(MARKS, code) if code else ""

    def _from(self, table: Mapping[str, str], code: str) -> str:
        return str(self.translate(table[code])) if code in table else code

    def cell(self, head: Head) -> str:
        """Return the text of a cell of a grid."""
        match head.kind:
            case "option":
                return self.name(head.text)
            case "code":
                return self.word(head.text)
            case "events":
                return self._events(head.text)
            case _:
                return head.text

    def _events(self, text: str) -> str:
        told = []
        for event in filter(None, text.split("|")):
            code, _colon, keys = event.partition(":")
            names = ", ".join(self.name(key) for key in filter(None, keys.split(",")))
            told.append(f"{self.word(code)} {names}".strip())
        return "; ".join(told)

    def chosen(self) -> list[str]:
        """Return the names of those who are elected or first, in the order of the ballot."""
        return [self.name(key) for key in self.chosen_keys()]

    def chosen_keys(self) -> list[str]:
        """Return who is elected or first, in the order of the ballot."""
        rows = self.explained.rows
        return [row.key for row in rows if row.mark in (ELECTED, BY_LOT)]
