"""The published cases of plurality, SNTV and approval, exactly (tests/vectors/tallies)."""

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from tsukuba_trust.plugins.tallies.approval import Approval
from tsukuba_trust.plugins.tallies.plurality import Plurality
from tsukuba_trust.values import Contest, Count, Option, Text

CASES = Path(__file__).parents[2] / "vectors" / "tallies"
METHODS = {"plurality": Plurality(), "sntv": Plurality(), "approval": Approval()}


def runs():
    for path in sorted(CASES.glob("*.json")):
        case = json.loads(path.read_text())
        yield pytest.param(case, case, id=path.stem)
        for number, other in enumerate(case.get("also", ()), 1):
            yield pytest.param(case, other, id=f"{path.stem}-also-{number}")


def words(text):
    return Text((("en", text),))


def contest(case, run):
    minimum = run["options"].get("legal_minimum")
    tally = {"seats": run["seats"]}
    if minimum:
        fraction = Fraction(minimum["fraction"])
        assert fraction.numerator == 1
        divide_by = ["seats"] if minimum.get("per_seat") else []
        tally["legal_minimum"] = {"of": "valid", "divide_by": [*divide_by, fraction.denominator]}
    options = tuple(
        Option(row["id"], words(row["name"]))
        for row in case["candidates"]
        if not row.get("withdrawn")
    )
    return Contest("c", "", words("t"), words("q"), options, "any", {}, run["method"], tally)


def count(case, keys):
    """Turn the case's ballots into what a ballot scheme would hand over."""
    votes = Counter(case.get("counts", {}))
    ballots = sum(votes.values()) + case.get("blank", 0) + case.get("invalid", 0)
    blank, invalid = case.get("blank", 0), case.get("invalid", 0)
    for row in case.get("ballots", ()):
        ballots += row["count"]
        approved = {row["choice"]} - {None} if "choice" in row else set(row["approved"])
        standing = approved & set(keys)
        votes.update(dict.fromkeys(standing, row["count"]))
        if not standing:
            withdrawn = "choice" in row and approved
            invalid += row["count"] if withdrawn else 0
            blank += 0 if withdrawn else row["count"]
    rules = (("withdrawn", invalid),) if invalid else ()
    return Count(tuple(votes[key] for key in keys), blank, ballots, rules)


@pytest.mark.parametrize(("case", "run"), list(runs()))
def test_it_gives_the_published_outcome(case, run):
    poll = contest(case, run)
    method = METHODS[run["method"]]
    lot = run["options"].get("lot")
    counted = count(case, [option.key for option in poll.options])

    method.check(poll)
    outcome = method.decide(poll, counted, [lot] if lot else None)

    expected = dict(run["expected"])
    assert outcome.status == expected.pop("status")
    assert sorted(outcome.elected) == sorted(expected.pop("elected"))
    assert dict(outcome.totals) == expected.pop("totals")
    tied = expected.pop("tied", None)
    assert (outcome.tied is None) == (tied is None)
    if tied:
        assert outcome.tied.candidates == tuple(tied["candidates"])
        assert outcome.tied.seats == tied["seats"]
    minimum = expected.pop("legal_minimum", None)
    if minimum is not None:
        assert Fraction(outcome.detail["legal_minimum"]) == Fraction(minimum)
    assert {key: outcome.detail[key] for key in expected} == expected


def test_every_case_of_the_folder_runs():
    assert len(list(CASES.glob("*.json"))) == 10
