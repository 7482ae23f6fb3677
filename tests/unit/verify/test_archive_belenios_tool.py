"""Our archives before Debian's belenios-tool, and its decryptions before us."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from archives import QUESTION, SCHEMES, UUID, Sample, archive, new_sample
from ceremonies import hold, item_of
from tsukuba_trust.board import events
from tsukuba_trust.crypto.ceremony import key_file
from tsukuba_trust.crypto.decryption import check_partial, combine
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.trustees import new_single
from tsukuba_trust.verify.archive import verify_archive

pytestmark = pytest.mark.belenios
BLANK = {"answers": ["青", "蓮", "空"], "blank": True, "min": 0, "max": 2, "question": "どれ？"}


def _tool(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["belenios-tool", "election", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _write(folder: Path, made: Sample, found: list[events.Event]) -> None:
    (folder / f"{UUID}.bel").write_bytes(archive(found))


def test_the_tool_accepts_our_archive_of_two_questions_with_weights(tmp_path: Path) -> None:
    made = new_sample("BELENIOS-2048", questions=(QUESTION, BLANK), weights=(3, 1, 2_000_000_000))
    texts = (made.ballot(0), made.ballot(2))
    tally = made.tally(texts, 2_000_000_003)
    _write(
        tmp_path,
        made,
        [*made.open(*texts), events.end_ballots(), events.encrypted_tally(tally)],
    )
    done = _tool(tmp_path, "verify")
    assert done.returncode == 0, done.stderr


def test_the_tool_accepts_our_whole_election(tmp_path: Path) -> None:
    made = new_sample("BELENIOS-2048")
    _write(tmp_path, made, made.complete(made.ballot(0), made.ballot(1, 1)))
    done = _tool(tmp_path, "verify")
    assert done.returncode == 0, done.stderr
    assert "no result" not in done.stderr


def test_the_tool_decrypts_with_our_key_files_single_and_two_of_three(tmp_path: Path) -> None:
    of = group("BELENIOS-2048")
    held = hold(of, 3, 2)
    secret, public = new_single(of, "Single", os.urandom)
    secrets = {1: secret} | {owner: key for owner, (key, _) in enumerate(held.keys, 2)}
    items = [("Single", public), ("Pedersen", item_of(of, held))]
    made = new_sample("BELENIOS-2048", items=items, secrets=secrets)
    texts = (made.ballot(0), made.ballot(1, 1))
    found = made.tallied(*texts)
    _write(tmp_path, made, found)
    factors, keys = {}, made.read_trustees.verification_keys
    for owner in (1, 2, 4):
        (tmp_path / f"{owner}.key").write_text(key_file(secrets[owner]))
        done = _tool(tmp_path, "decrypt", "--privkey", f"{owner}.key", "--trustee-id", str(owner))
        assert done.returncode == 0, done.stderr
        text, owned = done.stdout.splitlines()
        assert json.loads(owned)["owner"] == owner
        found.append(events.partial_decryption(owner, text))
        key = keys[owner - 1]
        factors[owner] = check_partial(of, made.fingerprint, key, made.sums(texts), text)
    plaintexts = combine(made.read_trustees, factors, made.sums(texts))
    assert plaintexts == [[of.generator, of.generator]]
    found.append(events.result('{"result":[[1,1]]}'))
    _write(tmp_path, made, found)
    assert verify_archive(archive(found), SCHEMES).decrypted_by == (1, 2, 4)
    assert _tool(tmp_path, "verify").returncode == 0
