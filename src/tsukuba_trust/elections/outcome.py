"""The outcome of a contest as a document of the board: the same bytes for everybody.

Whoever counts and whoever verifies call the same plugin through these functions, so a
declared outcome can be compared byte for byte.

:source: board.md 2.2 (``ResultDeclared.outcome``); architecture.md D9
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from tsukuba_trust.board import canonical
from tsukuba_trust.elections.figures import exact
from tsukuba_trust.elections.sheets import CLASSES, PaperSheet
from tsukuba_trust.interfaces import IBallotScheme, ITallyMethod
from tsukuba_trust.values import Contest, Json, Outcome

NOT_DECRYPTED = "not_decrypted"
_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")


def decide(
    contest: Contest,
    scheme: IBallotScheme,
    method: ITallyMethod,
    *,
    result: Json,
    ballots: int,
    irregular: Collection[int] = (),
    papers: Sequence[PaperSheet] = (),
    electors: int | None = None,
    lots: Sequence[Sequence[str]] | None = None,
) -> Outcome:
    """Return the outcome of a decrypted contest.

    :param result: the contest's one entry of the result record (protocol.md section 11)
    :param ballots: of ``TallyFixed``
    :param irregular: of the decrypted elements, as the scheme says
    :param papers: sheets of the counting places, the newest of each
    :param lots: recorded lots, each an order of option keys
    :returns: with ``invalid_ballots`` in its detail: how many broke which published rule;
        with sheets also ``channels`` and ``paper``
    :raises Refused: ``doubtful_undecided``
    """
    counted = scheme.count(contest, result, ballots, irregular)
    keys = [option.key for option in contest.options]
    sheets = tuple(paper.counted(keys) for paper in papers)
    voters = ballots + sum(paper.protocol.voters for paper in papers) if papers else None
    count = replace(counted, sheets=sheets, electors=electors, voters=voters)
    outcome = method.decide(contest, count, lots)
    detail = dict(outcome.detail)
    if counted.invalid:
        detail["invalid_ballots"] = [{"rule": r, "ballots": n} for r, n in counted.invalid]
    if papers:
        detail |= _on_paper(papers, ballots)
    return replace(outcome, detail=detail)


def _on_paper(papers: Sequence[PaperSheet], ballots: int) -> dict[str, Json]:
    """Say who voted how, and what became of the papers."""
    boxes = [paper.protocol for paper in papers]
    invalid = Counter[str]()
    for paper in papers:
        invalid.update(paper.invalid_papers())
    voters = sum(box.voters for box in boxes)
    return {
        "channels": [
            {"channel": "internet", "voters": ballots},
            {"channel": "paper", "voters": voters},
        ],
        "paper": {
            "places": len(papers),
            "voters": voters,
            "received": sum(box.received for box in boxes),
            "not_returned": sum(box.not_returned for box in boxes),
            "not_accepted": sum(box.not_accepted for box in boxes),
            "doubtful": sum(len(paper.doubtful) for paper in papers),
            "invalid": [
                {"class": name, "papers": invalid[name]} for name in CLASSES if invalid[name]
            ],
            "lost": exact(sum((box.lost for box in boxes), Fraction(0))),
        },
    }


def outcome_text(outcome: Outcome, ballots: int) -> str:
    """Return the canonical text of the outcome document.

    Fractions are strings ``"1/4"``; a table whose keys are no names of the board's JSON
    becomes an array of ``{"key", "value"}``.

    :param ballots: of ``TallyFixed``
    """
    document: dict[str, Json] = {
        "status": outcome.status,
        "ballots": ballots,
        "elected": list(outcome.elected),
        "totals": [{"option": key, "votes": _plain(votes)} for key, votes in outcome.totals],
    }
    if outcome.tied is not None:
        document["tied"] = {
            "candidates": list(outcome.tied.candidates),
            "seats": outcome.tied.seats,
            "stage": outcome.tied.stage,
            "kind": outcome.tied.kind,
        }
    if outcome.detail:
        document["detail"] = _plain(outcome.detail)
    return canonical.encode(document).decode()


def not_decrypted_text(ballots: int) -> str:
    """Return the outcome document of a contest below ``minimum_ballots`` (D9)."""
    return canonical.encode({"status": NOT_DECRYPTED, "ballots": ballots}).decode()


def _plain(value: Json) -> Json:
    if isinstance(value, Fraction):
        return str(value) if value.denominator != 1 else value.numerator
    if isinstance(value, Mapping):
        present = {str(key): _plain(item) for key, item in value.items() if item is not None}
        if all(_KEY.match(key) for key in present):
            return present
        return [{"key": key, "value": present[key]} for key in sorted(present)]
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
