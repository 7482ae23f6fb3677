"""``tsukuba-trust lot`` and ``turnout``: what officers type when votes are counted."""

import json
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from election_world import close_all, opened_world
from record_parts import SLUG
from tsukuba_trust.cli import main, office
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.trustees import approve
from tsukuba_trust.values import LotRule

BEACON = "the newspaper of 2027-05-16"
MINUTES = ("--drawn-at", "2027-05-15T00:30+09:00", "--place", "hall", "--drawn-by", "Aoki")


@pytest.fixture(autouse=True)
def stores_are_closed():
    yield
    close_all()


def counted(tmp_path, monkeypatch, **changes):
    held = opened_world(tmp_path / "world", **changes)
    for person, choice in enumerate((0, 2)):
        held.cast(held.registered(person), choice)
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    holding.decrypt(held.services, held.is_fixed, held.trustees[:2], held.draw)

    @contextmanager
    def opened(_settings):
        yield SimpleNamespace(services=held.services)

    monkeypatch.setattr(office, "opened", opened)
    monkeypatch.setattr(office, "now", lambda: held.now)
    return held


def typed(*words, status=0):
    result = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.output


def enacted(held, file):
    proposal = approve(office.read_proposal(file), held.staff.officers)
    held.services.acts.enact(held.is_fixed, proposal)


def test_a_tie_is_shown_entered_approved_and_gone(tmp_path, monkeypatch):
    held = counted(tmp_path, monkeypatch)
    shown = typed("lot", "show", SLUG)
    assert f"lot_needed\t{held.contest}" in shown and "stage 1, election, 1 of 2" in shown
    assert "option-a" in shown and "option-c" in shown
    words = ("lot", "enter", SLUG, held.contest, tmp_path / "lot.act", *MINUTES)
    typed(*words, "--witness", "Doi", "--order", "option-c, option-a")
    enacted(held, tmp_path / "lot.act")
    assert typed("lot", "show", SLUG) == "no lot is needed\n"


def test_whoever_approves_a_lot_sees_its_order(tmp_path, monkeypatch):
    held = counted(tmp_path, monkeypatch)
    words = ("lot", "enter", SLUG, held.contest, tmp_path / "lot.act", *MINUTES)
    typed(*words, "--witness", "Doi", "--order", "option-c,option-a")
    from tsukuba_trust.cli.approve import summary

    told = summary(office.read_proposal(tmp_path / "lot.act"))
    assert f"LotDrawn in contest {held.contest}, order: option-c, option-a" in told


def test_a_lot_without_another_witness_writes_no_act(tmp_path, monkeypatch):
    held = counted(tmp_path, monkeypatch)
    words = ("lot", "enter", SLUG, held.contest, tmp_path / "lot.act", *MINUTES)
    told = typed(*words, "--witness", "Aoki", "--order", "option-c,option-a", status=1)
    assert "lot_minutes" in told
    assert not (tmp_path / "lot.act").exists()


def test_a_public_draw_is_computed_and_recorded(tmp_path, monkeypatch):
    held = counted(tmp_path, monkeypatch, lots=LotRule("public-draw", BEACON))
    assert BEACON in typed("lot", "show", SLUG)
    words = ("--seed", "edition 23,456 of 2027-05-16", "--seen-at", "every kiosk")
    told = typed("lot", "draw", SLUG, held.contest, tmp_path / "lot.act", *words)
    enacted(held, tmp_path / "lot.act")
    first = told.split("order: ")[1].split(",")[0]
    ((_, act),) = [
        (n, e) for n, e in held.services.board.entries(held.origin) if e["type"] == "LotDrawn"
    ]
    assert act["order"][0] == first


def test_a_contest_that_does_not_exist_is_named(tmp_path, monkeypatch):
    counted(tmp_path, monkeypatch)
    words = ("lot", "draw", SLUG, "nowhere", tmp_path / "lot.act", "--seed", "x" * 20)
    assert "unknown_contest" in typed(*words, "--seen-at", "y", status=1)


def test_turnout_needs_a_roll(tmp_path, monkeypatch):
    counted(tmp_path, monkeypatch)
    assert "roll_missing" in typed("turnout", SLUG, status=1)


@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_turnout_is_written_in_three_forms(tmp_path, monkeypatch, form):
    held = counted(tmp_path, monkeypatch)
    row = {"electors": 100, "voters": 40, "percent": "40.00"}
    document = {
        "log": held.origin,
        "kind": "full",
        "n": 100,
        "all": row,
        "counted": row,
        "tables": [{"name": "age", "rows": [{"key": "80-", **row}]}],
    }
    turnout = type(held.services.turnout)
    monkeypatch.setattr(turnout, "document", lambda self, fixed: document)
    told = typed("turnout", SLUG, "--as", form)
    assert "40.00" in told and "80-" in told
    assert form != "json" or json.loads(told) == document
    typed("turnout", SLUG, "--as", form, "--out", tmp_path / "turnout")
    assert (tmp_path / "turnout").read_text() == told
