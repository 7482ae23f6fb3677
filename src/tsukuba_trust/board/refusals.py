"""How a breach of the order is reported: one code each, step 4."""

from typing import NoReturn

from tsukuba_trust.board.state import BEFORE_OPENING
from tsukuba_trust.errors import Rejected

STEP = "4"

_BY_THE_VOTER = ("CredentialsRegistered", "BallotAccepted")


def reject(code: str, detail: str = "") -> NoReturn:
    """Raise a breach of the order.

    :raises Rejected: always
    """
    raise Rejected(code, detail, step=STEP)


def out_of_order(kind: str, phase: str) -> NoReturn:
    """Raise that an entry or act has no place in a phase.

    What a voter can send has the codes that pages know: ``not_open``, ``suspended``,
    ``closed``; everything else ``order``.

    :raises Rejected: always
    """
    if kind in _BY_THE_VOTER:
        if phase in BEFORE_OPENING:
            reject("not_open")
        reject("suspended" if phase == "suspended" else "closed")
    reject("order", f"{kind} in phase {phase}")
