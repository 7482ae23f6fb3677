"""What a case says that no count reads: perhaps a misspelt key, so the reader is told."""

from collections.abc import Iterator
from typing import Final

from tsukuba_trust.cli.case.located import Node

_CASE: Final = (
    *("name", "source", "method", "seats", "candidates", "ballots", "counts", "blank"),
    *("invalid", "options", "official", "expected", "also"),
)
_COUNT: Final = ("method", "seats", "options", "official", "expected")
_ROWS: Final = {
    "also": frozenset(_COUNT),
    "candidates": frozenset(("id", "name", "party", "withdrawn")),
    "ballots": frozenset(("count", "ranking", "choice", "approved", "scores", "grades")),
}


def passed_over(case: Node) -> Iterator[tuple[str, str]]:
    """Yield key and place of what is not read; in a list, each key where it first stands."""
    for key, node in case.table().items():
        if key not in _CASE:
            yield key, node.place()
    for name, known in _ROWS.items():
        found: dict[str, Node] = {}
        for row in case.at(name).array() if name in case else ():
            for key in row.value.keys() - known:
                found.setdefault(key, row.at(key))
        for key in sorted(found):
            yield key, found[key].place()
