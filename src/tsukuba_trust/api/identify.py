"""The identification calls: who may call what is said in voting-flow 3.1."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import segno

from tsukuba_trust.api.context import Context, Info
from tsukuba_trust.api.identify_types import (
    AppChallenge,
    Attempt,
    AttemptResult,
    AttemptState,
    Challenge,
    ClaimIdentificationInput,
    ClaimIdentificationResult,
    ClaimIdentificationSuccess,
    CompleteIdentificationInput,
    CompleteIdentificationResult,
    CompleteIdentificationSuccess,
    FormChallenge,
    FormField,
    IdentificationRequest,
    IdentificationRequestResult,
    RedirectChallenge,
    StartIdentificationInput,
    StartIdentificationResult,
    StartIdentificationSuccess,
    WebauthnChallenge,
)
from tsukuba_trust.api.refusal_codes import RefusalCode
from tsukuba_trust.api.refusals import told
from tsukuba_trust.api.scalars import Hex16, Hex32, JsonObject
from tsukuba_trust.api.texts import localized
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.values import Json

FAST_MS, SLOW_MS = 2_000, 4_000
FAST_FOR = timedelta(minutes=1)

T = TypeVar("T")


def start_identification(info: Info, input: StartIdentificationInput) -> StartIdentificationResult:
    """Begin an attempt."""
    here: Context = info.context

    def work() -> StartIdentificationSuccess:
        fixed = here.services.catalogue.get(input.election)
        if fixed.digest != input.definition:
            raise Refused("stale_definition")
        secret_hash = bytes.fromhex(input.page_secret_hash)
        here.application.limits.check_address(here.request)
        here.application.limits.count_start(here.request, secret_hash)
        started = here.services.registrar.start_identification(
            input.election,
            input.provider,
            {one.contest: one.credential for one in input.credentials},
            {one.contest: _proof(one.proof) for one in input.credentials},
            bytes.fromhex(input.blind),
            secret_hash,
            input.locale,
            here.at,
        )
        address = f"{here.application.settings.voting_url}/a/{started.attempt}"
        return StartIdentificationSuccess(
            attempt=Hex16(started.attempt),
            expires_at=started.expires,
            poll_after_ms=FAST_MS,
            challenge=_challenge(started.challenge),
            device_address=address,
            qr=_picture(address),
        )

    return told(info, work, _of(here, input.election))


def identification_request(info: Info, attempt: Hex16) -> IdentificationRequestResult:
    """Say what a device has to answer."""
    here: Context = info.context

    def work() -> IdentificationRequest:
        asked = here.services.registrar.identification_request(attempt, here.at)
        fixed = here.services.catalogue.get(asked.origin)
        return IdentificationRequest(
            attempt=attempt,
            provider=asked.provider,
            election=asked.origin,
            title=localized(fixed.election.title, info, asked.locale),
            voting_host=asked.voting_host,
            locale=asked.locale,
            expires_at=asked.expires,
            challenge=_challenge(asked.challenge),
            digits=asked.digits,
        )

    return told(info, work)


def attempt(info: Info, id: Hex16, page_secret: Hex32) -> AttemptResult:
    """Tell the page where its attempt stands."""
    here: Context = info.context

    def work() -> Attempt:
        found = here.services.registrar.progress(id, bytes.fromhex(page_secret), here.at)
        if found.state == "void":
            raise Refused("too_many_tries")
        early = here.at - found.started < FAST_FOR
        known = found.refusal in RefusalCode.__members__
        return Attempt(
            state=AttemptState(found.state),
            refusal=RefusalCode[found.refusal] if known else None,
            expires_at=found.expires,
            poll_after_ms=FAST_MS if early else SLOW_MS,
        )

    return told(info, work)


def complete_identification(
    info: Info, input: CompleteIdentificationInput
) -> CompleteIdentificationResult:
    """Judge a device's answer; the evidence is checked, not the caller."""
    here: Context = info.context

    def work() -> CompleteIdentificationSuccess:
        answer = here.services.registrar.complete_identification(
            input.attempt, input.response, here.at
        )
        slug = answer.origin.rpartition("/")[2]
        back = f"{here.application.settings.voting_url}/return?election={slug}"
        return CompleteIdentificationSuccess(
            return_address=f"{back}#{input.attempt}.{answer.token}",
            digits=answer.digits or None,
        )

    return told(info, lambda: _counted(here, work))


def claim_identification(info: Info, input: ClaimIdentificationInput) -> ClaimIdentificationResult:
    """Register what was answered, for the page that began it."""
    here: Context = info.context

    def work() -> ClaimIdentificationSuccess:
        registrar, board = here.services.registrar, here.services.board
        secret = bytes.fromhex(input.page_secret)
        claimed = registrar.claim_identification(input.attempt, secret, input.token, here.at)
        here.application.limits.count_finished(here.request)
        return ClaimIdentificationSuccess(
            index=claimed.index,
            entry=board.entry(claimed.origin, claimed.index).decode(),
            receipt=board.receipt(claimed.origin, claimed.index),
            earlier_uses=claimed.uses,
            last_day=claimed.last_day,
        )

    return told(info, lambda: _counted(here, work))


def _counted(here: Context, work: Callable[[], T]) -> T:
    """Do some work unless too much failed from this address; count it when it fails."""
    here.application.limits.check_address(here.request)
    try:
        return work()
    except (Refused, Rejected):
        here.application.limits.count_failed(here.request)
        raise


def _of(here: Context, origin: str) -> Callable[[], Fixed | None]:
    return lambda: here.services.catalogue.get(origin)


def _proof(given: Json) -> Json:
    return {"challenge": given.challenge, "response": given.response}


def _challenge(challenge: Json) -> Challenge:
    shape = challenge["shape"]
    if shape == "app":
        return AppChallenge(
            text=challenge["text"],
            require=challenge["require"],
            app_link=challenge.get("app_link"),
        )
    if shape == "form":
        return FormChallenge(fields=[FormField(**field) for field in challenge["fields"]])
    if shape == "redirect":
        return RedirectChallenge(address=challenge["address"])
    return WebauthnChallenge(options=JsonObject(challenge["options"]))


def _picture(address: str) -> str:
    code = segno.make(address, error="m", micro=False)
    return code.svg_data_uri(border=4, xmldecl=False, nl=False)
