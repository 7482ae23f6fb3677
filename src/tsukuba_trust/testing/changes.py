"""Every single change of a JSON value, so that a checker can be shown all of them."""

import copy
from collections.abc import Iterator
from typing import Final

from tsukuba_trust.values import Json

STEP: Final = 16  # a string is changed at every 16th character and at its ends
DEEP: Final = 200
JUNK: Final[tuple[Json, ...]] = (None, True, 0, 1.5, "", "x", [], [[]], {}, {"": None}, "9" * 70000)


def changes(value: Json, *, step: int = STEP) -> Iterator[tuple[str, Json]]:
    """Yield (what was changed, the value with that one change).

    Characters are replaced, strings lengthened and cut, keys added, taken out and
    renamed, items added, taken out and swapped, types exchanged.

    :param step: distance of the changed characters in a string
    """
    yield from _changes(value, "", step)


def _changes(value: Json, where: str, step: int) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        yield from _in_table(value, where)
        inner = [(key, f"{where}.{key}") for key in value]
    elif isinstance(value, list):
        yield from _in_list(value, where)
        inner = [(number, f"{where}[{number}]") for number in range(len(value))]
    else:
        yield from _in_leaf(value, where, step)
        return
    for key, place in inner:
        for what, changed in _changes(value[key], place, step):
            whole = copy.copy(value)
            whole[key] = changed
            yield what, whole


def _in_table(value: dict[str, Json], where: str) -> Iterator[tuple[str, Json]]:
    yield f"{where}: a new key", {**value, "unexpected": 1}
    yield f"{where}: a list", list(value)
    for key, inner in value.items():
        rest = {name: other for name, other in value.items() if name != key}
        yield f"{where}.{key}: left out", rest
        yield f"{where}.{key}: renamed", {**rest, f"{key}_": inner}


def _in_list(value: list[Json], where: str) -> Iterator[tuple[str, Json]]:
    yield f"{where}: null", None
    for number in range(len(value)):
        yield f"{where}[{number}]: left out", value[:number] + value[number + 1 :]
        yield (
            f"{where}[{number}]: twice",
            value[:number] + value[number : number + 1] + value[number:],
        )
    for number in range(1, len(value)):
        if value[number] != value[number - 1]:
            swapped = [*value[: number - 1], value[number], value[number - 1], *value[number + 1 :]]
            yield f"{where}[{number}]: swapped", swapped


def _in_leaf(value: Json, where: str, step: int) -> Iterator[tuple[str, Json]]:
    yield f"{where}: null", None
    yield f"{where}: a table", {}
    if isinstance(value, str):
        yield f"{where}: longer", f"{value}0"
        yield f"{where}: a space in front", f" {value}"
        if value:
            yield f"{where}: shorter", value[:-1]
        for place in sorted({*range(0, len(value), step), len(value) - 1} - {-1}):
            other = "1" if value[place] == "0" else "0"
            yield f"{where}[{place}]: replaced", value[:place] + other + value[place + 1 :]
    elif isinstance(value, bool):
        yield f"{where}: the other", not value
    elif isinstance(value, int):
        yield f"{where}: one more", value + 1
        yield f"{where}: a string", str(value)


def nested(depth: int = DEEP) -> Json:
    """Return a list in a list in a list …"""
    value: Json = []
    for _ in range(depth):
        value = [value]
    return value
