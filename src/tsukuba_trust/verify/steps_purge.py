"""Step 11 for a purge: what was destroyed, and that it was not needed any more.

:source: architecture.md D5, section 7; board.md 2.2 (``Purged``); attack P12
"""

from collections.abc import Sequence

from tsukuba_trust.elections import retention
from tsukuba_trust.values import Election, Json
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known


@check("11")
def check_purged_kinds(kinds: Sequence[str]) -> None:
    """Check that links, evidence, persons and keys were destroyed together."""
    retention.check_kinds(kinds)


@check("11")
def check_retained(election: Election, certified: str, purged: str) -> None:
    """Check that links and evidence were kept as long as the definition says."""
    retention.check_retained(election, certified, purged)


def take_purged(known: Known, entry: Json, index: int) -> None:
    """Judge a purge and say what it destroyed."""
    findings = known.findings
    if not findings.check(index, check_purged_kinds, entry["kinds"]):
        return
    if known.election is not None and known.certified and known.acting is not None:
        findings.check(index, check_retained, known.election, known.certified, known.acting["at"])
    counts = zip(entry["counts"], entry["kinds"], strict=True)
    findings.note("11", "purged", ", ".join(f"{count} {kind}" for count, kind in counts), index)
