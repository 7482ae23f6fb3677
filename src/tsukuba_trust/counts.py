"""What ballot schemes and tally methods speak in: counts, sheets, costs, ties and outcomes.

Every room reads them from ``values``, beside the values of an election.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

# A ranking, scores or grades: one entry per option, in the contest's order. A rank counts
# from 1, equal numbers are equal ranks; a score is 0 or more; a grade is the index in the
# contest's list of grades, 0 the best. None: not ranked, scored or graded. All None: blank.
Levels: TypeAlias = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Paper votes of one counting place, entered by officers.

    :param place: the counting district
    :param votes: per option, in the contest's order; fractions only from apportioned names
    :param valid: valid papers as counted; absent = the sum of ``votes`` and ``shared``
    :param shared: (option keys, papers) pairs: valid papers with a name that these options
        share; the method splits them (POEA art. 68-2)
    """

    place: str
    votes: tuple[int | Fraction, ...]
    blank: int
    invalid: int
    valid: int | None = None
    shared: tuple[tuple[tuple[str, ...], int], ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """What a tally method decides on: exact numbers only.

    :param votes: internet votes per option, in the contest's order
    :param blank: internet ballots that chose "blank"
    :param ballots: internet ballots counted, blank and invalid ones too
    :param invalid: (rule, ballots) pairs of ballots that decrypt to nothing valid
    :param electors: on the roll, where there is one
    :param preferences: (levels, ballots) pairs of a scheme that gives whole ballots, each
        kind once, sorted with None first; then ``votes`` is empty, and ``ballots`` is their
        sum + ``blank`` + ``invalid``
    :param levels: what their numbers are: "rank", "score" or "grade"; empty = whoever made
        the count knows
    """

    votes: tuple[int, ...]
    blank: int
    ballots: int
    invalid: tuple[tuple[str, int], ...] = ()
    sheets: tuple[Sheet, ...] = ()
    electors: int | None = None
    voters: int | None = None
    preferences: tuple[tuple[Levels, int], ...] = ()
    levels: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a contest costs in a group: exponentiations and bytes, each per ballot.

    :param seal: on the voter's device; ``check``: for the server and every verifier
    :param mix: for each mixer; ``mix_check``, ``mix_bytes``: per mixer; 0 without mixing
    :param opened: ciphertexts that every trustee decrypts however many ballots there are
    :param opened_each: and so many more for every ballot
    :param patterns: how many different ballots the published result can show; 0 where it
        says no more than sums (attack B10)
    """

    seal: int
    check: int
    ballot_bytes: int
    mix: int
    mix_check: int
    mix_bytes: int
    opened: int
    opened_each: int
    patterns: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Between whom a lot is to be drawn.

    :param candidates: option keys, in the contest's order
    :param seats: how many of them the lot elects
    :param stage: 1 = first
    :param kind: "election", "exclusion", "surplus", "finalist" or "runoff"
    """

    candidates: tuple[str, ...]
    seats: int
    stage: int = 1
    kind: str = "election"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tally method found (data/tallies ``expected`` uses the same words).

    :param status: "decided", "tie", "no_decision", "incomplete", "mixed", "not_decrypted"
    :param elected: option keys
    :param totals: (option key, votes) in the contest's order
    :param detail: what else explains the result: thresholds, quotas, rounds, reasons
    """

    status: str
    elected: tuple[str, ...] = ()
    tied: Tie | None = None
    totals: tuple[tuple[str, int | Fraction], ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
