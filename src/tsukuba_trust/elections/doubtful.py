"""Invalid papers by class, and doubtful papers (疑問票): a state that must end in a decision.

The counting manager decides after hearing the witnesses: valid for one option, valid with a
name that several share, or invalid for a reason. A paper without a decision stops the count.

:source: POEA art. 67, 68; elections-jp.md section 6
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.values import Sheet

# Class of an invalid paper -> how the results table calls it.
INVALID_CLASSES: Final[Mapping[str, str]] = {
    "not_official": "所定の用紙を用いないもの",
    "non_candidate": "候補者でない者の氏名を記載したもの",
    "two_or_more": "2人以上の氏名を記載したもの",
    "not_eligible": "被選挙権のない候補者の氏名を記載したもの",
    "other_matter": "候補者の氏名のほか、他事を記載したもの",
    "not_by_voter": "候補者の氏名を自書しないもの",
    "unclear": "候補者の何人を記載したかを確認し難いもの",
    "blank": "白紙",
    "symbols": "単に雑事・記号を記載したもの",
    "not_on_list": "名簿届出政党等でないもの",
}


@dataclass(frozen=True, slots=True)
class Doubtful:
    """One doubtful paper and what was decided about it.

    :param number: of the paper at its counting place
    :param options: one key: valid for it; several: valid, the name is shared; none: invalid
    :param reason: class of an invalid paper; empty with ``options`` empty too = undecided
    :param decided_by: the counting manager, and the witnesses who were heard
    """

    place: str
    number: int
    options: tuple[str, ...] = ()
    reason: str = ""
    decided_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What the decisions of one place add to its sheet."""

    votes: Mapping[str, int]
    shared: Mapping[tuple[str, ...], int]
    invalid: Mapping[str, int]


def settle(papers: Sequence[Doubtful], keys: Sequence[str]) -> Settled:
    """Add up decided papers of one counting place.

    :param keys: of the contest's options
    :raises Refused: ``doubtful_undecided``: one is still open
    :raises Rejected: ``doubtful_malformed``: a paper twice, a class or option that is none,
        a decision without people
    """
    votes: Counter[str] = Counter()
    shared: Counter[tuple[str, ...]] = Counter()
    invalid: Counter[str] = Counter()
    seen: set[tuple[str, int]] = set()
    for paper in papers:
        if (paper.place, paper.number) in seen:
            raise Rejected("doubtful_malformed", f"paper {paper.number} stands there twice")
        seen.add((paper.place, paper.number))
        _check(paper, keys)
        if not paper.options:
            invalid[paper.reason] += 1
        elif len(paper.options) == 1:
            votes[paper.options[0]] += 1
        else:
            shared[tuple(key for key in keys if key in paper.options)] += 1
    return Settled(votes, shared, invalid)


def _check(paper: Doubtful, keys: Sequence[str]) -> None:
    if not paper.options and not paper.reason:
        raise Refused("doubtful_undecided", f"paper {paper.number} has no decision yet")
    known = set(paper.options) <= set(keys) and len(set(paper.options)) == len(paper.options)
    if not known or (paper.options and paper.reason):
        raise Rejected("doubtful_malformed", f"paper {paper.number}: no such decision")
    if not paper.options and paper.reason not in INVALID_CLASSES:
        raise Rejected("doubtful_malformed", f"paper {paper.number}: no such class")
    if not paper.decided_by or not all(map(str.strip, paper.decided_by)):
        raise Rejected("doubtful_malformed", f"paper {paper.number}: nobody decided")


def add_settled(sheet: Sheet, settled: Settled, keys: Sequence[str]) -> Sheet:
    """Return a sheet with the decisions added; blank papers go to their own line."""
    votes = tuple(n + settled.votes.get(key, 0) for key, n in zip(keys, sheet.votes, strict=True))
    shared = Counter(dict(sheet.shared))
    shared.update(settled.shared)
    added = sum(settled.votes.values()) + sum(settled.shared.values())
    blank = settled.invalid.get("blank", 0)
    return Sheet(
        sheet.place,
        votes,
        sheet.blank + blank,
        sheet.invalid + sum(settled.invalid.values()) - blank,
        None if sheet.valid is None else sheet.valid + added,
        tuple(sorted(shared.items())),
    )
