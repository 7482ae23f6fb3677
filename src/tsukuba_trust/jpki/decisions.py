"""What follows from each answer about revocation: the decision table, as data.

The office chooses a row of policies in the election file (``revocation = "…"`` among the
parameters of its identity provider). In none of them does a missing answer count as a good
one; they differ in whether an installation without a source may identify at all, and in who
sees to a certificate that the source does not know.

:source: attack J04, J05; voting-flow.md 3.5; web.md section 6
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tsukuba_trust.errors import Refused, Unavailable
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.statuses import GOOD, NOT_CHECKED, REVOKED, STALE, UNKNOWN, UNREACHABLE

ACCEPTED: Final = "accepted"
MARKED: Final = "accepted, marked as not checked"
REVOKED_CODE: Final = "cert_revoked"
REFUSED_CODE: Final = "cert_refused"
COUNTER_CODE: Final = "counter_needed"
LATER_CODE: Final = "cert_check_unavailable"
RETRY_AFTER_S: Final = 60

OPTIONAL: Final = "optional"
REQUIRED: Final = "required"
COUNTER: Final = "counter"

_ALWAYS: Final = {
    GOOD: ACCEPTED,
    REVOKED: REVOKED_CODE,
    STALE: LATER_CODE,
    UNREACHABLE: LATER_CODE,
}
DECISIONS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        OPTIONAL: {**_ALWAYS, UNKNOWN: REFUSED_CODE, NOT_CHECKED: MARKED},
        REQUIRED: {**_ALWAYS, UNKNOWN: REFUSED_CODE, NOT_CHECKED: LATER_CODE},
        COUNTER: {**_ALWAYS, UNKNOWN: COUNTER_CODE, NOT_CHECKED: LATER_CODE},
    }
)


def decide(policy: str, state: str) -> bool:
    """Return whether the certificate was checked, when it is accepted.

    :param policy: a key of ``DECISIONS``
    :param state: of the status; one that nobody knows is no answer
    :raises CertificateRefused: ``cert_revoked`` or ``cert_status_unknown``
    :raises Refused: ``counter_needed``
    :raises Unavailable: ``cert_check_unavailable``
    """
    decision = DECISIONS[policy].get(state, LATER_CODE)
    if decision == ACCEPTED:
        return True
    if decision == MARKED:
        return False
    if decision == REVOKED_CODE:
        raise CertificateRefused("cert_revoked")
    if decision == REFUSED_CODE:
        raise CertificateRefused("cert_status_unknown")
    if decision == COUNTER_CODE:
        raise Refused(COUNTER_CODE, "the source does not know the certificate")
    raise Unavailable(LATER_CODE, retry_after_s=RETRY_AFTER_S)
