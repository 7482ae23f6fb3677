"""Elections of our own whose ballots are mixed before they are opened."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from archives import QUESTION, Sample, new_sample
from tsukuba_trust.board import events
from tsukuba_trust.board.archive import Event
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.decryption import check_partial, combine, partial_decrypt
from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.shuffle_record import check_shuffle, shuffle_lists
from tsukuba_trust.values import Json

PREFERENCE = {
    "type": "NonHomomorphic",
    "value": {"answers": ["Aoi", "Ren", "空"], "question": "In which order?"},
}


@dataclass(frozen=True)
class Mixing:
    """A tallied election with several mixers.

    :param shuffles: (owner, text) in order
    :param rows: what the trustees decrypt, one row per question
    """

    of: Sample
    ballots: tuple[str, ...]
    shuffles: tuple[tuple[int, str], ...]
    rows: tuple[tuple[Ciphertext, ...], ...]

    @property
    def lists(self) -> list[tuple[Ciphertext, ...]]:
        """What the next mixer begins with."""
        pairs = zip(self.of.schemes, self.rows, strict=True)
        return [row for scheme, row in pairs if scheme.needs_shuffle]

    def mixed_by(self, owner: int, text: str = "") -> "Mixing":
        """Return the same after one more mixer.

        :param text: of her shuffle; made honestly when it is left out
        """
        of, key, phi = self.of.of_group, self.of.read_trustees.key, self.of.fingerprint
        text = text or shuffle_lists(of, key, phi, self.lists, os.urandom)
        lists = iter(check_shuffle(of, key, phi, self.lists, text))
        rows = tuple(
            next(lists) if scheme.needs_shuffle else row
            for scheme, row in zip(self.of.schemes, self.rows, strict=True)
        )
        return Mixing(self.of, self.ballots, (*self.shuffles, (owner, text)), rows)

    def events(self) -> list[Event]:
        """Return the events up to the last shuffle."""
        done = [events.shuffle(owner, text) for owner, text in self.shuffles]
        return [*self.of.tallied(*self.ballots), *done]

    def decryption(self, owner: int) -> str:
        of, secret = self.of.of_group, self.of.secrets[owner]
        public = of.power_secret(of.generator, secret)
        return partial_decrypt(of, self.of.fingerprint, secret, public, self.rows, os.urandom)

    def closing(self) -> list[Event]:
        """Return the events behind the last shuffle: its end, decryptions, result."""
        trustees, of, factors, done = self.of.read_trustees, self.of.of_group, {}, []
        for owner in self.of.secrets:
            text, key = self.decryption(owner), trustees.verification_keys[owner - 1]
            factors[owner] = check_partial(of, self.of.fingerprint, key, self.rows, text)
            done.append(events.partial_decryption(owner, text))
        opened = combine(trustees, factors, self.rows)
        rows = zip(self.of.schemes, self.of.contexts(), opened, strict=True)
        weight = len(self.ballots)
        entries: list[Json] = [scheme.decode(c, row, weight) for scheme, c, row in rows]
        result = events.result(json_text.write({"result": entries}))
        return [events.end_shuffles(), *done, result]

    def complete(self) -> list[Event]:
        """Return all events."""
        return [*self.events(), *self.closing()]


def tallied(
    group_name: str = "Ed25519",
    *,
    questions: Sequence[Json] = (PREFERENCE,),
    choices: Sequence[int] = (0, 2, 1),
) -> Mixing:
    """Hold an election up to its tally; voter n makes choice n."""
    made = new_sample(group_name, questions=questions, voters=max(len(choices), 1))
    texts = tuple(made.ballot(voter, choice) for voter, choice in enumerate(choices))
    return Mixing(made, texts, (), tuple(map(tuple, made.sums(texts))))


@cache
def mixed() -> Mixing:
    """Return an election that both trustees have mixed."""
    return tallied().mixed_by(1).mixed_by(2)


@cache
def mixed_questions() -> Mixing:
    """Return the same with a question whose ballots are added up."""
    return tallied(questions=(QUESTION, PREFERENCE), choices=(0, 1, 1)).mixed_by(2).mixed_by(1)
