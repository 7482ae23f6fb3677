"""What a person at the command line is told at once, and with which status."""

import shutil
from pathlib import Path

import pytest

from desk import ACT, REFUSED, SETTINGS, SLUG, SURVEY, UNUSABLE, Desk


@pytest.fixture
def at_begun(begun: Path, tmp_path: Path) -> Desk:
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    return Desk(tmp_path)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("trustee", "init", "--group", "Foo", "--name", "x", "mine"), "group_unknown"),
        (
            ("trustee", "deal", "--group", "Foo", "m1.member", "m1.certificate.json"),
            "group_unknown",
        ),
        (("election", "define", "garbage", *SETTINGS), "proposed_invalid"),
        (("election", "enact", SLUG, "garbage", *SETTINGS), "proposal_invalid"),
        (("approve", "garbage", "--officer", "x", "--key", "new-0.pem"), "proposal_invalid"),
        (("election", "act", SLUG, "extend", "o", *SETTINGS), "option_missing"),
        (("election", "act", SLUG, "strike", "o", *SETTINGS), "option_missing"),
        (("election", "act", SLUG, "correct", "o", *SETTINGS), "option_missing"),
        (
            ("election", "act", SLUG, "correct", "o", "--text", "x", "--booth", *SETTINGS),
            "option_missing",
        ),
        (
            ("election", "act", SLUG, "strike", "o", "--file", "garbage", *SETTINGS),
            "strikes_malformed",
        ),
    ],
)
def test_what_cannot_be_read_or_is_missing_is_unusable(
    at_begun: Desk, words: tuple[str, ...], code: str
) -> None:
    at_begun.write("garbage", "x")
    shutil.rmtree(at_begun.folder / "state" / "builds")
    done = at_begun.type(*words)
    assert done.stderr.startswith(f"error: {code}"), done.stderr
    assert done.returncode == UNUSABLE


def test_an_option_with_a_value_that_has_no_name_is_unusable(at_office: Desk) -> None:
    given = ("--evidence-key", "x", "--officer", "x")
    done = at_office.type("election", "propose", SURVEY, "o", *given, *SETTINGS)
    assert done.stderr.startswith("error: option_malformed: --officer"), done.stderr
    assert done.returncode == UNUSABLE


def test_an_unknown_group_is_answered_with_those_that_are_allowed(desk: Desk) -> None:
    done = desk.type("trustee", "init", "--group", "X25519", "--name", "x", "mine")
    assert "X25519 is not one of: Ed25519, BELENIOS-2048, RFC-3526-2048" in done.stderr


def test_an_unusable_record_is_called_so_once(desk: Desk) -> None:
    done = desk.type("report", "nowhere", "out")
    assert done.stderr.count("record_unusable") == 1
    assert done.returncode == UNUSABLE


def test_the_help_of_the_card_command_names_the_kiosk(desk: Desk) -> None:
    assert "card --kiosk URL" in desk.type("card", "--help").stdout


def test_an_unknown_contest_is_named_as_such(at_begun: Desk) -> None:
    at_begun.write("decryption", "{}")
    words = ("count", SLUG, "nonsense", "1", "decryption", *SETTINGS)
    at_begun.refused("unknown_contest", REFUSED, *words)


def test_a_rehearsal_before_the_seal_is_refused(at_begun: Desk) -> None:
    at_begun.refused("not_sealed", REFUSED, "election", "rehearsal", SLUG, "r.json", *SETTINGS)
    at_begun.write("r.json", "{}")
    words = ("election", "act", SLUG, "rehearsed", "o", "--file", "r.json", *SETTINGS)
    at_begun.refused("not_sealed", REFUSED, *words)


def test_without_elections_it_says_so(desk: Desk) -> None:
    assert desk.type("db", "upgrade").returncode == 0
    assert "There are no elections yet" in desk.type("election", "show").stdout


def test_one_entry_is_an_entry(at_begun: Desk) -> None:
    assert at_begun.type("election", "show", *SETTINGS).stdout.endswith("\t1 entry\n")


def test_a_wrong_officers_key_is_noticed_where_it_is_used(desk: Desk) -> None:
    keys = {}
    for name in ("right", "wrong"):
        shown = desk.type("approve", "--new-key", f"{name}.pem").stdout
        keys[name] = shown.split("public key: ")[1].strip()
    desk.write("a.act", ACT.replace("KEY", keys["right"]))

    def approve(officer: str, key: str) -> str:
        done = desk.type("approve", "a.act", "--officer", officer, "--key", f"{key}.pem", "--yes")
        assert done.returncode == (REFUSED if done.stderr else 0)
        return done.stderr.split(": ")[1] if done.stderr else done.stdout.splitlines()[-1]

    assert approve("somebody", "wrong") == "officer_key_other"
    assert approve("nobody", "right") == "officer_unknown"
    assert approve("somebody", "right") == "1 approval in a.act"
    assert approve("somebody", "right") == "officer_twice"
