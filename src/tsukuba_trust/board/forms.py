"""The words that entry schemas are written in: one small check per kind of field.

A form is called with a value and the path of the field, and raises. Field sets are strict:
an unknown key is refused, so nothing travels along that no rule speaks of (attack B09).

:source: board.md 2.1, 2.2
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NoReturn, TypeAlias

from tsukuba_trust.board import encodings
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json

Form: TypeAlias = Callable[[Json, str], None]

STEP = "3"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d\Z", re.ASCII)
_UUID = re.compile(r"[1-9A-HJ-NP-Za-km-z]{14,64}\Z")


def refuse(path: str, why: str) -> NoReturn:
    """Raise the one refusal of all schemas.

    :raises Rejected: code ``schema``
    """
    raise Rejected("schema", f"{path}: {why}", step=STEP)


def text(*, shortest: int = 1) -> Form:
    """Any text; the entry's own limit bounds its length."""

    def form(value: Json, path: str) -> None:
        if not isinstance(value, str) or len(value) < shortest:
            refuse(path, "text expected")

    return form


def one_of(*allowed: str) -> Form:
    """One of some words."""

    def form(value: Json, path: str) -> None:
        if value not in allowed or not isinstance(value, str):
            refuse(path, "unknown word")

    return form


def integer(least: int = 0) -> Form:
    """An integer; canonical form bounds it above."""

    def form(value: Json, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            refuse(path, f"integer of at least {least} expected")

    return form


def boolean(value: Json, path: str) -> None:
    """Accept true or false."""
    if not isinstance(value, bool):
        refuse(path, "true or false expected")


def hexadecimal(size: int) -> Form:
    """Lower-case hexadecimal of ``size`` bytes."""
    return _encoded(lambda value: encodings.read_hex(value, size), f"hex of {size} bytes")


def base64(size: int) -> Form:
    """Standard padded base64 of ``size`` bytes."""
    return _encoded(lambda value: encodings.read_base64(value, size), f"base64 of {size} bytes")


def _encoded(read: Callable[[str], bytes], what: str) -> Form:
    def form(value: Json, path: str) -> None:
        try:
            read(value if isinstance(value, str) else "?")
        except Rejected:
            refuse(path, f"{what} expected")

    return form


def uuid(value: Json, path: str) -> None:
    """Accept a contest's Belenios uuid (protocol.md 4)."""
    if not isinstance(value, str) or not _UUID.match(value):
        refuse(path, "contest uuid expected")


def instant(value: Json, path: str) -> None:
    """Accept a time with offset, for instance 2025-03-25T00:00+09:00, seconds optional."""
    if not isinstance(value, str) or not _INSTANT.match(value):
        refuse(path, "time with offset expected")
    try:
        datetime.fromisoformat(value)
    except ValueError:
        refuse(path, "no such time")


def minute(value: Json, path: str) -> None:
    """Accept a time with offset, to the minute."""
    instant(value, path)
    if len(value) != len("2025-03-25T00:00+09:00"):
        refuse(path, "time to the minute expected")


def array(item: Form, *, least: int = 0) -> Form:
    """An array of one form."""

    def form(value: Json, path: str) -> None:
        if not isinstance(value, list) or len(value) < least:
            refuse(path, f"array of at least {least} expected")
        for index, element in enumerate(value):
            item(element, f"{path}[{index}]")

    return form


def fields(required: Mapping[str, Form], optional: Mapping[str, Form] | None = None) -> Form:
    """An object with exactly these fields."""
    optional = optional or {}
    known = {**required, **optional}

    def form(value: Json, path: str) -> None:
        if not isinstance(value, dict):
            refuse(path, "object expected")
        for name in required:
            if name not in value:
                refuse(f"{path}.{name}", "missing")
        for name, item in value.items():
            if name not in known:
                refuse(path, "unknown field")
            known[name](item, f"{path}.{name}")

    return form


blob: Form = fields({"sha256": hexadecimal(32), "size": integer()})
_inline: Form = fields({"text": text(shortest=0)})


def document(value: Json, path: str) -> None:
    """Accept a document of either kind; which kind is due follows from its length."""
    (_inline if isinstance(value, dict) and "text" in value else blob)(value, path)


def document_within(limit: int) -> Form:
    """A document whose blob, if it is one, has at most ``limit`` bytes."""

    def form(value: Json, path: str) -> None:
        document(value, path)
        if value.get("size", 0) > limit:
            refuse(f"{path}.size", f"at most {limit} bytes expected")

    return form
