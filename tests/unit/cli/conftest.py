"""Desks, and installations at which commands are typed."""

import shutil
from pathlib import Path

import pytest

import records
from desk import SETTINGS, SURVEY, TRUSTEES, Desk
from tsukuba_trust.crypto import ceremony


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with a fixed tally that nobody has decrypted."""
    return records.build(tmp_path_factory.mktemp("made") / "record", until="tallied", strikes=())


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one election proposed, whose log has not begun."""
    desk = Desk(tmp_path_factory.mktemp("office"))
    desk.write("office.ini", "[app:main]\ntsukuba_trust.state = state\n")
    settings = ("--settings", "office.ini")
    assert desk.type("db", "upgrade", *settings).returncode == 0
    people = {}
    for number in range(5):
        shown = desk.type("approve", "--new-key", f"new-{number}.pem").stdout
        people[number] = shown.split("public key: ")[1].strip()
    evidence = desk.type("roll", "new-key", "evidence.pem").stdout.split("public key: ")[1]
    officers = ("科学技術戦略課長", "科学技術戦略課 担当", "総務課 担当")
    auditors = ("つくば市監査委員事務局", "つくばスマートシティ協議会 監査担当")
    done = desk.type(
        *("election", "propose", SURVEY, "proposed.json", "--evidence-key", evidence.strip()),
        *(w for at, one in enumerate(officers) for w in ("--officer", f"{one}={people[at]}")),
        *(w for at, one in enumerate(auditors) for w in ("--auditor", f"{one}={people[3 + at]}")),
        *settings,
    )
    assert done.returncode == 0, done.stderr
    return desk.folder


@pytest.fixture
def at_office(office: Path, tmp_path: Path) -> Desk:
    shutil.copytree(office, tmp_path, dirs_exist_ok=True)
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def begun(office: Path, record: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office whose election has begun, with what the commands above need beside garbage."""
    desk = Desk(tmp_path_factory.mktemp("begun"))
    shutil.copytree(office, desk.folder, dirs_exist_ok=True)
    shutil.copytree(record, desk.folder / "good")
    desk.write("0.key", ceremony.key_file(TRUSTEES.secrets[0]))
    joined = desk.type(
        *("trustee", "join", "--group", "Ed25519", "--number", "1", "--members", "3"),
        *("--threshold", "2", "m1"),
    )
    assert joined.returncode == 0
    assert desk.type("election", "define", "proposed.json", *SETTINGS).returncode == 0
    return desk.folder
