"""Four sums that must agree before paper and internet votes become one result.

A difference is shown, never smoothed over: who sees it finds the missing papers.

:source: elections-jp.md section 6; attack O09
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tsukuba_trust.elections.papers import valid_on_paper
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Sheet

RECEIVED = "received = valid + blank + invalid"
VOTERS = "voters = received + not returned + not accepted"
VALID = "votes + shared names = valid"
ROLL = "channels = marked on the roll"
LISTED = "marked <= electors on the list"
COVERED = "electors of the lists = electors on the roll"


@dataclass(frozen=True, slots=True)
class Protocol:
    """What a counting place writes down beside its sheet.

    :param voters: marked as having voted there
    :param received: papers in the box
    :param not_returned: papers that were taken away (持ち帰り)
    :param not_accepted: refused ballots (不受理)
    :param lost: thousandths that were cut off when the place itself split shared names
    """

    voters: int
    received: int
    not_returned: int = 0
    not_accepted: int = 0
    lost: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Difference:
    """A sum that does not agree.

    :param rule: RECEIVED, VOTERS, VALID, ROLL, LISTED or COVERED
    :param place: the counting place; empty for the whole election
    :param left: the left side of the rule
    """

    rule: str
    place: str
    left: Fraction
    right: Fraction


def differences(
    sheets: Sequence[tuple[Sheet, Protocol]], *, channels: Mapping[str, int], marked: int
) -> list[Difference]:
    """Return every sum that does not agree; none = the papers may be counted.

    :param channels: channel ("internet", "paper", …) -> voters that it reports
    :param marked: electors who are marked on the roll as having voted, struck ones left out
    """
    found = box_differences(sheets)
    total = Fraction(sum(channels.values()))
    if total != marked:
        found.append(Difference(ROLL, "", total, Fraction(marked)))
    return found


def box_differences(
    sheets: Sequence[tuple[Sheet, Protocol]], *, marks: int = 1
) -> list[Difference]:
    """Return the sums inside the boxes that do not agree, place by place.

    :param marks: that one paper may have; with several, votes are no papers and the tally
        method bounds them
    """
    found: list[Difference] = []
    for sheet, protocol in sheets:
        try:
            valid = valid_on_paper(sheet)
        except Rejected:
            valid = Fraction(sheet.valid or 0)
        named = sum((Fraction(n) for n in sheet.votes), Fraction(0))
        named += sum(n for _, n in sheet.shared)
        received = Fraction(protocol.received)
        given = received + protocol.not_returned + protocol.not_accepted
        sides = (
            (RECEIVED, received, valid + sheet.blank + sheet.invalid),
            (VOTERS, Fraction(protocol.voters), given),
            (VALID, named + protocol.lost if marks == 1 else valid, valid),
        )
        found += [
            Difference(rule, sheet.place, left, right)
            for rule, left, right in sides
            if left != right
        ]
    return found
