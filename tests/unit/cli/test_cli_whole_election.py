"""An election by commands alone, as an office, its trustees and its auditors type them.

Only the voters are simulated, because a voter has no command: they use the services.
"""

import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from tsukuba_trust.cli import main
from tsukuba_trust.cli.office import election, opened
from tsukuba_trust.settings import read_settings
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.holding import identify
from tsukuba_trust.testing.people import people
from tsukuba_trust.testing.voter import Voter

ROOT = Path(__file__).parents[3]
SLUG = "town-hall-2099"
VOTERS = 5
CHOICE = 'form = "choice", blank = false'  # the first of three contests is mixed


class Desk:
    """A folder with settings, from which commands are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ini = folder / "office.ini"

    def type(self, *words: str | Path, status: int = 0) -> str:
        """Type a command and return what it printed."""
        result: Result = CliRunner(env={"TSUKUBA_TRUST_SETTINGS": str(self.ini)}).invoke(
            main, [str(word) for word in words], catch_exceptions=False
        )
        assert result.exit_code == status, result.output
        return result.output

    def act(self, name: str, *options: str | Path, officers: tuple[str, ...] = ("b", "c")) -> str:
        """Propose an act, have officers approve copies of it, and enact them."""
        file = self.folder / f"{name}.act"
        self.type("election", "act", SLUG, name, file, "--reason", "test", *options)
        copies = []
        for officer in officers:
            copy = self.folder / f"{name}-{officer}.act"
            copy.write_text(file.read_text())
            key = self.folder / f"{officer}.pem"
            self.type("approve", copy, "--officer", f"officer {officer}", "--key", key, "--yes")
            copies.append(copy)
        return self.type("election", "enact", SLUG, *copies)


@pytest.fixture
def authority() -> TestAuthority:
    return TestAuthority(datetime.now(UTC))


@pytest.fixture
def desk(tmp_path: Path, authority: TestAuthority) -> Desk:
    desk = Desk(tmp_path)
    authority.write_anchors(tmp_path / "anchors")
    desk.ini.write_text(
        "[app:main]\n"
        f"tsukuba_trust.state = {tmp_path / 'state'}\n"
        "tsukuba_trust.drain_s = 0\n"
        "tsukuba_trust.board_host = board.example.jp/e\n"
        f"my_number_card.anchors = {tmp_path / 'anchors'}\n"
        "my_number_card.allow_test_anchors = true\n"
    )
    (tmp_path / "election.toml").write_text(election_file(datetime.now(UTC)))
    return desk


def election_file(now: datetime) -> str:
    """Return the survey's file with the present inside its period and other officers."""
    text = (ROOT / "config/elections/needs-survey-2025.toml").read_text()
    here = now.astimezone(ZoneInfo("Asia/Tokyo"))
    opens, closes = here - timedelta(days=1), here + timedelta(days=2)
    text = re.sub(r"(?m)^slug = .*$", f'slug = "{SLUG}"', text)
    text = re.sub(
        '"homomorphic"\nballot = .*', f'"preference"\nballot = {{ {CHOICE} }}', text, count=1
    )
    text = re.sub(r"(?m)^auditors = .*$", 'auditors = ["auditor x", "auditor y"]', text)
    text = re.sub(r"(?m)^minimum_ballots = .*$", "minimum_ballots = 2", text)
    text = re.sub(r"(?m)^opens = .*$", f'opens = "{opens:%Y-%m-%d} ({opens:%a}) 00:00"', text)
    text = re.sub(r"(?m)^closes = .*$", f'closes = "{closes:%Y-%m-%d} ({closes:%a}) 00:00"', text)
    last = closes - timedelta(days=1)
    days = "月火水木金土日"
    shown = (
        f'[period.shown]\nja = "{opens.year}年{opens.month}月{opens.day}日'
        f"({days[opens.weekday()]}) "
        f'から {last.year}年{last.month}月{last.day}日({days[last.weekday()]}) 23:59 まで"\n'
        f'en = "{opens:%A}, {opens.day} {opens:%B} {opens.year} to '
        f'{last:%A}, {last.day} {last:%B} {last.year}, 23:59"\n'
    )
    text = re.sub(r"\[period\.shown\]\n(?:.+\n)+", shown, text)
    officers = "".join(
        f'[[officers]]\nname = "officer {one}"\norganisation = "{place}"\n\n'
        for one, place in (("a", "city"), ("b", "city"), ("c", "school"))
    )
    start, end = text.index("[[officers]]"), text.index("[approval]")
    text = text[:start] + officers + text[end:]
    return re.sub(
        r"\[approval\]\n(?:.+\n)+", '[approval]\ntotal = 2\nfrom_each = ["city", "school"]\n', text
    )


def prepare(desk: Desk) -> str:
    """Type everything up to the open vote; return the log's key."""
    folder = desk.folder
    desk.type("db", "upgrade")
    keys = {}
    for name in ("a", "b", "c", "x", "y"):
        shown = desk.type("approve", "--new-key", folder / f"{name}.pem")
        keys[name] = shown.split("public key: ")[1].strip()
    evidence = desk.type("roll", "new-key", folder / "evidence.pem").split("public key: ")[1]
    officers = [w for one in "abc" for w in ("--officer", f"officer {one}={keys[one]}")]
    told = desk.type(
        *("election", "propose", folder / "election.toml", folder / "proposed.json", *officers),
        *(w for one in "xy" for w in ("--auditor", f"auditor {one}={keys[one]}")),
        *("--evidence-key", evidence.strip()),
    )
    desk.type("election", "define", folder / "proposed.json")
    hold_key_ceremony(desk)
    desk.act("seal")
    rehearse(desk)
    desk.type("election", "open", SLUG)
    found = re.search(r"log key: (\S+)", told)
    assert found
    return found[1]


def hold_key_ceremony(desk: Desk) -> None:
    folder, members = desk.folder, ("1", "2", "3")
    for one in members:
        desk.type(
            *("trustee", "join", "--group", "Ed25519", "--number", one, "--members", "3"),
            *("--threshold", "2", folder / f"m{one}"),
        )
    certificates = [folder / f"m{one}.certificate.json" for one in members]
    for one in members:
        desk.type("trustee", "deal", "--group", "Ed25519", folder / f"m{one}.member", *certificates)
    given = [w for path in certificates for w in ("--certificate", path)]
    given += [w for one in members for w in ("--deal", folder / f"m{one}.deal.json")]
    for one in members:
        desk.type("trustee", "finish", "--group", "Ed25519", folder / f"m{one}.member", *given)
    public = [w for one in members for w in ("--member", folder / f"m{one}.public.json")]
    desk.type("election", "trustees", SLUG, *given, *public)


def rehearse(desk: Desk) -> None:
    folder = desk.folder
    desk.type("record", "export", SLUG, folder / "sealed")
    desk.type("election", "rehearsal", SLUG, folder / "rehearsal.json")
    for one in "123":
        desk.type(
            *("trustee", "decrypt", folder / "sealed", folder / "answers", "--number", one),
            *("--key", folder / f"m{one}.key", "--rehearsal", folder / "rehearsal.json"),
        )
    answers = [
        w
        for one in "123"
        for w in ("--answer", f"{one}={folder / 'answers' / f'rehearsal-{one}.json'}")
    ]
    desk.type("election", "rehearsal", SLUG, folder / "rehearsal.json", *answers)
    desk.act("rehearsed", "--file", folder / "rehearsal.json")


def vote(desk: Desk, authority: TestAuthority) -> None:
    """Let simulated voters identify with cards and choose the first option everywhere."""
    with opened(read_settings(desk.ini)) as office:
        fixed, services = election(office, SLUG), office.services
        for person in people(1, VOTERS):
            card = authority.card(person)
            voter = Voter(fixed, secrets.token_bytes)
            now = datetime.now(UTC)
            identify(
                services,
                fixed,
                voter,
                "my-number-card",
                lambda challenge, card=card: card.response(challenge["text"]),
                now,
            )
            for contest in fixed.election.contests:
                scheme = services.registry.ballot_schemes[contest.ballot_scheme]
                text = voter.seal(contest.uuid, [1, 0, 0], scheme)
                services.casting.cast(contest.uuid, text, datetime.now(UTC))


def test_an_office_holds_an_election_by_commands_alone(
    desk: Desk, authority: TestAuthority
) -> None:
    folder = desk.folder
    log_key = prepare(desk)
    vote(desk, authority)
    assert "not_closed" in desk.type("election", "end", SLUG, status=1)
    soon = datetime.now(ZoneInfo("Asia/Tokyo")).isoformat(timespec="seconds")
    desk.act("end-early", "--closes", soon)
    desk.type("election", "end", SLUG)
    desk.type("election", "tally", SLUG)
    mix(desk, log_key)
    desk.type("record", "export", SLUG, folder / "tallied")
    decrypt(desk, log_key)
    audit(desk, log_key)
    desk.act("certify")
    desk.type("record", "export", SLUG, folder / "final")
    shown = desk.type(
        *("verify", folder / "final", "--log-key", log_key, "--previous", folder / "tallied")
    )
    assert "registrar not audited" not in shown
    assert "declared" in desk.type("election", "show", SLUG)


def mix(desk: Desk, log_key: str) -> None:
    """Let two trustees mix, one after the other, on the record that the other one left."""
    folder = desk.folder
    (mixed, *_) = re.findall(r"contest\t(\S+)\t", desk.type("election", "show", SLUG))
    for one, told in (("2", "1 shuffle to come"), ("3", "all shuffles are there")):
        record = folder / f"before-{one}"
        desk.type("record", "export", SLUG, record)
        by = ("--key", folder / f"m{one}.key", "--number", one, "--log-key", log_key)
        desk.type("trustee", "shuffle", record, folder / "mixed", *by)
        assert told in desk.type(
            "count", SLUG, mixed, one, folder / "mixed" / f"{mixed}.shuffle-{one}.json"
        )
    early = desk.type("trustee", "decrypt", record, folder / "early", *by, status=1)
    assert "shuffles_missing" in early


def decrypt(desk: Desk, log_key: str) -> None:
    folder = desk.folder
    contests = re.findall(r"contest\t(\S+)\t", desk.type("election", "show", SLUG))
    for one in "13":
        out = folder / "decrypted"
        key = folder / f"m{one}.key"
        desk.type(
            *("trustee", "decrypt", folder / "tallied", out, "--key", key),
            *("--number", one, "--log-key", log_key),
        )
        for contest in contests:
            said = desk.type("count", SLUG, contest, one, out / f"{contest}.decryption-{one}.json")
    assert f'{{"result":[[{VOTERS},0,0]]}}' in said


def audit(desk: Desk, log_key: str) -> None:
    folder = desk.folder
    desk.type("roll", "evidence", SLUG, folder / "evidence.txt")
    desk.type("record", "export", SLUG, folder / "counted")
    for one in "xy":
        said = desk.type(
            *("roll", "audit", folder / "counted", folder / "evidence.txt", folder / "audit.json"),
            *("--evidence-key", folder / "evidence.pem", "--auditor", f"auditor {one}"),
            *("--key", folder / f"{one}.pem", "--log-key", log_key),
        )
    assert f"{VOTERS} registrations checked, 0 faulty" in said
    desk.type("roll", "audited", SLUG, folder / "audit.json")
