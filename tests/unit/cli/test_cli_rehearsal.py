"""The rehearsal's record, and its archives rebuilt from the board by another program.

The rebuilding rule (protocol.md 8, 12, 16 B) is written here once more, from the text, on plain
JSON, integers and bytes; of the package only the groups' multiplication is used.
"""

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tsukuba_trust.crypto.groups import group as named_group

ROOT = Path(__file__).parents[3]
PROGRAM = Path(sys.executable).with_name("tsukuba-trust")
SURVEY = ROOT / "config/elections/needs-survey-2025.toml"
GROUPS = ("Ed25519", "BELENIOS-2048")
VOTERS = 14


@pytest.fixture(scope="module", params=GROUPS)
def record(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rehearsal") / "record"
    done = subprocess.run(
        [
            *(PROGRAM, "rehearse", SURVEY, "--voters", str(VOTERS), "--seed", "7"),
            *("--group", request.param, "--record", folder),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" yes ") == 9, done.stdout  # everything forbidden left no trace
    return folder


class Rebuilt:
    """A record read from its bundles and blobs, entry by entry."""

    def __init__(self, record: Path) -> None:
        self.record = record
        data = b"".join(path.read_bytes() for path in self._bundles())
        self.entries: list[Any] = []
        while data:
            length = int.from_bytes(data[:2])
            self.entries.append(json.loads(data[2 : 2 + length]))
            data = data[2 + length :]
        definition = json.loads(self.text(self.entries[0]["definition"]))
        self.opens = definition["period"]["opens"]
        self.group = named_group(definition["group"])

    def _bundles(self) -> list[Path]:
        full = sorted((self.record / "tile/entries").glob("[0-9][0-9][0-9]"))
        partial = sorted(
            (self.record / "tile/entries").glob("*.p/*"), key=lambda path: int(path.name)
        )
        last = [path for path in partial if path.parent.name == f"{len(full):03}.p"]
        return full + last[-1:]

    def of(self, kind: str, **fields: Any) -> list[Any]:
        return [
            entry
            for entry in self.entries
            if entry["type"] == kind and all(entry[key] == value for key, value in fields.items())
        ]

    def text(self, document: Any) -> str:
        if "text" in document:
            return str(document["text"])
        digest = document["sha256"]
        return (self.record / "blob" / digest[:2] / digest).read_text(encoding="utf-8")

    def counting(self, contest: str) -> list[tuple[str, str | None]]:
        """Return (credential, counting ballot) of every holder, sorted by credential."""
        holder_of: dict[int, int] = {}
        key_of: dict[str, int] = {}
        newest: dict[int, str] = {}
        last: dict[int, tuple[str, str]] = {}
        for index, entry in enumerate(self.entries):
            if entry["type"] == "CredentialsRegistered":
                holder = holder_of[entry["replaces"]] if "replaces" in entry else index
                holder_of[index] = holder
                [own] = [c for c in entry["credentials"] if c["contest"] == contest]
                key_of[own["credential"]] = newest_holder = holder
                newest[newest_holder] = own["credential"]
            elif entry["type"] == "BallotAccepted" and entry["contest"] == contest:
                text = self.text(entry["ballot"])
                credential = json.loads(text)["credential"]
                last[key_of[credential]] = credential, text
        found = [last.get(holder, (newest[holder], None)) for holder in newest]
        return sorted(found, key=lambda pair: self.order(pair[0]))

    def order(self, text: str) -> Any:
        return bytes.fromhex(text)[::-1] if self.group.name == "Ed25519" else int(text)

    def tally(self, ballots: list[str]) -> str:
        answers = [json.loads(text)["answers"][0]["choices"] for text in ballots]
        sums = []
        for place in range(len(answers[0])):
            total = {}
            for part in ("alpha", "beta"):
                product = self.group.identity
                for answer in answers:
                    element = self.group.decode(answer[place][part], identity_allowed=True)
                    product = self.group.multiply(product, element)
                total[part] = self.group.encode(product)
            sums.append(total)
        return compact([sums])

    def archive(self, contest: str) -> bytes:
        from datetime import datetime

        fixed = self.of("TrusteesFixed")[0]
        [document] = [one["record"] for one in fixed["records"] if one["contest"] == contest]
        pairs = self.counting(contest)
        ballots = [ballot for _credential, ballot in pairs if ballot is not None]
        tar = Tar(int(datetime.fromisoformat(self.opens).timestamp()))
        setup = [self.text(document), self.text(fixed["trustees"])]
        setup.append(compact([credential for credential, _ballot in pairs]))
        names = ("election", "trustees", "credentials")
        digests = dict(zip(names, map(hexdigest, setup), strict=True))
        tar.event("Setup", *setup, compact(digests))
        for ballot in ballots:
            tar.event("Ballot", ballot)
        tar.event("EndBallots")
        tally = self.tally(ballots)
        count = {"num_tallied": len(ballots), "total_weight": len(ballots)}
        tar.event("EncryptedTally", tally, compact({**count, "encrypted_tally": hexdigest(tally)}))
        given = self.of("PartiallyDecrypted", contest=contest)
        for one in sorted(given, key=lambda entry: entry["trustee"]):
            text = self.text(one["decryption"])
            owned = {"owner": one["trustee"], "payload": hexdigest(text)}
            tar.event("PartialDecryption", text, compact(owned))
        tar.event("Result", self.text(self.of("ResultDeclared", contest=contest)[0]["result"]))
        return bytes(tar.data)


class Tar:
    """The tar of protocol.md section 12, written from its text."""

    def __init__(self, time: int) -> None:
        self.time = time
        self.data = bytearray()
        self.parent = ""
        self.height = 0
        self.file("BELENIOS", compact({"version": 1, "timestamp": str(time)}))

    def file(self, name: str, text: str) -> None:
        body = text.encode()
        header = bytearray(512)
        header[0 : len(name)] = name.encode()
        for place, value in ((100, "0000644"), (108, "0000000"), (116, "0000000")):
            header[place : place + len(value)] = value.encode()
        header[124:135] = f"{len(body):011o}".encode()
        header[136:147] = f"{self.time:011o}".encode()
        header[148:156] = b" " * 8
        header[156:157] = b"0"
        header[148:156] = f"{sum(header):06o}\0 ".encode()
        self.data += header + body + bytes(-len(body) % 512)

    def event(self, kind: str, *records: str) -> None:
        for text in records:
            self.file(f"{hexdigest(text)}.data.json", text)
        event: dict[str, Any] = {"parent": self.parent} if self.parent else {}
        event |= {"height": self.height, "type": kind}
        if records:
            event["payload"] = hexdigest(records[-1])
        text = compact(event)
        self.file(f"{hexdigest(text)}.event.json", text)
        self.parent, self.height = hexdigest(text), self.height + 1


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def hexdigest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_an_independent_rebuild_gives_the_same_archives_byte_for_byte(record: Path) -> None:
    rebuilt = Rebuilt(record)
    contests = rebuilt.entries[0]["contests"]
    assert len(contests) == 3
    for contest in contests:
        assert rebuilt.archive(contest) == (record / f"{contest}.bel").read_bytes()


def test_the_record_verifies_with_its_key_pinned_and_with_two_processes(record: Path) -> None:
    key = Rebuilt(record).entries[0]["log_key"]
    outputs = set()
    for jobs in ("1", "2"):
        done = subprocess.run(
            [PROGRAM, "verify", record, "--log-key", key, "--jobs", jobs],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        outputs.add(done.stdout)
    assert len(outputs) == 1


@pytest.mark.belenios
def test_debians_belenios_tool_accepts_all_three_archives(record: Path, tmp_path: Path) -> None:
    if Rebuilt(record).group.name == "Ed25519":
        return  # the release in Debian does not know this group; the other parameter is checked
    for path in record.glob("*.bel"):
        place = tmp_path / path.stem
        place.mkdir()
        (place / path.name).write_bytes(path.read_bytes())
        command = ("belenios-tool", "election", "verify", "--dir", str(place))
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_trackers_of_the_archive_are_those_of_the_board(record: Path) -> None:
    rebuilt = Rebuilt(record)
    for contest in rebuilt.entries[0]["contests"]:
        data = (record / f"{contest}.bel").read_bytes()
        for _credential, ballot in rebuilt.counting(contest):
            if ballot is not None:
                digest = hashlib.sha256(ballot.encode()).digest()
                assert digest.hex().encode() in data
                assert len(base64.b64encode(digest).rstrip(b"=")) == 43
