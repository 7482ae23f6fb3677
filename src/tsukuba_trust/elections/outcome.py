"""The outcome of a contest as a document of the board: the same bytes for everybody.

Whoever counts and whoever verifies call the same plugin through these functions, so a
declared outcome can be compared byte for byte.

:source: board.md 2.2 (``ResultDeclared.outcome``); architecture.md D9
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from tsukuba_trust.board import canonical
from tsukuba_trust.interfaces import IBallotScheme, ITallyMethod
from tsukuba_trust.values import Contest, Json, Outcome, Sheet

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
    sheets: Sequence[Sheet] = (),
    electors: int | None = None,
    lots: Sequence[Sequence[str]] | None = None,
) -> Outcome:
    """Return the outcome of a decrypted contest.

    :param result: the contest's one entry of the result record (protocol.md section 11)
    :param ballots: of ``TallyFixed``
    :param irregular: of the decrypted elements, as the scheme says
    :param lots: recorded lots, each an order of option keys
    :returns: with ``invalid_ballots`` in its detail: how many broke which published rule
    """
    counted = scheme.count(contest, result, ballots, irregular)
    count = replace(counted, sheets=tuple(sheets), electors=electors)
    outcome = method.decide(contest, count, lots)
    if not counted.invalid:
        return outcome
    rows = [{"rule": rule, "ballots": number} for rule, number in counted.invalid]
    return replace(outcome, detail={**outcome.detail, "invalid_ballots": rows})


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
