"""Named scalars: bytes are text in a stated encoding, and every one is checked when read."""

import re
from collections.abc import Callable
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from tsukuba_trust.errors import Refused
from tsukuba_trust.values import Json

_HEX = re.compile(r"[0-9a-f]+\Z")


def _hex(size: int) -> Callable[[Json], str]:
    def read(value: Json) -> str:
        if isinstance(value, str) and len(value) == 2 * size and _HEX.match(value):
            return value
        raise Refused("bad_request")

    return read


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise Refused("bad_request")
    return value


def _object(value: Json) -> Json:
    if not isinstance(value, dict):
        raise Refused("bad_request")
    return value


Hex16 = NewType("Hex16", str)
Hex32 = NewType("Hex32", str)
Ballot = NewType("Ballot", str)
JsonObject = NewType("JsonObject", dict)  # type: ignore[type-arg]

SCALARS: dict[object, ScalarDefinition] = {
    Hex16: strawberry.scalar(
        name="Hex16",
        description="16 bytes as 32 lower-case hexadecimal digits.",
        serialize=str,
        parse_value=_hex(16),
    ),
    Hex32: strawberry.scalar(
        name="Hex32",
        description="32 bytes as 64 lower-case hexadecimal digits.",
        serialize=str,
        parse_value=_hex(32),
    ),
    Ballot: strawberry.scalar(
        name="Ballot",
        description="A sealed ballot: exactly its canonical JSON, because a tracker is over it.",
        serialize=str,
        parse_value=_text,
    ),
    JsonObject: strawberry.scalar(
        name="JsonObject",
        description="A JSON object whose form an identity provider defines.",
        serialize=lambda value: value,
        parse_value=_object,
    ),
}
