"""Officers see what follows from each answer about revocation, before and after the seal."""

import csv
import stat
from datetime import UTC, datetime

import pytest

from desk import SURVEY, Desk
from record_parts import election
from tsukuba_trust.cli.decided import decision_lines
from tsukuba_trust.registry import load
from tsukuba_trust.testing.authority import TestAuthority
from web_world import SCHOOL, web_world

BINDING = ('effect = "advisory"', 'effect = "binding"')


@pytest.fixture
def survey(desk: Desk):
    """Write the survey's file with changes and the settings beside it."""

    def write(*changes, **settings):
        text = SURVEY.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        desk.write("survey.toml", text)
        lines = [f"{key.replace('__', '.')} = {value}" for key, value in settings.items()]
        desk.write("office.ini", "\n".join(["[app:main]", *lines, ""]))
        return ("check", "survey.toml", "--settings", "office.ini")

    return write


def test_check_says_what_follows_from_each_answer(desk, survey):
    told = desk.type(*survey()).stdout
    assert "identity my-number-card: not checked in this installation: revocation" in told
    assert "  certificate revoked: cert_revoked\n" in told
    assert "  certificate not_checked: accepted, marked as not checked\n" in told


def test_check_says_so_when_a_source_is_asked(desk, survey):
    words = survey(
        my_number_card__revocation="ocsp", revocation__ocsp_url="https://ocsp.example.jp/"
    )
    assert "identity my-number-card: checked here" in desk.type(*words).stdout


def test_a_policy_of_the_election_file_is_shown():
    rule = election().identity[0]
    provider = load(["my-number-card"])
    lines = "\n".join(decision_lines(election(), provider))
    assert rule.provider in lines
    assert "certificate unreachable: cert_check_unavailable" in lines


def test_j04_check_refuses_a_binding_vote_that_asks_nobody(desk, survey):
    desk.refused("identity_not_checked", 1, *survey(BINDING))


def test_check_warns_that_a_binding_vote_cannot_be_held_yet(desk, survey):
    asked = {
        "my_number_card__revocation": "ocsp",
        "revocation__ocsp_url": "https://ocsp.example.jp/",
    }
    done = desk.type(*survey(BINDING, **asked))
    assert done.returncode == 0
    assert "\n  warning: witnesses_missing: no log has witnesses" in done.stdout
    assert "witnesses_missing" not in desk.type(*survey(**asked)).stdout


def test_j01_check_refuses_a_binding_vote_that_believes_a_test_authority(desk, survey, tmp_path):
    TestAuthority(datetime.now(UTC)).write_anchors(tmp_path / "anchors")
    asked = {
        "my_number_card__revocation": "ocsp",
        "revocation__ocsp_url": "https://ocsp.example.jp/",
    }
    assert "checked here" in desk.type(*survey(BINDING, **asked)).stdout
    words = survey(
        BINDING,
        my_number_card__anchors=tmp_path / "anchors",
        my_number_card__allow_test_anchors="true",
        **asked,
    )
    desk.refused("identity_not_checked", 1, *words)


def test_a_source_that_is_not_set_up_stops_every_command(desk, survey):
    desk.refused("revocation_setting", 2, *survey(my_number_card__revocation="ocsp"))


def test_election_show_names_the_decisions(tmp_path):
    world = web_world(tmp_path / "state")
    world.close()
    told = Desk(tmp_path).type("election", "show", world.slug, "--settings", world.ini).stdout
    assert "certificate unreachable: cert_check_unavailable" in told


def test_j13_the_list_of_letters_is_a_secret_file(tmp_path):
    world = web_world(tmp_path / "state", file=SCHOOL, electors=3, notices=("letters",))
    world.registered(2)
    world.close()
    words = ("roll", "letters", world.slug, "letters.csv", "--settings", world.ini)
    done = Desk(tmp_path).type(*words)
    assert done.stdout == "1 letter to write; letters.csv\n"
    path = tmp_path / "letters.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [(row["number"], row["uses"]) for row in rows] == [("2", "1")]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
