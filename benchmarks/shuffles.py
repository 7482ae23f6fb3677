"""Make and check shuffles, beside ``belenios-tool`` 2.0 in the group that both know.

The tool makes a shuffle of what an archive holds, and checks it with everything else; its
costs per ciphertext are slopes between two sizes, for the check less that of the same archive
without the shuffle.
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.archives import UUID, stream
from benchmarks.measure import Run, child, medians, own
from tsukuba_trust.board import events
from tsukuba_trust.board.archive import Event, write_archive
from tsukuba_trust.crypto import credentials, json_text
from tsukuba_trust.crypto.ballot import fingerprint, read_ballot, seal_ballot
from tsukuba_trust.crypto.elgamal import Ciphertext, ciphertext_json, encrypt
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.record import NON_HOMOMORPHIC, election_record
from tsukuba_trust.crypto.shuffle import shuffle
from tsukuba_trust.crypto.shuffle_check import check_proof
from tsukuba_trust.crypto.shuffle_record import shuffle_text
from tsukuba_trust.crypto.shuffle_statement import Statement
from tsukuba_trust.crypto.trustees import new_single, trustees_text
from tsukuba_trust.interfaces import BallotContext
from tsukuba_trust.plugins.ballots.preference import PreferenceBallots

TOOL = "belenios-tool"
QUESTION = {
    "type": NON_HOMOMORPHIC,
    "value": {"answers": ["a", "b", "c"], "question": "In which order?"},
}
TIME = 1_760_000_000


@dataclass(frozen=True)
class Plan:
    """A group, two sizes, and how often."""

    group_name: str
    small: int
    large: int
    repeats: int = 3


@dataclass(frozen=True)
class Row:
    """Seconds of CPU per ciphertext at the larger size; zero where nothing compares.

    :param growth: cost of making and checking at the larger size beside the smaller one
    """

    plan: Plan
    make: float
    check: float
    growth: float
    tool_make: float
    tool_check: float


PLANS = [Plan("Ed25519", 1_000, 10_000, 1), Plan("RFC-3526-2048", 10, 60)]


def measure(plan: Plan) -> Row:
    """Measure one group, ours and the tool's in alternation."""
    of, draw = group(plan.group_name), stream(plan.group_name)
    key = of.power(of.generator, of.random_scalar(draw))
    runs: dict[str, Run] = {}
    for size in (plan.small, plan.large):
        before = [encrypt(of, key, n % 2, of.random_scalar(draw)) for n in range(size)]
        after, proof = shuffle(of, key, "φ", before, draw)
        runs[f"make {size}"] = own(partial(shuffle, of, key, "φ", before, draw))
        statement = Statement(of, key, "φ", before, after)
        runs[f"check {size}"] = own(partial(check_proof, statement, proof))
    with tempfile.TemporaryDirectory() as folder:
        tool = bool(shutil.which(TOOL)) and plan.group_name != "Ed25519"
        if tool:  # 2.0 does not know Ed25519
            runs |= _tool_runs(plan, Path(folder))
        found = medians(runs, plan.repeats)
    ours = {s: (found[f"make {s}"] + found[f"check {s}"]) / s for s in (plan.small, plan.large)}
    return Row(
        plan,
        found[f"make {plan.large}"] / plan.large,
        found[f"check {plan.large}"] / plan.large,
        ours[plan.large] / ours[plan.small],
        _slope(found, plan, "tool make") if tool else 0,
        _slope(found, plan, "tool mixed") - _slope(found, plan, "tool plain") if tool else 0,
    )


def _slope(found: dict[str, float], plan: Plan, name: str) -> float:
    more = found[f"{name} {plan.large}"] - found[f"{name} {plan.small}"]
    return more / (plan.large - plan.small)


def _tool_runs(plan: Plan, folder: Path) -> dict[str, Run]:
    runs = {}
    for size in (plan.small, plan.large):
        plain, mixed = folder / f"plain-{size}", folder / f"mixed-{size}"
        tallied, shuffled = _archives(plan.group_name, size)
        _write(plain, tallied)
        _write(mixed, [*tallied, shuffled])
        make = [TOOL, "election", "shuffle", "--trustee-id", "1"]
        runs[f"tool make {size}"] = child(make, plain)
        runs[f"tool plain {size}"] = child([TOOL, "election", "verify"], plain)
        runs[f"tool mixed {size}"] = child([TOOL, "election", "verify"], mixed)
    return runs


def _write(folder: Path, found: Sequence[Event]) -> None:
    folder.mkdir()
    (folder / f"{UUID}.bel").write_bytes(write_archive(TIME, found))


def _archives(group_name: str, size: int) -> tuple[list[Event], Event]:
    """Return a tallied election of some ballots, and a shuffle of it."""
    of, draw, scheme = group(group_name), stream(f"{group_name} {size}"), PreferenceBallots()
    secret, public = new_single(of, "", draw)
    key = of.power(of.generator, secret)
    record = election_record(UUID, "Bench", "Bench", group_name, of.encode(key), [QUESTION])
    phi, texts, listed = fingerprint(record), [], []
    for _ in range(size):
        scalar = of.random_scalar(draw)
        listed.append(credentials.public(of, scalar))
        context = BallotContext(of, key, phi, listed[-1], QUESTION)
        answer = scheme.seal_answer(context, [1, 2, 3], draw)
        texts.append(seal_ballot(of, UUID, phi, scalar, listed[-1], [answer], draw))
    answers = [read_ballot(text).answers[0] for text in texts]
    before: Sequence[Ciphertext] = scheme.combine(context, answers, [1] * size)
    tally = json_text.write([[ciphertext_json(of, one) for one in before]])
    found = [
        events.setup(record, trustees_text([("Single", public)]), json_text.write(listed)),
        *map(events.ballot, texts),
        events.end_ballots(),
        events.encrypted_tally(events.Tally(tally, size, size)),
    ]
    made = shuffle_text(of, [shuffle(of, key, phi, before, draw)])
    return found, events.shuffle(1, made)


def table(rows: list[Row]) -> Table:
    """Return the measurements as a table."""
    shown = Table(title="Shuffles: CPU milliseconds per ciphertext")
    shown.add_column("group")
    for name in ("size", "make", "tool", "ratio", "check", "tool", "ratio", "growth"):
        shown.add_column(name, justify="right")
    for row in rows:
        shown.add_row(
            row.plan.group_name,
            f"{row.plan.large:,}",
            *_beside(row.make, row.tool_make),
            *_beside(row.check, row.tool_check),
            f"{row.growth:.2f}",
        )
    return shown


def _beside(ours: float, theirs: float) -> tuple[str, str, str]:
    if not theirs:
        return f"{ours * 1000:.2f}", "", ""
    return f"{ours * 1000:.2f}", f"{theirs * 1000:.2f}", f"{ours / theirs:.2f}"


def main(names: list[str]) -> None:
    """Measure and print; with arguments, only groups whose name starts with one of them."""
    plans = [p for p in PLANS if not names or p.group_name.startswith(tuple(names))]
    console = Console(width=140)
    rows = [measure(plan) for plan in track(plans, "Shuffles", console=console)]
    console.print(table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
