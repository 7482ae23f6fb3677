"""Attack B10, and other ballots that do not fit their election, group or method."""

from dataclasses import replace
from pathlib import Path

import pytest

from record_parts import contest, election
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.elections.costs import check_fit, costs
from tsukuba_trust.elections.definition import load as load_election
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.registry import DEFAULT_PLUGINS, load
from tsukuba_trust.values import Contest, Election

ROOT = Path(__file__).parents[3]
REGISTRY = load(DEFAULT_PLUGINS)
BALLOTS = {
    "sum": ("homomorphic", {"min": 1, "max": 1, "blank": True}),
    "choice": ("preference", {"form": "choice", "blank": True}),
    "ranking": ("preference", {"form": "ranking"}),
    "list": ("preference", {"form": "list", "slots": 2}),
    "score": ("preference", {"form": "score", "max": 5}),
    "grade": ("preference", {"form": "grade", "grades": ["good", "fair", "poor"]}),
}
COUNTED = {
    "plurality": ("sum", "choice"),
    "approval": ("sum", "choice"),
    "borda": ("ranking", "list"),
    "schulze": ("ranking", "list"),
    "irv": ("ranking", "list"),
    "score": ("score",),
    "star": ("score",),
    "majority-judgment": ("grade",),
}


def of(form: str, method: str = "plurality", **ballot: object) -> Contest:
    scheme, parameters = BALLOTS[form]
    grades = {"grades": ["good", "fair", "poor"]} if method == "majority-judgment" else {}
    seats = {} if method in ("borda", "schulze", "irv", "score", "star") else {"seats": 1}
    return contest(
        0,
        ballot_scheme=scheme,
        ballot={**parameters, **ballot},
        tally_method=method,
        tally=grades or seats,
    )


def fit(one: Contest, **changes: object) -> None:
    scheme = REGISTRY.ballot_schemes[one.ballot_scheme]
    method = REGISTRY.tally_methods[one.tally_method]
    check_fit(election(contests=(one,), **{"minimum_ballots": 100, **changes}), one, scheme, method)


@pytest.mark.parametrize("method", sorted(COUNTED))
@pytest.mark.parametrize("form", sorted(BALLOTS))
def test_a_method_counts_only_what_it_understands(method: str, form: str) -> None:
    """Scores counted as ranks would elect whoever is liked least."""
    accept = {} if form == "sum" else {"accept_patterns": True}
    one = of(form, method, **accept)
    if form in COUNTED[method]:
        fit(one)
    else:
        with pytest.raises(Misconfigured, match="method_unfit"):
            fit(one)


QUORUM = {"of": "electors", "at_least": "1/2"}
KNOWN: list[dict[str, object]] = [
    {"electorate": "roll"},
    {"electorate": "certificate", "electors": (167_589, "選挙人名簿 2015-08-02")},
]


@pytest.mark.parametrize(
    ("method", "rule"),
    [
        ("plurality", {"seats": 1, "quorum": QUORUM}),
        ("referendum", {"quorum": QUORUM}),
        ("referendum", {"base": "electors"}),
    ],
)
def test_a_quorum_of_electors_needs_a_roll_or_their_number(
    method: str, rule: dict[str, object]
) -> None:
    one = of("sum", method)
    yes, no = (option.key for option in one.options[:2])
    names = {"yes": yes, "no": no} if method == "referendum" else {}
    one = replace(one, options=one.options[:2], tally={**rule, **names})
    for changes in KNOWN:
        fit(one, **changes)
    with pytest.raises(Misconfigured, match="there is no roll") as found:
        fit(one, electorate="certificate", electors=None)
    assert found.value.code == "electors_unknown"


def test_b10_more_ballots_than_voters_must_be_accepted_by_the_file() -> None:
    """Three options are ranked in 15 ways: with 14 voters each may sign hers."""
    one = of("ranking", "schulze")
    fit(one, minimum_ballots=15)
    with pytest.raises(Misconfigured, match="15 different ballots are possible and 14") as found:
        fit(one, minimum_ballots=14)
    assert found.value.code == "ballots_recognisable"
    fit(of("ranking", "schulze", accept_patterns=True), minimum_ballots=14)
    fit(of("ranking", "schulze", max=1), minimum_ballots=3)


def test_b10_a_single_choice_is_no_signature() -> None:
    fit(of("choice"), minimum_ballots=1)
    fit(of("sum"), minimum_ballots=1)


def test_a_group_that_holds_no_vectors_is_refused() -> None:
    with pytest.raises(Misconfigured, match="group_unfit"):
        fit(of("choice"), group="BELENIOS-2048")
    fit(of("choice"), group="RFC-3526-2048")


def council(scheme: str, ballot: str, tmp_path: Path) -> Election:
    """Load the mock election with its race of 41 in another scheme."""
    text = (ROOT / "config/elections/mayor-council-mock.toml").read_text("utf-8")
    own = 'ballot_scheme = "homomorphic"\nballot = { min = 1, max = 1, blank = true }'
    before, between, after = text.split(own)
    path = tmp_path / "council.toml"
    path.write_text(
        f'{before}{own}{between}ballot_scheme = "{scheme}"\nballot = {{ {ballot} }}{after}',
        "utf-8",
    )
    return load_election(path, registry=REGISTRY)


def test_a_file_holds_its_race_of_41_with_either_scheme(tmp_path: Path) -> None:
    added = council("homomorphic", "min = 1, max = 1, blank = true", tmp_path)
    mixed = council("preference", 'form = "choice", blank = true', tmp_path)
    rows = [dict(costs(one, one.contests[1], REGISTRY)) for one in (added, mixed)]
    assert rows[0] == rows[1]
    assert list(rows[0]) != list(rows[1])
    sums, choice = rows[0]["homomorphic"], rows[0]["preference"]
    assert (sums.seal, sums.check, sums.opened, sums.mix) == (307, 441, 42, 0)
    assert (choice.seal, choice.check, choice.opened_each, choice.patterns) == (5, 7, 1, 0)


def test_a_ranking_of_41_does_not_fit_into_a_point(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as found:
        council("preference", 'form = "ranking", accept_patterns = true', tmp_path)
    assert found.value.code == "group_unfit"
    assert found.value.where == "council.toml: contests[1].ballot"


def test_costs_are_near_the_size_of_a_real_ballot() -> None:
    """Of belenios-tool's own measurements (protocol.md 17), within an eighth."""
    three = contest(0)
    options = tuple(replace(three.options[0], key=f"o{n}") for n in range(40))
    forty = replace(three, options=options)
    scheme = REGISTRY.ballot_schemes["homomorphic"]
    for one, name, size in (
        (three, "Ed25519", 2240),
        (forty, "Ed25519", 21_400),
        (three, "RFC-3526-2048", 13_680),
    ):
        assert abs(scheme.cost(one, group(name)).ballot_bytes - size) < size / 8
