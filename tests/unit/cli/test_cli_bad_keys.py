"""Bad input at the real program: one clear line with a code, the right exit status, nothing
half-written, never a traceback. Here: key files.
"""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from desk import ACT, LARGE, REFUSED, ROOM_TO_WORK, TRUSTEES, UNUSABLE, Desk
from tsukuba_trust.crypto import ceremony


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("no key", "key_file_invalid", UNUSABLE),
        ("", "key_file_invalid", UNUSABLE),
        ("[" * 200_000, "key_file_invalid", UNUSABLE),
        (b"\xff\xfe\x00", "file_not_text", UNUSABLE),
        (ceremony.key_file(TRUSTEES.secrets[1]), "key_other", REFUSED),
        (ceremony.key_file(2**252), "key_other", REFUSED),
        (ceremony.key_file(2**2000), "key_file_invalid", UNUSABLE),
    ],
    ids=["text", "empty", "deep", "bytes", "another trustee's", "nobody's", "another group's"],
)
def test_a_wrong_key_file_of_a_trustee(
    desk: Desk, record: Path, text: Any, code: str, status: int
) -> None:
    desk.write("my.key", text)
    before = desk.files()
    done = desk.type("trustee", "decrypt", record, "out", "--key", "my.key", "--number", "1")
    assert re.fullmatch(rf"error: {code}(: .+)?\n", done.stderr), done.stderr
    assert done.returncode == status
    assert desk.files() == before
    assert not (desk.folder / "out").exists()
    if isinstance(text, str) and text:
        assert text.strip('"') not in done.stderr + done.stdout


def test_a_key_file_that_is_not_there(desk: Desk, record: Path) -> None:
    done = desk.type("trustee", "decrypt", record, "out", "--key", "no.key", "--number", "1")
    assert done.stderr.startswith("error: file_missing: no.key")
    assert done.returncode == UNUSABLE


def test_a_key_file_of_100_megabytes_is_not_read(desk: Desk, record: Path) -> None:
    with desk.write("my.key", "").open("r+b") as file:
        file.truncate(LARGE)
    done = desk.type(
        "trustee", "decrypt", record, "out", "--key", "my.key", "--number", "1", AS=ROOM_TO_WORK
    )
    assert done.stderr.startswith("error: file_too_large")
    assert done.returncode == UNUSABLE


def test_a_trustee_does_not_decrypt_a_refuted_record(desk: Desk, record: Path) -> None:
    shutil.copytree(record, desk.folder / "r")
    tile = desk.folder / "r" / "tile" / "0"
    broken = next(tile.rglob("*.p/*"))
    broken.write_bytes(bytes(len(broken.read_bytes())))
    desk.write("my.key", ceremony.key_file(TRUSTEES.secrets[0]))
    words = ("trustee", "decrypt", "r", "out", "--key", "my.key", "--number", "1")
    assert "step 2" in desk.refused("record_refuted", REFUSED, *words)


@pytest.mark.parametrize("text", ["no key", "", b"\xff", "another kind"])
def test_a_wrong_key_file_of_an_officer(desk: Desk, text: Any) -> None:
    if text == "another kind":
        evidence = desk.type("roll", "new-key", "officer.pem")
        assert evidence.returncode == 0
    else:
        desk.write("officer.pem", text)
    desk.write("a.act", ACT)
    words = ("approve", "a.act", "--officer", "somebody", "--key", "officer.pem", "--yes")
    before = desk.files()
    done = desk.type(*words)
    assert done.stderr.startswith("error: key_file_invalid: officer.pem")
    assert done.returncode == UNUSABLE
    assert desk.files() == before
