"""Our mixed elections before Debian's belenios-tool, and its shuffles before us."""

import json
import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from archives import QUESTION, SCHEMES, UUID, archive
from mixed_archives import PREFERENCE, Mixing, tallied
from tsukuba_trust.board.archive import Event
from tsukuba_trust.plugins.ballots.preference import PreferenceBallots, seal_plaintext
from tsukuba_trust.values import Contest, Option, Text
from tsukuba_trust.verify.archive import verify_archive

pytestmark = pytest.mark.belenios
RFC = "RFC-3526-2048"


def _tool(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["belenios-tool", "election", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _write(folder: Path, found: Sequence[Event]) -> bytes:
    data = archive(found)
    (folder / f"{UUID}.bel").write_bytes(data)
    return data


def race() -> Contest:
    """Return a race of 41, whose ballots have one entry."""
    title = Text((("ja", "市議会議員"),))
    options = tuple(Option(f"c{n}", Text((("ja", f"候補{n}"),))) for n in range(41))
    ballot = {"form": "choice", "blank": True}
    return Contest("c", UUID, title, title, options, "preference", ballot, "plurality", {})


@cache
def of_two_questions() -> Mixing:
    return tallied(RFC, questions=(PREFERENCE, QUESTION), choices=(0, 1)).mixed_by(2)


def test_the_tool_accepts_our_mixed_election(tmp_path: Path) -> None:
    data = _write(tmp_path, of_two_questions().mixed_by(1).complete())
    assert verify_archive(data, SCHEMES).shuffled_by == (2, 1)
    done = _tool(tmp_path, "verify")
    assert done.returncode == 0, done.stderr
    assert "no result" not in done.stderr


@pytest.mark.parametrize("choices", [(), (1,)])
def test_the_tool_accepts_our_mix_of_few_ballots(choices: tuple[int, ...], tmp_path: Path) -> None:
    _write(tmp_path, tallied(RFC, choices=choices).mixed_by(1).complete())
    done = _tool(tmp_path, "verify")
    assert done.returncode == 0, done.stderr


def test_a_shuffle_of_the_tool_continues_one_of_ours(tmp_path: Path) -> None:
    ours = of_two_questions()
    _write(tmp_path, ours.events())
    done = _tool(tmp_path, "shuffle", "--trustee-id", "1")
    assert done.returncode == 0, done.stderr
    text, owned = done.stdout.splitlines()
    assert json.loads(owned)["owner"] == 1
    data = _write(tmp_path, ours.mixed_by(1, text).complete())
    assert verify_archive(data, SCHEMES, mixers=2).shuffled_by == (2, 1)
    assert _tool(tmp_path, "verify").returncode == 0


def test_the_tool_reads_our_long_race_and_any_plaintext_as_we_do(tmp_path: Path) -> None:
    """What no honest device seals is read by its low bits there and here alike."""
    made = tallied(RFC, questions=(PreferenceBallots().question(race()),), choices=(0, 0))
    of = made.of.of_group
    (context,) = made.of.contexts(made.of.credential(1))
    forged = seal_plaintext(context, of.power(of.generator, 4711), os.urandom)
    texts = (made.of.ballot(0), made.of.sign(1, [forged]))
    again = Mixing(made.of, texts, (), tuple(map(tuple, made.of.sums(texts))))
    data = _write(tmp_path, again.mixed_by(1).complete())
    assert len(verify_archive(data, SCHEMES).result[0]) == 2
    done = _tool(tmp_path, "verify")
    assert done.returncode == 0, done.stderr
