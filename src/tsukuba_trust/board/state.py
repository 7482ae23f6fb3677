"""What must be remembered of a log to judge its next entry: small, and plain JSON.

What has to be looked up by credential or holder is not in here but behind ``Lookup``,
which the store answers from its tables and ``Ledger`` from memory.

:source: board.md 2.5
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Protocol

from tsukuba_trust.board.entries import Blobs
from tsukuba_trust.values import Json

# Phases, in order: "suspended" alternates with "open"; "roll" and "struck" may be left out.
BEFORE_SEAL = ("new", "defined", "trustees", "roll")
BEFORE_OPENING = (*BEFORE_SEAL, "sealed", "rehearsed")
VOTING = ("open", "suspended")
COUNTING = ("ended", "struck", "tallying", "decrypting", "evaluating", "audited", "declaring")
FINAL = ("declared", "purged")


class Lookup(Protocol):
    """What is asked about earlier entries, always as they are before the judged one."""

    def registration(self, contest: str, credential: str) -> int | None:
        """Return the index of the entry that registered a credential, or nothing."""

    def holder(self, registration: int) -> int:
        """Return the first registration of the chain that a registration belongs to.

        :raises KeyError: no registration stands at this index
        """

    def current(self, holder: int) -> int:
        """Return the newest registration of a holder's chain."""

    def has_ballot(self, holder: int, contest: str) -> bool:
        """Return whether a ballot of the holder was accepted in the contest."""

    @property
    def blob(self) -> Blobs:
        """The blobs of this log by digest and size."""


@dataclass(frozen=True, slots=True)
class Members:
    """Trustees that decrypt together: numbers first…first+count−1, of whom ``threshold`` act."""

    first: int
    count: int
    threshold: int

    @property
    def numbers(self) -> range:
        """Their numbers among all trustees."""
        return range(self.first, self.first + self.count)

    def missing(self, owners: Collection[int]) -> int:
        """Return how many of them must still act when these trustees did."""
        return max(self.threshold - len(set(owners).intersection(self.numbers)), 0)


@dataclass(frozen=True, slots=True)
class State:
    """A log after ``size`` entries.

    :param definition_digest: D, hex (architecture D3)
    :param closes: the end in force, a time with offset; acts move it
    :param approval: the rule in force
    :param log_key: the vkey in force
    :param acts: number of the last act
    :param sealing: digests of the entries before the act seal
    :param pending: digests of the entries that must follow now, in order
    :param pending_act: (name, number) of the act whose subject they are
    :param ballots: holders with a ballot, by contest
    :param mixers: how many trustees mix a contest's ballots, where they are opened one by one
    :param tallied: ballots of the fixed tally, by contest
    :param shuffled: numbers of the trustees that mixed, in their order, by contest
    :param decrypted: numbers of the trustees whose decryption stands, by contest
    """

    size: int = 0
    phase: str = "new"
    origin: str = ""
    definition_digest: str = ""
    contests: tuple[str, ...] = ()
    electorate: str = ""
    revote: bool = True
    minimum_ballots: int = 0
    trustees: tuple[int, int] = (0, 0)  # how many there are, and how many must act
    closes: str = ""
    approval: Json = field(default_factory=dict)
    log_key: str = ""
    witness_policy: str = ""
    roll_root: str = ""
    acts: int = 0
    waived: bool = False
    rehearsal: int = 0
    sealing: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    pending_act: tuple[str, int] = ("", 0)
    holders: int = 0
    ballots: Mapping[str, int] = field(default_factory=dict)
    members: tuple[Members, ...] = ()
    mixers: Mapping[str, int] = field(default_factory=dict)
    tallied: Mapping[str, int] = field(default_factory=dict)
    shuffled: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    decrypted: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    declared: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """Return plain JSON; ``from_json`` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Json) -> "State":
        """Read what ``to_json`` wrote, also after a way through JSON text.

        :raises KeyError: it is the state of another version
        """
        values = {item.name: value[item.name] for item in fields(cls)}
        for name in ("contests", "trustees", "sealing", "pending", "pending_act", "declared"):
            values[name] = tuple(values[name])
        values["members"] = tuple(Members(**item) for item in values["members"])
        for name in ("shuffled", "decrypted"):
            values[name] = {c: tuple(owners) for c, owners in values[name].items()}
        return cls(**values)

    def needs_decryption(self, contest: str) -> bool:
        """Return whether the contest reached the fewest ballots that may be decrypted (D9)."""
        return self.tallied[contest] >= self.minimum_ballots

    def shuffles_missing(self, contest: str) -> int:
        """Return how many trustees must still mix the contest's ballots."""
        return self.mixers.get(contest, 0) - len(self.shuffled.get(contest, ()))

    def wants_decryption_of(self, contest: str, trustee: int) -> bool:
        """Return whether this trustee's decryption is still missing (protocol.md 16)."""
        owners = self.decrypted.get(contest, ())
        return any(trustee in m.numbers and m.missing(owners) for m in self.members)

    def is_decrypted(self, contest: str) -> bool:
        """Return whether enough trustees decrypted the contest's tally."""
        owners = self.decrypted.get(contest, ())
        return not any(members.missing(owners) for members in self.members)

    @property
    def decryption_complete(self) -> bool:
        """Whether every contest that may be decrypted is."""
        return all(self.is_decrypted(c) for c in self.contests if self.needs_decryption(c))
