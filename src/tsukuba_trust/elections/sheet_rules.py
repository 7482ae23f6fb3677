"""What sheets must keep before they are counted: each one alone, and all with the roll.

The office, whoever enters sheets and every verifier ask the same functions. A difference is
shown, never smoothed over.

:source: elections-jp.md section 6; board.md 2.2; attack O09
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from tsukuba_trust.board.encodings import base64_text
from tsukuba_trust.board.signatures import PrivateKey, check_signature
from tsukuba_trust.elections.electors import groups_of_contest, paper_groups
from tsukuba_trust.elections.figures import fixed
from tsukuba_trust.elections.reading import single_line
from tsukuba_trust.elections.sheets import CLASSES, PaperSheet, Source
from tsukuba_trust.elections.sum_rules import (
    COVERED,
    LISTED,
    ROLL,
    Difference,
    box_differences,
)
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.values import Contest, Election, Json

SUMS_DIFFER = "sums_differ"
STEP = "10"
_NAMES_OF_ONE = 3  # that somebody may share: surname, given name, both together


def check_place(paper: PaperSheet, election: Election, contest: Contest) -> None:
    """Check what a sheet names: a group of the roll that votes here, classes, shared names.

    :raises Rejected: ``place_malformed``, ``group_unknown``, ``class_unknown``,
        ``decimals_not_due``, ``lost_too_much``, ``shared_name_malformed``, ``doubtful_malformed``
    :raises Refused: ``doubtful_undecided``
    """
    if not _is_plain(paper.place):
        raise Rejected("place_malformed", "one line without spaces around it, in Unicode form NFC")
    keys = [option.key for option in contest.options]
    groups = [name for name, _ in election.roll.groups]
    if paper.group and paper.group not in groups:
        raise Rejected("group_unknown", f"{paper.group} is no group of the roll")
    if paper.group and contest.groups and paper.group not in contest.groups:
        raise Rejected("group_unknown", f"{paper.group} does not vote in this contest")
    if not paper.group and paper_groups(election, contest):
        raise Rejected("group_unknown", "a sheet names the group of the roll that it covers")
    names = [name for name, _ in paper.invalid]
    if len(set(names)) != len(names) or not set(names) <= set(CLASSES):
        raise Rejected("class_unknown", "no such class of invalid papers, or one twice")
    splits = "shared_names" in contest.tally
    if not splits and any(Fraction(n).denominator != 1 for n in paper.sheet.votes):
        raise Rejected("decimals_not_due", "no rule splits votes here, so papers are whole")
    if paper.protocol.lost and paper.protocol.lost >= _most_lost(contest):
        detail = f"cutting off loses less than {_plain(_most_lost(contest))} here"
        raise Rejected("lost_too_much", detail)
    for members, _ in paper.sheet.shared:
        known = set(members) <= set(keys) and len(set(members)) == len(members)
        if not splits or not known or len(members) < 2:
            raise Rejected("shared_name_malformed", "a shared name belongs to two or more options")
    paper.counted(keys)


def _is_plain(name: str) -> bool:
    """Tell whether a name is written so that it is not taken for another one."""
    return bool(name) and name == unicodedata.normalize("NFC", name.strip()) and single_line(name)


def _most_lost(contest: Contest) -> Fraction:
    """Return what a place that splits shared names itself loses less than; else 0."""
    rule = contest.tally.get("shared_names")
    if rule is None:
        return Fraction(0)
    cuts = _NAMES_OF_ONE * len(contest.options)
    return cuts * Fraction(1, 10 ** rule.get("decimals", 3))


def place_differences(paper: PaperSheet, contest: Contest, marks: int) -> list[Difference]:
    """Return the sums of one place that do not agree; ``check_place`` comes before.

    :param marks: of how many options one paper may speak
    :raises Refused: ``doubtful_undecided``
    """
    counted = paper.counted([option.key for option in contest.options])
    found = box_differences([(counted, paper.protocol)], marks=marks)
    voters, marked = Fraction(paper.protocol.voters), Fraction(paper.marked)
    if marked < voters:
        found.append(Difference(ROLL, paper.place, voters, marked))
    if paper.marked > paper.electors:
        found.append(Difference(LISTED, paper.place, marked, Fraction(paper.electors)))
    return found


def channel_differences(
    papers: Sequence[PaperSheet],
    election: Election,
    contest: Contest,
    *,
    groups: Mapping[str, int] | None,
    internet: int,
) -> list[Difference]:
    """Return what keeps paper and internet from being one result; without sheets nothing does.

    1. A list of a group that votes on paper has no other marks. 2. Where lists mix channels,
    the marks beyond the papers are the internet ballots, after strikes: who is counted both
    ways is one mark and two votes. 3. The lists of a group are all its electors.

    :param groups: electors by group of the roll in force; None without a roll
    :param internet: ballots of ``TallyFixed``
    """
    if not papers:
        return []
    on_paper = paper_groups(election, contest)
    found = [
        Difference(ROLL, one.place, Fraction(one.protocol.voters), Fraction(one.marked))
        for one in papers
        if one.group in on_paper and one.marked != one.protocol.voters
    ]
    mixed = [one for one in papers if one.group not in on_paper]
    voters = sum(one.protocol.voters for one in papers)
    marked = sum(one.marked for one in papers) + (0 if mixed else internet)
    if groups is not None and not found and voters + internet != marked:
        found.append(Difference(ROLL, "", Fraction(voters + internet), Fraction(marked)))
    listed, here = Counter(dict.fromkeys(on_paper, 0)), groups_of_contest(contest, groups or {})
    for one in papers:
        listed[one.group] += one.electors
    for name, electors in listed.items():
        there = here.get(name) if name else sum(here.values())
        if groups is not None and electors != there:
            found.append(Difference(COVERED, name, Fraction(electors), Fraction(there or 0)))
    return found


def refuse_differences(found: Sequence[Difference]) -> None:
    """Refuse sums that do not agree, naming the first ones.

    :raises Rejected: ``sums_differ``
    """
    if found:
        raise Rejected(SUMS_DIFFER, "; ".join(map(in_words, found[:3])), step=STEP)


def in_words(one: Difference) -> str:
    """Return a difference as one line: place, rule, both sides."""
    left, right = (_plain(side) for side in (one.left, one.right))
    return f"{one.place or 'all places'}: {one.rule}: {left} is not {right}"


def _plain(value: Fraction) -> str:
    return fixed(value, 0 if value.denominator == 1 else 3)


def source_bytes(origin: str, contest: str, source: Source) -> bytes:
    """Return what an officer signs who vouches for a file of sheets."""
    lines = ("tsukuba-trust/sheets/v1", origin, contest, source.sha256, source.doubtful)
    return "".join(f"{line}\n" for line in lines).encode()


def sign_source(origin: str, contest: str, source: Source, key: PrivateKey) -> str:
    """Return an officer's signature over a file of sheets, base64."""
    return base64_text(key.sign(source_bytes(origin, contest, source)))


def check_source(origin: str, contest: str, source: Source, officers: Sequence[Json]) -> None:
    """Check that an officer signed the file, or that two people typed the same.

    :param officers: of entry 0
    :raises Rejected: ``officer_unknown``, ``sheet_signature``, ``sheet_unvouched``
    """
    if source.signed is not None and not source.typed:
        name, signature = source.signed
        keys = {officer["name"]: officer["key"] for officer in officers}
        if name not in keys:
            raise Rejected("officer_unknown", name, step=STEP)
        data = source_bytes(origin, contest, source)
        check_signature(keys[name], signature, data, "sheet_signature", name, step=STEP)
        return
    people = {name for name, _ in source.typed}
    digests = {digest for _, digest in source.typed}
    named = len(source.typed) == len(people) == 2 and all(map(_is_plain, people))
    if source.signed is not None or not named or source.sha256 not in digests:
        raise Rejected("sheet_unvouched", "neither signed nor typed by two people", step=STEP)


def check_sheet(paper: PaperSheet, election: Election, contest: Contest, marks: int) -> None:
    """Check the whole of one sheet: what it names, and its sums.

    :param marks: of how many options one paper may speak
    :raises Rejected: ``sums_differ``, ``doubtful_undecided``, and what ``check_place`` raises
    """
    try:
        check_place(paper, election, contest)
        refuse_differences(place_differences(paper, contest, marks))
    except (Refused, Rejected) as error:
        named = error.code == SUMS_DIFFER
        detail = error.detail if named else f"{paper.place}: {error.detail}"
        raise Rejected(error.code, detail, step=STEP) from None
