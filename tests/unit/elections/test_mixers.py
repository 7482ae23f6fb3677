"""How many trustees mix: at least those who can decrypt, as the definition says."""

from dataclasses import replace
from pathlib import Path

import pytest

from record_parts import election
from tsukuba_trust.elections.definition import freeze, thaw
from tsukuba_trust.elections.definition import load as load_election
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.registry import DEFAULT_PLUGINS, load
from tsukuba_trust.values import Election, TrusteesRule

ROOT = Path(__file__).parents[3]
NAMES = ("a", "b", "c")


def with_mixers(line: str) -> Election:
    text = (ROOT / "config/elections/needs-survey-2025.toml").read_text("utf-8")
    return load_election(
        text.replace("[trustees]\n", f"[trustees]\n{line}\n"), registry=load(DEFAULT_PLUGINS)
    )


def test_as_many_mix_as_can_decrypt_unless_the_file_asks_for_more() -> None:
    assert with_mixers("").trustees.shuffles == 2
    assert with_mixers("mixers = 3").trustees.shuffles == 3


@pytest.mark.parametrize("number", [1, 4])
def test_p02_fewer_mixers_than_the_threshold_and_more_than_there_are_are_refused(
    number: int,
) -> None:
    """With fewer, some who cannot decrypt together could still say whose a ballot is."""
    with pytest.raises(Misconfigured, match="from the threshold") as complaint:
        with_mixers(f"mixers = {number}")
    assert complaint.value.code == "mixers_impossible"
    assert complaint.value.where.endswith("trustees.mixers")


@pytest.mark.parametrize("mixers", [0, 2, 3])
def test_the_number_survives_its_way_through_the_definition(mixers: int) -> None:
    one = replace(election(), trustees=TrusteesRule(NAMES, 2, mixers))
    assert thaw(freeze(one)).trustees == one.trustees
    assert ("mixers" in freeze(one)["trustees"]) == bool(mixers)


def test_a_definition_does_not_write_zero() -> None:
    frozen = freeze(election())
    frozen["trustees"]["mixers"] = 0
    with pytest.raises(Rejected, match="definition_invalid"):
        thaw(frozen)
