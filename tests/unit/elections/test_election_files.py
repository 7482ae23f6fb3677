"""Files: broken ones are refused in one line, the shipped ones pass `check`."""

import pytest

from tsukuba_trust.data import data_dir
from tsukuba_trust.elections.definition import load
from tsukuba_trust.elections.loading import LARGEST_FILE
from tsukuba_trust.errors import Misconfigured

SHIPPED = data_dir("config") / "elections"


def code(source, plugins):
    with pytest.raises(Misconfigured) as raised:
        load(source, registry=plugins)
    assert "\n" not in str(raised.value)
    return raised.value.code


def survey():
    return (SHIPPED / "needs-survey-2025.toml").read_text()


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_file_passes(path, plugins):
    assert load(path, registry=plugins).minimum_ballots >= 5


def test_three_files_are_shipped():
    assert {path.stem for path in SHIPPED.glob("*.toml")} == {
        "needs-survey-2025",
        "namiki-2021",
        "mayor-council-mock",
    }


def test_it_refuses_a_file_that_is_not_there(tmp_path, plugins):
    assert code(tmp_path / "no.toml", plugins) == "file_unreadable"


def test_it_refuses_a_folder(tmp_path, plugins):
    assert code(tmp_path, plugins) == "file_unreadable"


def test_it_refuses_a_huge_file(tmp_path, plugins):
    path = tmp_path / "big.toml"
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    assert code(path, plugins) == "file_too_large"


def test_it_refuses_bytes_that_are_no_utf8(tmp_path, plugins):
    path = tmp_path / "sjis.toml"
    path.write_bytes('title = "投票"'.encode("shift_jis"))
    assert code(path, plugins) == "toml_broken"


@pytest.mark.parametrize(
    "text",
    ["slug = ", "slug = 'a'\nslug = 'b'", "[title\n", "n = " + "1" * 5000, "a = " + "[" * 100000],
    ids=["no value", "key twice", "bracket", "number too long", "too deep"],
)
def test_it_refuses_broken_toml(text, plugins):
    assert code(text, plugins) == "toml_broken"


def test_a_wrong_weekday_stops_the_check(plugins):
    text = survey().replace("2025-02-20 (Thu)", "2025-02-08 (Thu)")
    assert code(text, plugins) == "weekday_contradicts"


def test_a_wrong_weekday_in_the_shown_text_stops_the_check(plugins):
    text = survey().replace("2025年2月20日(木)", "2025年02月08日(木)")
    assert code(text, plugins) == "weekday_contradicts"


@pytest.mark.parametrize("word", ["homomorphic", "plurality", "my-number-card"])
def test_a_plugin_that_is_not_switched_on_is_refused(word, plugins):
    text = survey().replace(f'"{word}"', '"acme-2027"')
    assert code(text, plugins) == "plugin_unknown"


def test_a_ballot_parameter_is_judged_by_the_scheme(plugins):
    text = survey().replace("max = 1", "max = 4", 1)
    with pytest.raises(Misconfigured) as raised:
        load(text, registry=plugins)
    assert "contests[0].ballot" in raised.value.where


def test_a_tally_parameter_is_judged_by_the_method(plugins):
    text = (SHIPPED / "mayor-council-mock.toml").read_text()
    text = text.replace("seats = 28", "seats = 42").replace("uncontested =", "# uncontested =")
    with pytest.raises(Misconfigured) as raised:
        load(text, registry=plugins)
    assert (raised.value.code, raised.value.where) == (
        "seats_unfillable",
        "election file: contests[1].tally",
    )


def test_a_provider_parameter_is_judged_by_the_provider(plugins):
    text = survey().replace(
        'provider = "my-number-card"', 'provider = "my-number-card"\nparameters = { pin = "x" }'
    )
    assert code(text, plugins) == "parameter_unknown"


def test_an_unbound_provider_needs_consent(plugins):
    text = (SHIPPED / "namiki-2021.toml").read_text()
    assert code(text.replace("accept_unbound = true", "accept_unbound = false"), plugins) == (
        "provider_unbound"
    )


@pytest.mark.parametrize("effect", ["advisory", "binding"])
def test_mayor_and_council_are_refused_unless_they_are_a_mock_vote(effect, plugins):
    text = (SHIPPED / "mayor-council-mock.toml").read_text()
    assert code(text.replace('effect = "mock"', f'effect = "{effect}"'), plugins) == (
        "legal_basis_missing"
    )


def test_the_survey_says_what_the_press_release_says(plugins):
    election = load(SHIPPED / "needs-survey-2025.toml", registry=plugins)
    assert election.period.opens.isoformat() == "2025-02-20T00:00:00+09:00"
    assert election.period.closes.isoformat() == "2025-03-25T00:00:00+09:00"
    assert (election.effect, election.electorate, election.revote) == (
        "advisory",
        "certificate",
        True,
    )
    assert [len(contest.options) for contest in election.contests] == [3, 3, 3]
    for contest in election.contests:
        assert contest.ballot == {"min": 1, "max": 1, "blank": False}
        assert [option.labels for option in contest.options] == [
            (("paper", paper), ("screen", screen))
            for paper, screen in zip("①②③", "ABC", strict=True)
        ]
        assert all(option.description for option in contest.options)
    aliases = {a.official for c in election.contests for o in c.options for a in o.aliases}
    assert {"行政手続DX", "住民の声見える化", "ハンズフリーチケットング"} <= aliases
    assert "029-883-1111" in election.contact.official


def test_the_school_votes_twenty_minutes(plugins):
    election = load(SHIPPED / "namiki-2021.toml", registry=plugins)
    assert (election.period.closes - election.period.opens).total_seconds() == 20 * 60
    assert [name for name, way in election.roll.groups if way == "internet"] == ["4年生"]
    assert election.identity[0].provider == "roll-code"


def test_mayor_and_council_are_two_contests_with_a_legal_minimum(plugins):
    election = load(SHIPPED / "mayor-council-mock.toml", registry=plugins)
    mayor, council = election.contests
    assert election.electorate == "roll"
    assert mayor.tally["legal_minimum"] == {"of": "valid", "divide_by": [4]}
    assert mayor.tally["repeat"] == {"objection_days": 14, "within_days": 50}
    assert council.tally["seats"] == 28
    assert council.tally["legal_minimum"] == {"of": "valid", "divide_by": ["seats", 4]}
    assert council.tally["deposit_line"] == {"of": "valid", "divide_by": ["seats", 10]}
    assert len(council.options) == 41
