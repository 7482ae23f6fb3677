"""Small elections as archives, made from their parts, with every secret at hand.

Golden archives of belenios-tool, opened into events, and own ones on Ed25519. A test
changes one thing and writes the archive again with its digests and chain in order.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from tsukuba_trust.board import events
from tsukuba_trust.board.archive import Archive, Event, digest, read_archive, write_archive
from tsukuba_trust.crypto import credentials, json_text, trustees
from tsukuba_trust.crypto.ballot import fingerprint, read_ballot, seal_ballot
from tsukuba_trust.crypto.decryption import check_partial, combine, partial_decrypt
from tsukuba_trust.crypto.elgamal import Ciphertext, ciphertext_json
from tsukuba_trust.crypto.groups import Group, group
from tsukuba_trust.crypto.record import election_record, read_record
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
from tsukuba_trust.plugins.ballots.preference import PreferenceBallots
from tsukuba_trust.values import Json

VECTORS = Path(__file__).parent / "vectors" / "belenios"
SCHEMES = {"homomorphic": HomomorphicBallots(), "preference": PreferenceBallots()}
QUESTION = {"answers": ["Aoi", "Ren"], "min": 1, "max": 1, "question": "Who?"}
UUID = "TsukubaTest111"
TIME = 1_760_000_000
WITHOUT_PREFERENCES = (
    "ed-h-multi-20",
    "ed-h-single-3",
    "ed-h-weights-5",
    "ed-threshold-5-v21",
    "ed-threshold-5-v33",
    "ff-h-multi-20",
    "ff-h-single-3",
    "ff-h-weights-5",
    "ff-threshold-5",
    "ff-threshold-5-v33",
)
WITH_PREFERENCES = ("ed-mixed-6", "ed-mixed-6-v33", "ed-nh-20", "rfc-mixed-6", "rfc-nh-20")


@cache
def golden_bytes(name: str) -> bytes:
    """Return the bytes of a golden archive."""
    (path,) = (VECTORS / name).glob("*.bel")
    return path.read_bytes()


@cache
def golden(name: str) -> Archive:
    """Return a golden archive, opened."""
    return read_archive(golden_bytes(name))


def rewritten(archive: Archive, change: Callable[[list[Event]], object]) -> bytes:
    """Return an archive's bytes after a change to its events."""
    found = list(archive.events)
    change(found)
    return write_archive(archive.timestamp, found)


def with_trustees(archive: Archive, text: str) -> bytes:
    """Return an archive with another trustees record; everything else fits."""
    election, _, listed, _ = archive.events[0].records
    return write_archive(
        archive.timestamp, [events.setup(election, text, listed), *archive.events[1:]]
    )


@dataclass(frozen=True)
class Sample:
    """An election of our own with one question, two singles and a handful of voters.

    :param secrets: of the trustees by number of owner
    :param voters: secret scalars of the voters
    """

    of_group: Group
    record: str
    trustees: str
    listed: str
    secrets: Mapping[int, int]
    voters: tuple[int, ...]

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.record)

    @property
    def read_trustees(self) -> trustees.Trustees:
        return trustees.parse_trustees(self.of_group, self.trustees)

    @property
    def questions(self) -> list[Json]:
        return list(json.loads(self.record)["questions"])

    @property
    def schemes(self) -> list[IBallotScheme]:
        """One per question."""
        names = {"": "homomorphic", "NonHomomorphic": "preference"}
        return [SCHEMES[names[question.get("type", "")]] for question in self.questions]

    def contexts(self, credential: str = "") -> list[BallotContext]:
        key, phi = self.read_trustees.key, self.fingerprint
        return [BallotContext(self.of_group, key, phi, credential, q) for q in self.questions]

    def credential(self, voter: int) -> str:
        return credentials.public(self.of_group, self.voters[voter])

    def answers(self, voter: int, choice: int = 0) -> list[Json]:
        """Seal the same choice in every question."""
        made = []
        for scheme, context in zip(
            self.schemes, self.contexts(self.credential(voter)), strict=True
        ):
            row = [0] * _options(context.question)
            row[choice] = 1
            made.append(scheme.seal_answer(context, row, os.urandom))
        return made

    def sign(self, voter: int, answers: Sequence[Json], *, uuid: str = UUID, phi: str = "") -> str:
        return seal_ballot(
            self.of_group,
            uuid,
            phi or self.fingerprint,
            self.voters[voter],
            self.credential(voter),
            answers,
            os.urandom,
        )

    def ballot(self, voter: int, choice: int = 0) -> str:
        return self.sign(voter, self.answers(voter, choice))

    def setup(self) -> Event:
        return events.setup(self.record, self.trustees, self.listed)

    def open(self, *ballots: str) -> list[Event]:
        """Return the events of an election that still goes on."""
        return [self.setup(), *(events.ballot(text) for text in ballots)]

    def sums(self, ballots: Sequence[str]) -> list[list[Ciphertext]]:
        """Add up ballots, one per credential."""
        weights = {}
        for entry in json.loads(self.listed):
            credential, _, weight = entry.partition(",")
            weights[credential] = int(weight or 1)
        read = [read_ballot(text) for text in ballots]
        counted = [weights[ballot.credential] for ballot in read]
        return [
            list(scheme.combine(context, [ballot.answers[i] for ballot in read], counted))
            for i, (scheme, context) in enumerate(zip(self.schemes, self.contexts(), strict=True))
        ]

    def tally(self, ballots: Sequence[str], total_weight: int | None = None) -> events.Tally:
        rows = [[ciphertext_json(self.of_group, c) for c in row] for row in self.sums(ballots)]
        weight = len(ballots) if total_weight is None else total_weight
        return events.Tally(json_text.write(rows), len(ballots), weight)

    def tallied(self, *ballots: str) -> list[Event]:
        """Return the events up to EncryptedTally."""
        closing = [events.end_ballots(), events.encrypted_tally(self.tally(ballots))]
        return [*self.open(*ballots), *closing]

    def decryption(self, owner: int, ballots: Sequence[str]) -> str:
        secret = self.secrets[owner]
        public = self.of_group.power_secret(self.of_group.generator, secret)
        return partial_decrypt(
            self.of_group, self.fingerprint, secret, public, self.sums(ballots), os.urandom
        )

    def decrypted(self, *ballots: str, by: Sequence[int] = ()) -> list[Event]:
        """Return the events up to the decryptions."""
        done = [
            events.partial_decryption(owner, self.decryption(owner, ballots))
            for owner in by or self.secrets
        ]
        return [*self.tallied(*ballots), *done]

    def result(self, ballots: Sequence[str], by: Sequence[int] = ()) -> str:
        """Decrypt with these owners and write the result."""
        of, sums = self.read_trustees, self.sums(ballots)
        factors = {}
        for owner in by or self.secrets:
            key = of.verification_keys[owner - 1]
            text = self.decryption(owner, ballots)
            factors[owner] = check_partial(self.of_group, self.fingerprint, key, sums, text)
        weight = sum(int(e.partition(",")[2] or 1) for e in json.loads(self.listed))
        rows = zip(self.schemes, self.contexts(), combine(of, factors, sums), strict=True)
        entries = [scheme.decode(context, row, weight) for scheme, context, row in rows]
        return json_text.write({"result": entries})

    def complete(self, *ballots: str, by: Sequence[int] = ()) -> list[Event]:
        """Return all events."""
        last = events.result(self.result(ballots, by))
        return [*self.decrypted(*ballots, by=by), last]


def _options(question: Json) -> int:
    """Return how many options there are; they stand apart where a ballot has fewer entries."""
    answers = question.get("value", question)["answers"]
    return len(question.get("extra", {}).get("options", answers))


def archive(made: Sequence[Event]) -> bytes:
    """Write events as an archive."""
    return write_archive(TIME, made)


@cache
def sample(group_name: str = "Ed25519") -> Sample:
    """Return an election with two single trustees and three voters."""
    return new_sample(group_name)


def new_sample(
    group_name: str = "Ed25519",
    *,
    items: Sequence[tuple[str, Json]] | None = None,
    secrets: Mapping[int, int] | None = None,
    questions: Sequence[Json] = (QUESTION,),
    voters: int = 3,
    weights: Sequence[int] = (),
) -> Sample:
    """Make an election; two single trustees unless others are given."""
    of_group = group(group_name)
    if items is None:
        made = [trustees.new_single(of_group, name, os.urandom) for name in ("", "second")]
        items = [("Single", public) for _, public in made]
        secrets = {owner: secret for owner, (secret, _) in enumerate(made, 1)}
    text = trustees.trustees_text(items)
    key = of_group.encode(trustees.parse_trustees(of_group, text).key)
    record = election_record(UUID, "Test", "A test.", group_name, key, questions)
    scalars = tuple(of_group.random_scalar(os.urandom) for _ in range(voters))
    listed = [credentials.public(of_group, scalar) for scalar in scalars]
    for place, weight in enumerate(weights):
        listed[place] += f",{weight}"
    assert read_record(record).key is not None
    return Sample(of_group, record, text, json_text.write(listed), secrets or {}, scalars)


def flawed(proof: Json) -> Json:
    """Return a proof whose response is off by one."""
    return {**proof, "response": str(int(proof["response"]) + 1)}


def owned(event: Event, owner: int, payload: str = "") -> Event:
    """Return a decryption event under another owner or naming another payload."""
    text = event.records[0]
    named = json_text.write({"owner": owner, "payload": payload or digest(text.encode())})
    return replace(event, records=(text, named))
