"""How long sealed evidence and links are kept, and what the entry ``Purged`` may say.

Objections run from the certificate, so what may prove them wrong is kept from there on for
``retention_days``; afterwards nothing is left by which a ballot could be laid at a person.

:source: architecture.md D5, section 7; board.md 2.2 (``Purged``); attack P12
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Election

KEYS = "keys"
# Tables of the roll, and the registrar's key files, in the order of the entry.
KINDS = ("enrolment", "evidence", "link", "person", KEYS)
STEP = "11"


def retention_ends(election: Election, certified: str) -> datetime:
    """Return from when on links and evidence are destroyed.

    :param certified: ``at`` of the act certify
    """
    return datetime.fromisoformat(certified) + timedelta(days=election.retention_days)


def check_kinds(kinds: Sequence[str]) -> None:
    """Check that an entry ``Purged`` names every kind, each once, in order.

    :raises Rejected: ``purge_kinds``
    """
    if tuple(kinds) != KINDS:
        raise Rejected("purge_kinds", f"{', '.join(KINDS)} expected", step=STEP)


def check_retained(election: Election, certified: str, purged: str) -> None:
    """Check that nothing was destroyed while it could still be needed.

    :param certified: ``at`` of the act certify; ``purged``: of the act purge
    :raises Rejected: ``purge_early``
    """
    ends = retention_ends(election, certified)
    if datetime.fromisoformat(purged) < ends:
        raise Rejected("purge_early", f"kept until {ends.isoformat()}", step=STEP)
