"""Faults in purges: something of the links is left, or evidence went while it was needed."""

from collections.abc import Callable, Sequence
from typing import Any

from record_break import Break
from record_log import Log
from tsukuba_trust.elections.retention import KINDS
from tsukuba_trust.values import Json

DUE = "2027-06-09T09:00+09:00"  # 30 days after the certificate of the test records
PURGED = 29  # entry of the purge in a record without paper


def purged(
    *, at: str = DUE, kinds: Sequence[str] = KINDS, counts: Sequence[int] | None = None
) -> dict[str, Callable[[Any, Log], Any]]:
    """Purge a finished election."""

    def purge(data: list[bytes], log: Log) -> list[bytes]:
        log.minute = at
        entry: Json = {
            "type": "Purged",
            "act": log.acts + 1,
            "kinds": list(kinds),
            "counts": list(counts if counts is not None else range(len(kinds))),
        }
        log.act("purge", subject=[entry])
        log.append(entry)
        return data

    return {"entries": purge}


PURGES = {
    "steps_purge.check_purged_kinds": Break(
        "11", "purge_kinds", PURGED, {"change": purged(kinds=("evidence", "link", "person"))}
    ),
    "steps_purge.check_retained": Break(
        "11", "purge_early", PURGED, {"change": purged(at="2027-06-09T08:59+09:00")}
    ),
}
