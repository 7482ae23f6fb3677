"""JSON whose every value knows its line and column, for complaints that can be acted on."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, NoReturn

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.values import Json

_TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN|[-+0-9.eE]+|true|false|null|[\[\]{},:]'
)
_EXACT: Final = re.compile(r"(0|[1-9][0-9]{0,15})(\.[0-9]{1,12}|/[1-9][0-9]{0,15})?", re.ASCII)
_LARGEST: Final = 2**53 - 1
_Path = tuple[str | int, ...]


class _Decimal(str):
    """A number with a decimal point or exponent, which is never what is wanted."""


class _Twice(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document and its place."""

    file: str
    text: str = field(repr=False)
    path: _Path
    value: Json

    def fail(self, code: str, detail: str) -> NoReturn:
        """Raise Misconfigured with file, line, column and path of this value."""
        raise Misconfigured(code, f"{_name(self.path)}{detail}", where=self.place())

    def place(self) -> str:
        """Return file, line and column."""
        offset = _offsets(self.text).get(self.path, 0)
        line = self.text.count("\n", 0, offset) + 1
        column = offset - self.text.rfind("\n", 0, offset)
        return f"{self.file}:{line}:{column}"

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def at(self, key: str | int) -> "Node":
        """Return an item of this object or array."""
        return Node(self.file, self.text, (*self.path, key), self.value[key])

    def get(self, key: str) -> "Node":
        """Return a required item of this object."""
        if not isinstance(self.value, dict):
            self.table()
        if key not in self.value:
            self.fail("key_missing", f'"{key}" is required')
        return self.at(key)

    def table(self) -> dict[str, "Node"]:
        """Return the items of an object."""
        if not isinstance(self.value, dict):
            self.fail("wrong_type", "an object is expected")
        return {key: self.at(key) for key in self.value}

    def items(self) -> list[Json]:
        """Return the values in an array, without their places."""
        if not isinstance(self.value, list):
            self.fail("wrong_type", "an array is expected")
        return self.value

    def array(self) -> list["Node"]:
        """Return the items of an array."""
        return [self.at(number) for number in range(len(self.items()))]

    def string(self) -> str:
        """Return a string."""
        if type(self.value) is not str:
            self.fail("wrong_type", "a string is expected")
        return self.value

    def boolean(self) -> bool:
        """Return true or false."""
        if type(self.value) is not bool:
            self.fail("wrong_type", "true or false is expected")
        return self.value

    def count(self) -> int:
        """Return a whole number of 0 or more."""
        if isinstance(self.value, _Decimal):
            self.fail("number_not_whole", f"{self.value} where a whole number belongs")
        if type(self.value) is not int:
            self.fail("wrong_type", "a whole number is expected")
        if not 0 <= self.value <= _LARGEST:
            self.fail("value_out_of_range", f"{self.value} is not between 0 and 2^53-1")
        return self.value

    def exact(self) -> Fraction:
        """Return a number of 0 or more: whole, or exact in a string ("415.5", "85/3")."""
        if isinstance(self.value, _Decimal):
            detail = f'{self.value} is not exact; write it as a string, "{self.value}"'
            self.fail("number_not_exact", detail)
        if type(self.value) is str:
            if not _EXACT.fullmatch(self.value):
                self.fail("value_unknown", 'an exact number such as "415.5" or "1/4" is expected')
            return Fraction(self.value)
        return Fraction(self.count())


def parse(text: str, file: str) -> Node:
    """Read a JSON document.

    :raises Misconfigured: ``json_malformed`` or ``key_twice``, with line and column
    """
    try:
        value = json.loads(
            text, parse_float=_Decimal, parse_constant=_Decimal, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        where = f"{file}:{error.lineno}:{error.colno}"
        raise Misconfigured("json_malformed", error.msg, where=where) from None
    except RecursionError:
        raise Misconfigured("json_malformed", "nested too deeply", where=file) from None
    except ValueError:
        raise Misconfigured(
            "json_malformed", "a number of thousands of digits", where=file
        ) from None
    except _Twice:
        seen: set[_Path] = set()
        for path, offset in _places(text):
            if path in seen:
                before = Node(file, text[: offset + 1], path, None)
                before.fail("key_twice", "stands there twice")
            seen.add(path)
        raise Misconfigured("key_twice", "a key stands there twice", where=file) from None
    return Node(file, text, (), value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice
    return found


def _name(path: _Path) -> str:
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return f"{words.lstrip('.')}: " if words else ""


@lru_cache(maxsize=1)
def _offsets(text: str) -> dict[_Path, int]:
    """Return the offset of every value; many complaints about a file read it once."""
    return dict(_places(text))


def _places(text: str) -> Iterator[tuple[_Path, int]]:
    """Yield path and offset of every value of a well-formed document, in its order."""
    frames: list[list[Any]] = []  # of [opening bracket, key or index]
    for token in _TOKEN.finditer(text):
        word, offset = token.group(), token.start()
        if word in ("}", "]"):
            frames.pop()
        elif word == ",":
            frames[-1][1] = None if frames[-1][0] == "{" else frames[-1][1] + 1
        elif word == ":":
            continue
        elif frames and frames[-1] == ["{", None]:
            frames[-1][1] = json.loads(word)
        else:
            yield tuple(frame[1] for frame in frames), offset
            if word in ("{", "["):
                frames.append([word, None if word == "{" else 0])
