"""Tables of an election file, read key by key, so that no key is left over.

Every complaint names file, key and rule (architecture D9): ``where`` is
``needs-survey-2025.toml: contests[1].options[0].name`` and the code is stable.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.values import Json, Parameters, Text

LARGEST: Final = 2**53 - 1  # board.md 2.1: integers that every JSON reader keeps exact
KEY: Final = re.compile(r"[a-z][a-z0-9_]*")  # board.md 2.1: legal keys of canonical JSON
SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # keys of elections, contests, options
# Control characters, invisible format characters, line and paragraph separators, lone
# surrogates: a title with one of them could show one thing and sign another (jpki.md 4).
_FORBIDDEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def single_line(value: str) -> bool:
    """Tell whether a text may stand on one line of a signed text."""
    return not any(unicodedata.category(character) in _FORBIDDEN for character in value)


class Table:
    """One table of the file; each key is taken once, ``finish`` refuses the rest.

    :param where: file and path of the table, for complaints; empty = who called says it
    :param languages: of the election's texts, the official one first
    """

    def __init__(self, content: Json, where: str, languages: Sequence[str] = ()) -> None:
        self.where = where
        self.languages = tuple(languages)
        if not isinstance(content, Mapping):
            self.fail("wrong_type", "a table is expected")
        self._left: dict[str, Json] = dict(content)

    def in_languages(self, languages: Sequence[str]) -> "Table":
        """Return the rest of this table with other languages, the official one first."""
        return Table(self._left, self.where, languages)

    @property
    def left(self) -> tuple[str, ...]:
        """The keys that nobody took yet."""
        return tuple(self._left)

    def at(self, key: str) -> str:
        """Return the place of a key, for complaints."""
        if not self.where:
            return key
        return f"{self.where}{'.' if ': ' in self.where else ': '}{key}"

    def fail(self, code: str, detail: str, key: str = "") -> NoReturn:
        """Raise Misconfigured for this table or one of its keys."""
        raise Misconfigured(code, detail, where=self.at(key) if key else self.where)

    def take(self, key: str, kind: type, default: Any = None) -> Any:
        """Take a key of a type out of the table.

        :param default: None = the key is required
        """
        if key not in self._left:
            if default is None:
                self.fail("key_missing", "this key is required", key)
            return default
        value = self._left.pop(key)
        if type(value) is not kind:
            self.fail("wrong_type", f"expected {_WORDS[kind]}", key)
        return value

    def finish(self) -> None:
        """Refuse keys that nobody took."""
        for key in self._left:
            self.fail("key_unknown", "no such key", key)

    def has(self, key: str) -> bool:
        """Tell whether a key stands in the table and was not yet taken."""
        return key in self._left

    def string(self, key: str, default: str | None = None) -> str:
        """Take a single-line string; only an optional one may be empty."""
        return self.checked_line(self.take(key, str, default), key, empty=default is not None)

    def checked_line(self, value: str, key: str, *, empty: bool = False) -> str:
        """Return a single-line string without blanks at its ends."""
        if not single_line(value):
            self.fail("control_character", "control or invisible characters", key)
        if value != value.strip() or not (value or empty):
            self.fail("text_empty", "empty, or blanks at an end", key)
        return value

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Take a string out of a fixed list."""
        value: str = self.take(key, str, default)
        if value not in allowed:
            self.fail("value_unknown", f"must be one of: {', '.join(allowed)}", key)
        return value

    def integer(self, key: str, low: int, default: int | None = None) -> int:
        """Take an integer of at least ``low``."""
        value: int = self.take(key, int, default)
        if not low <= value <= LARGEST:
            self.fail("value_out_of_range", f"must be at least {low}", key)
        return value

    def boolean(self, key: str) -> bool:
        """Take true or false."""
        value: bool = self.take(key, bool)
        return value

    def strings(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """Take a list of distinct single-line strings."""
        items = self.take(key, list, None if default is None else list(default))
        for item in items:
            if not isinstance(item, str):
                self.fail("wrong_type", "expected a list of strings", key)
            self.checked_line(item, key)
            if items.count(item) > 1:
                self.fail("value_twice", f"{item} stands there twice", key)
        return tuple(items)

    def table(self, key: str, default: Mapping[str, Json] | None = None) -> "Table":
        """Take a table inside this one."""
        content = self.take(key, dict, None if default is None else dict(default))
        return Table(content, self.at(key), self.languages)

    def tables(self, key: str, default: Sequence[Json] | None = None) -> list["Table"]:
        """Take an array of tables."""
        items = self.take(key, list, None if default is None else list(default))
        return [Table(item, f"{self.at(key)}[{n}]", self.languages) for n, item in enumerate(items)]

    def parameters(self, key: str) -> Parameters:
        """Take the parameters of a plugin: exact JSON that canonical form can hold."""
        content: Json = self.take(key, dict, {})
        self._check_exact(content, self.at(key))
        return dict(content)

    def _check_exact(self, value: Json, where: str) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                if not KEY.fullmatch(key):
                    raise Misconfigured("key_malformed", "lower case a-z, 0-9, _", where=where)
                self._check_exact(inner, f"{where}.{key}")
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                self._check_exact(inner, f"{where}[{number}]")
        elif isinstance(value, float):
            raise Misconfigured(
                "number_not_exact", 'write a fraction as "1/4", never a decimal', where=where
            )
        elif not isinstance(value, str | bool | int):
            raise Misconfigured("wrong_type", "dates and times are strings here", where=where)
        elif type(value) is int and not 0 <= value <= LARGEST:
            raise Misconfigured("value_out_of_range", "must be 0 to 2^53-1", where=where)

    def text(self, key: str, *, lines: bool = False) -> Text:
        """Take a text that stands in every language of the election.

        :param lines: whether it may have several lines
        """
        table = self.table(key)
        for language in self.languages:
            if not table.has(language):
                official = language == self.languages[0]
                code = "official_text_missing" if official else "translation_missing"
                table.fail(code, f"no text in {language}", language)
        variants = tuple((tag, table.variant(tag, lines=lines)) for tag in self.languages)
        table.finish()
        return Text(variants)

    def variant(self, language: str, *, lines: bool) -> str:
        """Take one language of a text."""
        if not lines:
            return self.string(language)
        value: str = self.take(language, str)
        for line in value.split("\n"):
            self.checked_line(line, language, empty=True)
        return self.checked_whole(value, language)

    def checked_whole(self, value: str, key: str) -> str:
        """Return a text of several lines that begins and ends with a visible character."""
        if not value or value != value.strip():
            self.fail("text_empty", "empty, or blanks at an end", key)
        return value

    def texts(self, key: str, default: Sequence[Json] | None = None) -> tuple[Text, ...]:
        """Take a list of texts."""
        items = self.take(key, list, None if default is None else list(default))
        names = [f"{key}[{number}]" for number in range(len(items))]
        row = Table(dict(zip(names, items, strict=True)), self.where, self.languages)
        return tuple(row.text(name) for name in names)


_WORDS: Final[Mapping[type, str]] = {
    str: "a string",
    int: "an integer",
    bool: "true or false",
    list: "an array",
    dict: "a table",
}
