"""Open elections of any size, written as archives that any verifier reads."""

import hashlib
import json
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tsukuba_trust.board import events
from tsukuba_trust.board.archive import write_archive
from tsukuba_trust.crypto import credentials
from tsukuba_trust.crypto.ballot import fingerprint, seal_ballot
from tsukuba_trust.crypto.groups import Group, group
from tsukuba_trust.crypto.record import election_record
from tsukuba_trust.crypto.trustees import new_single, trustees_text
from tsukuba_trust.interfaces import BallotContext
from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
from tsukuba_trust.values import Json, Randomness

UUID = "TsukubaBench11"
VOTER = "NyU-AWt-nf6-eGQ-8pZ"  # a text of the 2.0 form, which every release reads
SCHEME = HomomorphicBallots()


def stream(seed: str) -> Randomness:
    """Return reproducible bytes, so that two runs measure the same ballots."""
    calls = count()
    return lambda size: hashlib.shake_256(f"{seed}|{next(calls)}".encode()).digest(size)


@dataclass(frozen=True)
class Subject:
    """An election with one question: exactly 1 of n, blank or not."""

    group_name: str
    options: int
    blank: bool

    @property
    def title(self) -> str:
        return f"1 of {self.options}, {'blank' if self.blank else 'no blank'}"

    @property
    def group(self) -> Group:
        return group(self.group_name)

    @property
    def question(self) -> Json:
        names = [f"Option {i}" for i in range(self.options)]
        blank = {"blank": True} if self.blank else {}
        return {"answers": names, **blank, "min": 1, "max": 1, "question": "Which?"}

    @property
    def choice(self) -> list[int]:
        return [0, 1] + [0] * (self.options - 2)


class Box:
    """A subject with its key, its voters and their ballots.

    The first voter's credential text is ``VOTER``; she has not voted.
    """

    def __init__(self, subject: Subject, ballots: int) -> None:
        self.subject, of, draw = subject, subject.group, stream(subject.title)
        _, public = new_single(of, "", draw)
        questions = [subject.question]
        self.record = election_record(
            UUID, "Benchmark", "Benchmark", of.name, public["public_key"], questions
        )
        self.trustees = trustees_text([("Single", public)])
        self._key = of.decode(public["public_key"], identity_allowed=False)
        self._draw = draw
        secrets = [credentials.derive(of, UUID, VOTER)]
        secrets += [of.random_scalar(draw) for _ in range(ballots)]
        self._secrets = {credentials.public(of, secret): secret for secret in secrets}
        self.ballots = [self.make(credential) for credential in list(self._secrets)[1:]]

    def context(self, credential: str) -> BallotContext:
        """Return what the answer of a voter is bound to."""
        phi = fingerprint(self.record)
        return BallotContext(self.subject.group, self._key, phi, credential, self.subject.question)

    def make(self, credential: str = "") -> str:
        """Make one ballot, of the first voter when nobody is named."""
        credential = credential or next(iter(self._secrets))
        context = self.context(credential)
        answer = SCHEME.seal_answer(context, self.subject.choice, self._draw)
        secret, of = self._secrets[credential], self.subject.group
        phi = context.fingerprint
        return seal_ballot(of, UUID, phi, secret, credential, [answer], self._draw)

    def archive(self, ballots: int) -> bytes:
        """Return an open election of the first voter and as many more, each with a ballot."""
        of = self.subject.group
        listed = list(self._secrets)[: ballots + 1]
        listed.sort(key=lambda text: of.sort_key(of.reread(text)))
        setup = events.setup(self.record, self.trustees, json.dumps(listed, separators=(",", ":")))
        return write_archive(0, [setup, *map(events.ballot, self.ballots[:ballots])])

    def write(self, folder: Path, ballots: int) -> Path:
        """Write an archive, the first voter's credential and her choice into a new folder."""
        folder.mkdir()
        (folder / f"{UUID}.bel").write_bytes(self.archive(ballots))
        (folder / "credential").write_text(VOTER)
        blank = [0] * self.subject.blank
        (folder / "choice").write_text(json.dumps([blank + self.subject.choice]))
        return folder
