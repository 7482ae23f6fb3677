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


def trusted(name: str | None, query: str | None, allowed: tuple[str, ...]) -> str:
    """Return the name of the stored document that is asked for: by name, by its text, or both.

    :param name: ``operationName`` as sent
    :raises Refused: ``unknown_operation``; ``wrong_host`` for one that is served elsewhere
    """
    found = name if query is None else _by_text(query)
    if found is None or found not in documents() or name not in (None, found):
        raise Refused("unknown_operation")
    if found not in allowed:
        raise Refused("wrong_host")
    return found


@lru_cache(maxsize=64)
def _by_text(query: str) -> str | None:
    """Return the operation whose text this is, whatever spaces and comments it has."""
    if len(query) > LONGEST:  # nothing as long is ours; do not even read it
        return None
    try:
        return _by_plain_text().get(strip_ignored_characters(Source(query)))
    except GraphQLSyntaxError:
        return None


@cache
def _by_plain_text() -> Mapping[str, str]:
    return {strip_ignored_characters(text): name for name, text in documents().items()}
