"""Outcomes in the words of a case's ``expected``: the same keys, every number exact."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from tsukuba_trust.cli.case.reading import LISTS
from tsukuba_trust.elections.figures import exact, ratio
from tsukuba_trust.elections.seats import NO_VALID_VOTES
from tsukuba_trust.values import Json, Outcome

# method -> what of the outcome's detail stands in "expected", where there is such a thing
_KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "plurality": ("valid", "blank", "invalid", "legal_minimum"),
        "sntv": ("valid", "blank", "invalid", "legal_minimum"),
        "approval": ("valid", "blank"),
        "borda": ("valid", "blank"),
        "score": ("valid", "blank"),
        "star": ("valid", "blank", "finalists", "runoff"),
        "schulze": ("pairwise", "ranking", "condorcet_winner", "valid", "blank"),
        "majority-judgment": ("tally", "valid", "blank", "ranking", "majority_grade"),
        "irv": ("valid", "blank", "rounds"),
        "stv": ("valid", "blank", "quota", "rounds"),
        "referendum": ("yes", "no", "blank", "invalid", "cast"),
        **dict.fromkeys(LISTS, ("seats", "allocation_order")),
    }
)
_TOTALS: Final[Mapping[str, Callable[[int | Fraction], int | str]]] = MappingProxyType(
    {
        **dict.fromkeys(("plurality", "sntv", "approval", "score", "star"), exact),
        "borda": ratio,
    }
)
_STAGED: Final = ("irv", "stv")


def in_words(method: str, outcome: Outcome) -> dict[str, Json]:
    """Return the outcome of one count."""
    detail = outcome.detail
    words: dict[str, Json] = {"status": outcome.status}
    if method in _TOTALS:
        words["totals"] = {key: _TOTALS[method](votes) for key, votes in outcome.totals}
    words |= {key: detail[key] for key in _KEYS[method] if key in detail}
    if method == "referendum":
        return {**words, **_referendum(outcome)}
    if method not in LISTS:
        words["elected"] = list(outcome.elected)
    if outcome.tied is not None:
        words["tied"] = _tied(method, outcome)
    if "reason" in detail:
        words["reason"] = detail["reason"]
        if detail["reason"] != NO_VALID_VOTES and "vacant" in detail:
            words["vacant"] = detail["vacant"]
    return words


def _referendum(outcome: Outcome) -> dict[str, Json]:
    detail = outcome.detail
    words: dict[str, Json] = {"outcome": detail.get("outcome")}
    if "quorum_met" in detail:
        words |= {key: detail[key] for key in ("turnout", "quorum_met") if key in detail}
    if "reason" in detail:
        words["reason"] = detail["reason"]
    return words


def _tied(method: str, outcome: Outcome) -> dict[str, Json]:
    tied = outcome.tied
    assert tied is not None  # noqa: S101 - asked by the caller
    words: dict[str, Json] = {"candidates": list(tied.candidates)}
    if method in _STAGED:
        words |= {"stage": tied.stage, "kind": tied.kind}
        if "possible_elected" in outcome.detail:
            words["possible_elected"] = outcome.detail["possible_elected"]
        return words
    words["seats"] = tied.seats
    if method == "star":
        words["kind"] = tied.kind
    return words


def questions_in_words(questions: Sequence[tuple[str, Outcome]]) -> dict[str, Json]:
    """Return the outcomes of a confidence vote's questions."""
    rows = {}
    for key, outcome in questions:
        detail = outcome.detail
        said = detail.get("outcome", "tie" if outcome.status == "tie" else outcome.status)
        rows[key] = {
            **{name: detail[name] for name in ("yes", "no", "blank")},
            **({"invalid": detail["invalid"]} if detail["invalid"] else {}),
            "quorum_met": detail.get("quorum_met", True),
            "outcome": said,
        }
    return {"status": "mixed", "questions": rows}
