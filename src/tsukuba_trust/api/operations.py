"""Trusted documents: every operation is a file, and only those files are executed there."""

from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

from graphql import GraphQLSyntaxError, Source, strip_ignored_characters

from tsukuba_trust.data import data_dir
from tsukuba_trust.errors import Refused

IDENTIFY: Final = (
    "StartIdentification",
    "IdentificationRequest",
    "Attempt",
    "CompleteIdentification",
    "ClaimIdentification",
)
LONGEST: Final = 16_384
CAST: Final = ("BoothContest", "CastBallot", "Registration", "ReceiptByTracker")
# Asked by GET too, because they are the same for everybody.
PUBLIC: Final = (
    "Elections",
    "Election",
    "Results",
    "BoardEntries",
    "BoardEntry",
    "Registration",
    "ReceiptByTracker",
)


@cache
def documents() -> Mapping[str, str]:
    """Return the text of every operation file by the name of its operation."""
    folder = data_dir("graphql") / "operations"
    return MappingProxyType(
        {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.graphql"))}
    )


@cache
def _plain(name: str) -> str:
    return strip_ignored_characters(documents()[name])


def trusted(name: object, query: str | None, allowed: tuple[str, ...]) -> str:
    """Return the document of a request: by name, or by the same text.

    :param name: ``operationName`` as sent
    :raises Refused: ``unknown_operation``; ``wrong_host`` for one that is served elsewhere
    """
    if not isinstance(name, str) or name not in documents():
        raise Refused("unknown_operation")
    if name not in allowed:
        raise Refused("wrong_host")
    if query is not None and not _same(query, name):
        raise Refused("unknown_operation")
    return documents()[name]


@lru_cache(maxsize=64)
def _same(query: str, name: str) -> bool:
    if query == documents()[name]:
        return True
    if len(query) > LONGEST:  # nothing as long is ours; do not even read it
        return False
    try:
        return strip_ignored_characters(Source(query)) == _plain(name)
    except GraphQLSyntaxError:
        return False
