"""Cards: certificates beside bare RSA verifications, and whole identifications.

A certificate costs one RSA verification, a card's answer two (the certificate and the signature
over the registration text); the ratios are to as many bare ones. Of an identification the
server's part is measured: an attempt with its proofs, the answer, the claim that writes the board.
"""

import base64
import secrets
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from rich.table import Table

from benchmarks.elections import PROVIDER, Held, open_vote
from benchmarks.measure import Run, medians, own
from benchmarks.records import Track
from tsukuba_trust.jpki.certificate import read_certificate
from tsukuba_trust.jpki.validate import validate
from tsukuba_trust.plugins.identity.card_forms import read_response
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.messages import message
from tsukuba_trust.testing.people import Person, people
from tsukuba_trust.testing.voter import Voter

TIMES, REPEATS = 200, 25
PEOPLE = 60
WARM = 10
LOCALE = "ja"
TEXT = "つくばトラスト 登録 / tsukuba-trust registration 1\n" + "x" * 400
BARE = "bare RSA-2048 verification"
SIGNING, AUTHENTICATION = "signing certificate", "authentication certificate"
RAW, CMS = "answer: certificate and signature", "answer: CMS"
VERIFICATIONS = {SIGNING: 1, AUTHENTICATION: 1, RAW: 2, CMS: 2}


@dataclass(frozen=True)
class Measured:
    """Median CPU seconds.

    :param each: by what was checked
    :param identification: of the server's part of one
    """

    each: dict[str, float]
    identification: float

    def ratio(self, what: str) -> float:
        """Return how many are done in the time of as many bare RSA verifications as they need."""
        return self.each[BARE] * VERIFICATIONS[what] / self.each[what]


def measure(folder: Path, track: Track) -> Measured:
    """Measure certificates and answers alone, then identifications through the services."""
    each = medians(_runs(), REPEATS)
    state = folder / "cards"
    state.mkdir()
    with open_vote(state) as held:
        crowd = people(1, PEOPLE)
        seconds = [_identify(held, crowd[n]) for n in track(range(PEOPLE), "Identifying")]
    return Measured(each, statistics.median(seconds[WARM:]))


def _runs() -> dict[str, Run]:
    at = datetime.now(UTC)
    authority = TestAuthority(at)
    person = people(1, 2)[1]
    card, other = authority.card(person), authority.card(person, purpose="auth")
    read = read_certificate(card.certificate)
    issuer = authority.issuers.sign.certificate.public_key()
    if not isinstance(issuer, rsa.RSAPublicKey):
        raise TypeError
    bare = partial(issuer.verify, read.signature, read.signed, padding.PKCS1v15(), SHA256())
    cms = {"cms": base64.b64encode(message(card, TEXT).make()).decode("ascii")}
    anchors = authority.anchors

    def answer(response: dict[str, str]) -> None:
        signed = read_response(response)
        signed.check(validate(signed.certificate, at, anchors, "sign"), TEXT.encode())

    return {
        BARE: own(bare, TIMES),
        SIGNING: own(partial(validate, card.certificate, at, anchors, "sign"), TIMES),
        AUTHENTICATION: own(partial(validate, other.certificate, at, anchors, "auth"), TIMES),
        RAW: own(partial(answer, card.response(TEXT)), TIMES),
        CMS: own(partial(answer, cms), TIMES),
    }


def _identify(held: Held, person: Person) -> float:
    """Identify somebody; return what the server spent."""
    registrar, at = held.services.registrar, held.clock.during(1, 2)
    voter = Voter(held.fixed, secrets.token_bytes)
    card, proofs = held.authority.card(person), voter.proofs()
    begun = time.process_time()
    started = registrar.start_identification(
        held.fixed.origin,
        PROVIDER,
        voter.credentials,
        proofs,
        voter.blind,
        voter.page_secret_hash,
        LOCALE,
        at,
    )
    spent = time.process_time() - begun
    response = card.response(started.challenge["text"])
    begun = time.process_time()
    token = registrar.complete_identification(started.attempt, response, at).token
    registrar.claim_identification(started.attempt, voter.page_secret, token, at)
    return spent + time.process_time() - begun


def table(found: Measured) -> Table:
    """Return the measurements as a table."""
    shown = Table(title="Cards: medians, CPU")
    shown.add_column("what")
    for name in ("microseconds", "per second", "beside as many bare verifications"):
        shown.add_column(name, justify="right")
    for what, seconds in found.each.items():
        ratio = f"{found.ratio(what):.2f}" if what in VERIFICATIONS else ""
        shown.add_row(what, f"{seconds * 1e6:.1f}", f"{1 / seconds:,.0f}", ratio)
    spent = found.identification
    shown.add_row("identification, end to end", f"{spent * 1e6:,.0f}", f"{1 / spent:,.0f}", "")
    return shown
