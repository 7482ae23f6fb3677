"""Refusals as data: what a caller can be told, and do something about."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

import strawberry

from tsukuba_trust.api.context import Info
from tsukuba_trust.api.refusal_codes import RefusalCode
from tsukuba_trust.api.refusal_texts import help_text, message_text
from tsukuba_trust.api.texts import LocalizedText, localized
from tsukuba_trust.errors import Refused, Rejected, TrustError, Unavailable
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.period import closes_in_force
from tsukuba_trust.web.errors import log_incident

LOG = logging.getLogger("tsukuba_trust.refusals")
BUSY_S: Final = 10
RETRY_AFTER: Final = "tsukuba_trust.retry_after"  # seconds, for the header of the answer

T = TypeVar("T")

# What services call more exactly than the table does.
_SAME_AS: Final = {
    "attempt_claimed": RefusalCode.attempt_expired,
    "attempt_malformed": RefusalCode.device_unsupported,  # another program than our page
    "not_answered": RefusalCode.wrong_token,
    "response_malformed": RefusalCode.cert_refused,
    "unknown_provider": RefusalCode.stale_definition,
    "unknown_election": RefusalCode.stale_definition,
    "contests_differ": RefusalCode.stale_definition,
    "roll_changed": RefusalCode.counter_needed,
    "cert_check_unavailable": RefusalCode.cert_check_unavailable,
}


@strawberry.interface(description="Something was refused; nothing was changed by the call.")
class Refusal:
    """What all refusals say."""

    code: RefusalCode
    message: LocalizedText
    help: LocalizedText = strawberry.field(description="What can be done now.")
    retry_after_ms: int | None = strawberry.field(
        description="When to try again; null where waiting does not help."
    )
    incident: str = strawberry.field(
        description="Six characters that stand in the log too; the help desk asks for them."
    )


@strawberry.type(description="A refusal that its code explains.")
class PlainRefusal(Refusal):
    """Nothing more than the code."""


@strawberry.type(description="Not open yet, closed or suspended.")
class OutsidePeriod(Refusal):
    """When voting is possible."""

    opens: datetime
    closes: datetime = strawberry.field(description="Exclusive; the end now in force.")


@strawberry.type(description="The voter has a ballot in this contest, and only one is allowed.")
class AlreadyVoted(Refusal):
    """Where it stands; no time and no choice."""

    index: int = strawberry.field(description="Number of the entry on the board.")


@strawberry.type(description="A check failed, or a ground of its own is known.")
class CheckFailed(Refusal):
    """Which check."""

    step: str = strawberry.field(description="Stable name of the check or ground.")


@strawberry.type(description="A return token, digits or code that do not fit.")
class WrongToken(Refusal):
    """How often it may be tried again."""

    tries_left: int | None = strawberry.field(description="null where it is not known.")


AnyRefusal = PlainRefusal | OutsidePeriod | AlreadyVoted | CheckFailed | WrongToken


def refusal(
    info: Info, error: TrustError, fixed: Fixed | None = None, ballot: int | None = None
) -> AnyRefusal:
    """Tell an error as data.

    :param fixed: the election, where it is known
    :param ballot: index of the ballot that stands already
    """
    code, step = _code(error)
    wait = None
    if isinstance(error, Unavailable):
        wait = BUSY_S if error.retry_after_s is None else error.retry_after_s
        info.context.request.environ[RETRY_AFTER] = wait
    if isinstance(error, Unavailable) and code is RefusalCode.server_busy:
        log_incident(info.context.request, error.code, error)
    else:
        LOG.info("refused %s code=%s", info.context.incident, code.value)
    common: dict[str, Any] = {
        "code": code,
        "message": localized(message_text(code), info),
        "help": localized(help_text(code), info),
        "retry_after_ms": None if wait is None else wait * 1000,
        "incident": info.context.incident,
    }
    if code.value in ("not_open", "closed", "suspended") and fixed is not None:
        state = info.context.services.board.state(fixed.origin)
        opens = fixed.election.period.opens
        return OutsidePeriod(**common, opens=opens, closes=closes_in_force(state))
    if code is RefusalCode.already_voted and ballot is not None:
        return AlreadyVoted(**common, index=ballot)
    if code is RefusalCode.wrong_token:
        return WrongToken(**common, tries_left=getattr(error, "tries_left", None))
    if step:
        return CheckFailed(**common, step=step)
    return PlainRefusal(**common)


def _code(error: TrustError) -> tuple[RefusalCode, str]:
    if error.code in RefusalCode.__members__:
        return RefusalCode[error.code], getattr(error, "reason", "") or _step(error)
    if error.code in _SAME_AS:
        return _SAME_AS[error.code], error.code
    if isinstance(error, Unavailable):
        return RefusalCode.server_busy, ""
    return RefusalCode.ballot_rejected, _step(error) or error.code


def _step(error: TrustError) -> str:
    return error.step if isinstance(error, Rejected) else ""


def told(
    info: Info, work: Callable[[], T], fixed: Callable[[], Fixed | None] = lambda: None
) -> T | AnyRefusal:
    """Do some work, and tell what it refuses.

    :param fixed: finds the election, for the times in a refusal
    """
    try:
        return work()
    except (Refused, Rejected, Unavailable) as error:
        return refusal(info, error, _found(fixed))


def _found(fixed: Callable[[], Fixed | None]) -> Fixed | None:
    try:
        return fixed()
    except (Refused, Rejected):
        return None


__all__ = [
    "AlreadyVoted",
    "AnyRefusal",
    "CheckFailed",
    "OutsidePeriod",
    "PlainRefusal",
    "Refusal",
    "WrongToken",
    "refusal",
    "told",
]
