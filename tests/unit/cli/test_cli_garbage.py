"""Commands that are given a file with anything in it: one line, no traceback, nothing written."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from desk import REFUSED, SETTINGS, SLUG, UNUSABLE, Desk
from tsukuba_trust.cli import main

GARBAGE = {
    "nothing": b"",
    "bytes": bytes(range(256)),
    "text": b"certainly not",
    "null": b"null",
    "list": b"[]",
    "object": b"{}",
    "number": b"1e999",
    "deep": b"[" * 100_000,
    "surrogate": b'"\\ud800"',
    "nested": b'{"act":{"act":[]},"entry":{"type":1},"share":{}}',
}
# Commands that read the file "garbage"; none of them needs an election.
READERS = [
    ("approve", "garbage", "--officer", "x", "--key", "new-0.pem", "--yes"),
    ("approve", "--officer", "x", "--key", "garbage", "--yes", "proposed.json"),
    ("check", "garbage"),
    ("election", "define", "garbage", *SETTINGS),
    ("election", "propose", "garbage", "o", "--evidence-key", "x", *SETTINGS),
    ("trustee", "deal", "--group", "Ed25519", "garbage", "proposed.json"),
    ("trustee", "deal", "--group", "Ed25519", "m1.member", "garbage"),
    ("verify", "garbage"),
    ("verify", "good", "--previous", "garbage"),
    ("verify", "good", "--log-key", "garbage"),
    ("trustee", "decrypt", "garbage", "out", "--key", "m1.member", "--number", "1"),
    ("trustee", "decrypt", "good", "out", "--key", "garbage", "--number", "1"),
    ("trustee", "decrypt", "good", "out", "--key", "0.key", "--number", "1", "--rehearsal",
     "garbage"),
]  # fmt: skip
# Commands that read it for an election that has begun.
IN_ELECTION = [
    ("count", SLUG, "x", "1", "garbage"),
    ("roll", "import", SLUG, "garbage"),
    ("roll", "audited", SLUG, "garbage"),
    ("election", "enact", SLUG, "garbage"),
    ("election", "trustees", SLUG, "--single", "garbage"),
    ("election", "rehearsal", SLUG, "garbage", "--answer", "1=garbage"),
    ("election", "act", SLUG, "strike", "o", "--file", "garbage", "--reason", "x"),
    ("election", "act", SLUG, "rehearsed", "o", "--file", "garbage", "--reason", "x"),
    ("roll", "audit", "good", "garbage", "o", "--evidence-key", "evidence.pem", "--auditor",
     "x", "--key", "new-0.pem"),
    ("roll", "audit", "good", "garbage", "o", "--evidence-key", "garbage", "--auditor", "x",
     "--key", "new-0.pem"),
]  # fmt: skip


@pytest.fixture
def inside(begun: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The office as the working folder of this process: starting 200 others takes long."""
    monkeypatch.chdir(begun)
    yield Desk(begun)
    for name in ("garbage", "o"):
        (begun / name).unlink(missing_ok=True)


@pytest.mark.parametrize("kind", GARBAGE)
@pytest.mark.parametrize(
    "words", [*READERS, *(w + SETTINGS for w in IN_ELECTION)], ids=lambda words: " ".join(words[:9])
)
def test_a_file_that_holds_anything(inside: Desk, words: tuple[str, ...], kind: str) -> None:
    if words[:2] == ("roll", "audit") and "evidence.pem" in words and kind == "nothing":
        pytest.skip("an empty list of evidence is one, and every registration is faulty")
    inside.write("garbage", GARBAGE[kind])
    before = inside.files()
    done = CliRunner().invoke(main, list(words))
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (REFUSED, UNUSABLE)
    if words[0] == "verify":
        assert done.stdout.splitlines()[-1] in ("verdict: refuted", "verdict: unusable")
    else:
        assert re.search(r"(?m)^error: [a-z_0-9]+(: .*)?$", done.stderr), done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert inside.files() == before
