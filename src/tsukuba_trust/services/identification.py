"""Identification: a booth's keys go in, somebody answers, a token or digits come out (D7).

An attempt belongs to the page that knows its secret; whoever answers it gets a token or
digits, and only page secret and token together register anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tsukuba_trust.board import entries, registration
from tsukuba_trust.crypto import credentials, proofs
from tsukuba_trust.crypto.groups import group as named_group
from tsukuba_trust.errors import Refused, Unavailable
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.admission import Judged
from tsukuba_trust.services.attempting import Attempting
from tsukuba_trust.services.fixed import Catalogue, Fixed
from tsukuba_trust.services.judging import Judging
from tsukuba_trust.services.keys import RegistrarKeys, registrar_keys
from tsukuba_trust.services.period import check_open
from tsukuba_trust.services.roll import Rolls
from tsukuba_trust.services.tokens import Answer
from tsukuba_trust.store.attempts import LIFETIME_S, Attempt, AttemptStore
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.roll import RollStore
from tsukuba_trust.values import Json, Randomness

UNCHECKED = "cert_check_unavailable"
ATTEMPT_SIZE = 16
SECRET_SIZE = 32
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,2}\Z")


@dataclass(frozen=True, slots=True)
class Started:
    """An attempt of ten minutes and what the device is asked."""

    attempt: str
    challenge: Json
    expires: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """What a device needs: nothing of credentials, blind, page secret or choice."""

    provider: str
    origin: str
    title: str
    voting_host: str
    expires: datetime
    locale: str
    challenge: Json
    digits: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an attempt stands, for the page that began it.

    :param state: of the store's attempts, or "refused" or "expired"
    :param refusal: code of the last refused answer while the device may answer again
    """

    state: str
    refusal: str
    started: datetime
    expires: datetime


class Identification:
    """Starts attempts and judges answers; the registrar adds the claim. Thread-safe.

    Every method takes the admission time of its request; nothing here reads a clock.

    :param keys: by the origin of the election
    :param voting_host: host name and port that the registration text names
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        board: BoardStore,
        roll: RollStore,
        rolls: Rolls,
        attempts: AttemptStore,
        registry: Registry,
        keys: Mapping[str, RegistrarKeys],
        voting_host: str,
        randomness: Randomness,
    ) -> None:
        self._catalogue = catalogue
        self._board = board
        self._roll = roll
        self._attempting = Attempting(attempts)
        self._judging = Judging(
            board=board,
            roll=roll,
            rolls=rolls,
            registry=registry,
            keys=keys,
            voting_host=voting_host,
        )
        self._keys = keys
        self._voting_host = voting_host
        self._randomness = randomness

    def start_identification(
        self,
        origin: str,
        provider: str,
        given: Mapping[str, str],
        proof_of: Mapping[str, Json],
        blind: bytes,
        page_secret_hash: bytes,
        locale: str,
        at: datetime,
    ) -> Started:
        """Begin an attempt. (1) open (2) provider offered (3) sizes (4) keys and proofs.

        :param given: public credential of every contest, by uuid
        :param proof_of: its proof of knowledge
        :param blind: 32 bytes (D2)
        :param page_secret_hash: SHA-256 of the page's secret
        :raises Refused: ``not_open``, ``closed``, ``suspended``, ``unknown_provider``,
            ``contests_differ``, ``credential_taken``, ``attempt_malformed``
        :raises Rejected: a credential or its proof does not stand
        """
        fixed = self._catalogue.get(origin)
        check_open(fixed, self._board.state(origin), at)
        plugin = self._judging.provider(fixed, provider)
        if len(blind) != SECRET_SIZE or len(page_secret_hash) != SECRET_SIZE:
            raise Refused("attempt_malformed", "blind and hash have 32 bytes")
        if not LANGUAGE_TAG.match(locale):  # kept: so nothing else may be typed there (J07)
            raise Refused("attempt_malformed", "locale is a language tag")
        items = self._checked(fixed, given, proof_of)
        content = {
            "provider": provider,
            "credentials": items,
            "blind": blind.hex(),
            "locale": locale,
        }
        attempt = self._new(origin, content, page_secret_hash, at)
        begun = plugin.begin(self._judging.view(fixed, attempt))
        content = {**attempt.content, "challenge": begun.challenge}
        self._attempting.add(replace(attempt, content=content, provider_state=begun.state))
        return Started(attempt.id, begun.challenge, attempt.expires)

    def identification_request(self, attempt_id: str, at: datetime) -> Request:
        """Say what a device has to answer; anybody may ask.

        :raises Refused: ``unknown_attempt``, ``attempt_expired`` or one of ``complete``
        """

        attempt = self._attempting.opened(attempt_id, at)
        fixed = self._catalogue.get(attempt.election)
        return Request(
            provider=attempt.content["provider"],
            origin=fixed.origin,
            title=fixed.election.title.in_language(attempt.content["locale"]),
            voting_host=self._voting_host,
            expires=attempt.expires,
            locale=attempt.content["locale"],
            challenge=attempt.content["challenge"],
            digits=fixed.election.cross_device,
        )

    def progress(self, attempt_id: str, page_secret: bytes, at: datetime) -> Progress:
        """Tell the page that began an attempt where it stands.

        :raises Refused: ``unknown_attempt``, to every other page too
        """
        attempt = self._attempting.seen_by_page(attempt_id, page_secret)
        waiting = attempt.state in ("waiting", "opened")
        refusal = (attempt.content or {}).get("refusal", "") if waiting else ""
        state = "refused" if refusal else attempt.state
        if at >= attempt.expires:
            state = "expired"
        started = attempt.expires - timedelta(seconds=LIFETIME_S)
        return Progress(state, refusal, started, attempt.expires)

    def complete_identification(self, attempt_id: str, response: Json, at: datetime) -> Answer:
        """Judge an answer; the evidence is checked, not the caller.

        (1) attempt answerable, under ten refusals (2) voting open (3) provider (4) quality
        and conditions (5) who it is (6) first answer kept; the same person again gets the
        answer of her first; another person voids the attempt.

        :raises Refused: ``unknown_attempt``, ``attempt_expired``, ``attempt_contested``,
            ``attempt_claimed``, ``too_many_tries``, or a ground of (2)–(5)
        :raises Unavailable: ``cert_check_unavailable``: this answer does not count
        """
        attempt = self._attempting.answerable(attempt_id, at)
        fixed = self._catalogue.get(attempt.election)
        check_open(fixed, self._board.state(fixed.origin), at)
        keys = self._keys_of(fixed)
        try:
            judged = self._judging.judge(fixed, attempt, response, at)
        except Unavailable as error:
            # The page is told; the attempt loses nothing by it (attack J05).
            if error.code == UNCHECKED:
                self._attempting.note_refusal(attempt_id, error.code)
            raise
        except Refused as error:
            self._attempting.count_refused(attempt_id, error.code)
            if error.code == "wrong_token":
                self._attempting.count_wrong_code(fixed.origin)
            raise
        kept = self._attempting.keep(
            attempt_id,
            judged.seal(keys.persons),
            judged.evidence,
            at,
            same=lambda kept: Judged.unseal(keys.persons, kept).person == judged.person,
            digits=fixed.election.cross_device,
        )
        return replace(kept, origin=fixed.origin)

    def _new(self, origin: str, content: Json, page_secret_hash: bytes, at: datetime) -> Attempt:
        return Attempt(
            id=self._randomness(ATTEMPT_SIZE).hex(),
            election=origin,
            page_secret=page_secret_hash,
            content=content,
            provider_state=None,
            expires=at.replace(microsecond=0) + timedelta(seconds=LIFETIME_S),
        )

    def _checked(
        self, fixed: Fixed, given: Mapping[str, str], proof_of: Mapping[str, Json]
    ) -> list[Json]:
        """Check keys and proofs, and return the items of the entry in the definition's order."""
        contests = fixed.defined["contests"]
        if set(given) != set(contests) or set(proof_of) != set(contests):
            raise Refused("contests_differ", "credentials for all contests are wanted")
        group = named_group(fixed.election.group)
        for contest in contests:
            public = credentials.read_credential(group, given[contest])
            prefix = registration.proof_prefix(contest, given[contest])
            proof = proofs.read_proof(group, proof_of[contest])
            proofs.check_knowledge(group, prefix, public, proof, step="registration")
            key = entries.credential_key(contest, given[contest])
            if self._board.find(fixed.origin, key) is not None:
                raise Refused("credential_taken")
        return [
            {"contest": one, "credential": given[one], "proof": proof_of[one]} for one in contests
        ]

    def _allows_digits(self, origin: str) -> bool:
        return self._catalogue.get(origin).election.cross_device

    def _keys_of(self, fixed: Fixed) -> RegistrarKeys:
        return registrar_keys(self._keys, fixed.origin)
