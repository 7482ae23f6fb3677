"""The frozen definition: canonical, complete, read back strictly (board.md 2.2)."""

import hashlib
import itertools
from dataclasses import replace

import pytest

from tsukuba_trust.board.canonical import decode, encode
from tsukuba_trust.data import data_dir
from tsukuba_trust.elections.checking import check_rules
from tsukuba_trust.elections.definition import (
    definition_digest,
    freeze,
    load,
    propose,
    record_description,
    record_name,
    record_questions,
    thaw,
)
from tsukuba_trust.errors import Rejected

SHIPPED = sorted((data_dir("config") / "elections").glob("*.toml"))


def proposed(path, plugins):
    number = itertools.count(1)
    return propose(load(path, registry=plugins), plugins, lambda: f"HRjeJJBNa8huF{next(number)}")


@pytest.fixture
def survey(plugins):
    (path,) = [path for path in SHIPPED if path.stem == "needs-survey-2025"]
    return proposed(path, plugins)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_it_survives_freezing_canonical_bytes_and_thawing(path, plugins):
    election = proposed(path, plugins)
    frozen = freeze(election)
    assert thaw(decode(encode(frozen))) == election
    assert freeze(thaw(frozen)) == frozen


def test_texts_are_sorted_by_language_and_read_with_the_official_one_first(survey):
    frozen = freeze(survey)
    assert [row["lang"] for row in frozen["title"]] == ["en", "ja"]
    assert thaw(frozen).title.variants[0][0] == "ja"


def test_the_plugins_are_named_with_distribution_and_version(survey, plugins):
    assert freeze(survey)["plugins"] == [
        {
            "name": name,
            "distribution": "tsukuba-trust",
            "version": plugins.distribution(kind, name)[1],
        }
        for kind, name in (
            ("ballot_scheme", "homomorphic"),
            ("identity_provider", "my-number-card"),
            ("tally_method", "plurality"),
        )
    ]


def test_electors_and_a_contest_without_description_survive(survey):
    contests = (replace(survey.contests[0], description=None), *survey.contests[1:])
    election = replace(survey, contests=contests, electors=(197088, "選挙人名簿 2024-10"))
    frozen = freeze(election)
    assert frozen["electors"] == {"count": 197088, "source": "選挙人名簿 2024-10"}
    assert thaw(frozen) == election
    check_rules(thaw(frozen), "definition")
    question = survey.contests[0].question.official
    assert record_description(contests[0], "00" * 32).startswith(f"{question}\n\n")


def broken(frozen, change):
    change(frozen)
    return frozen


BREAKS = {
    "unknown key": lambda j: j.update(extra=1),
    "missing key": lambda j: j.pop("slug"),
    "no uuid": lambda j: j["contests"][0].pop("uuid"),
    "unsorted languages": lambda j: j["title"].reverse(),
    "language twice": lambda j: j["title"].append(dict(j["title"][0])),
    "missing language": lambda j: j["title"].pop(),
    "empty list written out": lambda j: j.update(sources=[]),
    "default left out": lambda j: j["eligibility"].pop("age_rule"),
    "wall clock": lambda j: j["period"].update(opens="2025-02-20 (Thu) 00:00"),
    "no offset": lambda j: j["period"].update(opens="2025-02-20T00:00:00"),
    "other offset": lambda j: j["period"].update(opens="2025-02-19T15:00:00+00:00"),
    "year one": lambda j: j["period"].update(opens="0001-01-01T00:00:00+09:00"),
    "labels unsorted is no form": lambda j: j["contests"][0]["options"][0].update(labels=[]),
    "not a table": lambda j: j.update(contests=[1]),
    "language no string": lambda j: j.update(title=[{"lang": 1, "text": "x"}]),
    "text no string": lambda j: j.update(title=[{"lang": "ja", "text": None}]),
}


@pytest.mark.parametrize("name", BREAKS)
def test_it_refuses_a_definition_that_freezing_does_not_write(survey, name):
    with pytest.raises(Rejected, match="definition_invalid"):
        thaw(broken(freeze(survey), BREAKS[name]))


@pytest.mark.parametrize("value", [None, [], "x", 1, {}])
def test_it_refuses_what_is_no_definition(value):
    with pytest.raises(Rejected, match="definition_invalid"):
        thaw(value)


def test_the_digest_is_of_the_bytes_of_entry_zero():
    assert definition_digest(b"{}") == hashlib.sha256(b"{}").hexdigest()


def test_the_record_description_ends_with_the_digest(survey):
    contest = survey.contests[0]
    assert record_description(contest, "ab" * 32) == (
        f"{contest.description.official}\n\ntsukuba-trust definition {'ab' * 32}"
    )


def test_the_record_has_both_official_titles_and_one_question(survey, plugins):
    contest = survey.contests[0]
    assert record_name(survey, contest) == (f"{survey.title.official} / {contest.title.official}")
    (question,) = record_questions(contest, plugins.ballot_schemes)
    assert question["answers"] == [option.name.official for option in contest.options]
