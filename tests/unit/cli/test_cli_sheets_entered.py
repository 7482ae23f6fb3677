"""Paper by commands alone: strikes, sheets signed and typed, approved, enacted, certified."""

import json
import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner

from tsukuba_trust.cli import main
from tsukuba_trust.services.keys import write_key
from tsukuba_trust.testing import holding
from tsukuba_trust.values import RollRule
from tsukuba_trust.verify.record import verify_record
from web_world import SCHOOL, WebWorld, web_world

ROLL = RollRule((("4年生", "internet"),))
HEAD = (
    "place,group,electors,marked,voters,received,valid,blank,"
    "vote:candidate-1,vote:candidate-2,vote:candidate-3"
)
# Five electors: 1 and 2 voted on the net, 2 on paper too, 3 and 4 on paper.
SHEET = "体育館,4年生,5,4,3,3,3,0,0,3,0"


class Office:
    """A school's office at its commands."""

    def __init__(self, web: WebWorld) -> None:
        self.web = web
        self.folder = web.folder

    def type(self, *words: object) -> str:
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result.output

    def run(self, *words: object):
        arguments = [*map(str, words)]
        if words[:2] not in (("sheets", "sign"),) and words[0] != "approve":
            arguments += ["--settings", str(self.web.ini)]
        return CliRunner().invoke(main, arguments)

    def write(self, name: str, *lines: str) -> Path:
        path = self.folder / name
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return path

    def key(self, officer: int) -> Path:
        path = self.folder / f"officer-{officer}.pem"
        if not path.exists():
            write_key(path, self.web.staff.officers[officer].key)
        return path

    def enact(self, act: Path) -> None:
        for number, officer in enumerate(self.web.staff.officers):
            self.type(
                *("approve", act, "--officer", officer.name, "--key", self.key(number), "--yes")
            )
        self.type("election", "enact", self.web.slug, act)

    def sign(self, sheet: Path, out: str) -> Path:
        officer, path = self.web.staff.officers[0], self.folder / out
        path.unlink(missing_ok=True)
        self.type(
            *("sheets", "sign", sheet, path, "--log", self.web.fixed.origin),
            *("--contest", self.web.contests[0], "--officer", officer.name, "--key", self.key(0)),
        )
        return path


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An election whose ballots are opened; who voted on paper too is struck by command.

    Everything but the last test is refused and leaves it as it was.
    """
    web = web_world(
        tmp_path_factory.mktemp("office") / "state",
        file=SCHOOL,
        electors=5,
        roll=ROLL,
        minimum_ballots=1,
        stage="open",
    )
    found = Office(web)
    for person in (1, 2):
        web.cast(web.registered(person), 0)
    web.clock.go(web.election.period.closes)
    web.services.counting.end(web.fixed, web.now)
    numbers = found.write("paper.csv", "number", "2", "3", "4")
    strikes, act = found.folder / "strikes.csv", found.folder / "strike.json"
    said = found.type("roll", "strikes", web.slug, numbers, strikes)
    assert "3 electors voted on paper, holders among them: 1;" in said
    found.type("election", "act", web.slug, "strike", act, "--file", strikes)
    found.enact(act)
    web.services.counting.fix_tallies(web.fixed)
    trustees = web.trustees[: web.election.trustees.threshold]
    holding.decrypt(web.services, web.fixed, trustees, secrets.token_bytes)
    yield found
    web.close()


def entering(office: Office, sheet: Path, out: str, *words: object):
    return office.run(
        "sheets", "enter", office.web.slug, "president", sheet, office.folder / out, *words
    )


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        ((), "option_missing", 2),
        (("--second", "b.csv", "--typed-by", "甲"), "option_missing", 2),
        (("--second", "b.csv", "--typed-by", "甲", "--typed-by", "甲"), "sheet_unvouched", 1),
        (("--second", "c.csv", "--typed-by", "甲", "--typed-by", "乙"), "sheets_differ", 1),
        (("--signature", "other.sig"), "sheet_signature", 1),
        (("--signature", "empty.sig"), "signature_malformed", 2),
    ],
)
def test_a_file_that_nobody_vouches_for_makes_no_act(office, monkeypatch, words, code, status):
    monkeypatch.chdir(office.folder)
    sheet = office.write("a.csv", HEAD, SHEET)
    office.write("b.csv", HEAD, SHEET)
    office.sign(office.write("c.csv", HEAD, SHEET.replace(",0,3,0", ",1,2,0")), "other.sig")
    office.write("empty.sig")
    size = office.web.services.board.head(office.web.fixed.origin).size
    result = entering(office, sheet, "act.json", *words)
    assert (result.exit_code, result.stdout) == (status, "")
    assert result.stderr.startswith(f"error: {code}")
    assert not (office.folder / "act.json").exists()
    assert office.web.services.board.head(office.web.fixed.origin).size == size


def test_sums_that_differ_make_no_act_and_are_shown_with_line_and_column(office):
    sheet = office.write("sheets.csv", HEAD, SHEET.replace(",3,3,3,", ",3,2,3,"))
    result = entering(office, sheet, "act.json", "--signature", office.sign(sheet, "s.sig"))
    assert result.exit_code == 1
    assert f"sums_differ: {sheet}:2:" in result.stderr
    assert not (office.folder / "act.json").exists()


def test_a_number_of_nobody_makes_no_strikes(office):
    numbers = office.write("wrong.csv", "number", "99")
    result = office.run("roll", "strikes", office.web.slug, numbers, office.folder / "x.csv")
    assert (result.exit_code, "elector_unknown" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("1", "2"), ":1:1"),
        (("number", ""), ":2:1"),
        (("number", "1,2"), ":2:1"),
        (("number", "1", "1"), ":3:1: stands on line 2 already"),
    ],
)
def test_a_file_of_numbers_is_read_strictly(office, lines, told):
    numbers = office.write("wrong.csv", *lines[:-1], lines[-1])
    result = office.run("roll", "strikes", office.web.slug, numbers, office.folder / "x.csv")
    assert result.exit_code == 2
    assert f"numbers_malformed: {numbers}{told}" in result.stderr


def test_o09_typed_sheets_are_corrected_by_a_signed_file_and_certified_with_the_net(
    office, tmp_path
):
    web = office.web
    first = office.write("first.csv", HEAD, SHEET.replace(",0,3,0", ",3,0,0"))
    second = office.write("second.csv", HEAD, SHEET.replace(",0,3,0", ",3,0,0"), "")
    typed = ("--second", second, "--typed-by", "甲", "--typed-by", "乙")
    made = entering(office, first, "act.json", *typed)
    assert made.exit_code == 0, made.output
    office.enact(office.folder / "act.json")

    sheet = office.write("sheets.csv", HEAD, SHEET)
    signature = ("--signature", office.sign(sheet, "sheets.sig"))
    again = entering(office, sheet, "again.json", *signature)
    assert (again.exit_code, "sheet_stands" in again.stderr) == (1, True)
    made = entering(office, sheet, "again.json", *signature, "--correct", "--reason", "misread")
    assert made.exit_code == 0, made.output
    office.enact(office.folder / "again.json")

    shown = office.type("sheets", "show", web.slug)
    assert "place\t体育館\t3 voters" in shown
    assert "differs" not in shown
    holding.audit_registrar(web.services, web.fixed, web.staff)
    office.type("election", "act", web.slug, "certify", office.folder / "certify.json")
    office.enact(office.folder / "certify.json")
    found = json.loads(web.services.publishing.outcomes(web.fixed)[web.contests[0]])
    assert [row["votes"] for row in found["totals"]] == [1, 3, 0]
    office.type("record", "export", web.slug, tmp_path / "record")
    report = verify_record(tmp_path / "record", registry=web.services.registry)
    assert report.exit_code == 0, report.to_text()
