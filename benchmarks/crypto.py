"""Make and verify ballots, beside ``belenios-tool`` 2.0 and beside libsodium itself.

Verification is that of a whole archive (parsing, credential list, signature, answers,
sum); its cost per ballot is the slope between two sizes. ``belenios-tool`` checks each
ballot that it makes, therefore making *and checking* one of ours stands beside it.
"""

import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nacl import bindings
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.archives import SCHEME, Box, Subject
from benchmarks.measure import Run, child, medians, own
from tsukuba_trust.crypto.ballot import check_signature, read_ballot
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.verify.archive import verify_archive

TOOL = "belenios-tool"


@dataclass(frozen=True)
class Plan:
    """What is measured: a subject, two sizes of its box, and how often."""

    subject: Subject
    small: int
    large: int
    repeats: int = 5


@dataclass(frozen=True)
class Row:
    """Seconds of CPU per ballot; zero where there is nothing to compare with."""

    subject: Subject
    size: int
    make: float
    make_and_check: float
    verify: float
    tool_make: float
    tool_verify: float
    unit: float


PLANS = [
    *(Plan(Subject("Ed25519", 3, blank), 20, 220, 9) for blank in (False, True)),
    *(Plan(Subject("BELENIOS-2048", 3, blank), 10, 70) for blank in (False, True)),
    *(Plan(Subject("RFC-3526-2048", 3, blank), 2, 10, 3) for blank in (False, True)),
    Plan(Subject("Ed25519", 41, False), 2, 22),
    Plan(Subject("BELENIOS-2048", 41, False), 1, 7),
    Plan(Subject("RFC-3526-2048", 41, False), 1, 3, 3),
]


def noclamp() -> Run:
    """Measure one variable-base multiplication of PyNaCl."""
    g = group("Ed25519")
    point, scalar = g.power(g.generator, 314159), (g.q - 271828).to_bytes(32, "little")
    return own(partial(bindings.crypto_scalarmult_ed25519_noclamp, scalar, point), 200)


def _check(box: Box, text: str) -> None:
    ballot = read_ballot(text)
    check_signature(box.subject.group, ballot)
    SCHEME.verify_answer(box.context(ballot.credential), ballot.answers[0])


def measure(plan: Plan) -> Row:
    """Measure one subject, ours and the tool's in alternation."""
    box = Box(plan.subject, plan.large)
    with tempfile.TemporaryDirectory() as folder:
        runs = _own_runs(box, plan)
        tool = bool(shutil.which(TOOL)) and plan.subject.group_name != "Ed25519"
        if tool:  # 2.0 does not know Ed25519
            runs |= _tool_runs(box, plan, Path(folder))
        for run in runs.values():  # tables are made and caches are filled
            run()
        found = medians(runs, plan.repeats)
    per_ballot = plan.large - plan.small
    return Row(
        plan.subject,
        len(box.ballots[0]),
        found["make"],
        found["make and check"],
        (found["verify large"] - found["verify small"]) / per_ballot,
        found["tool make"] - found["tool start"] if tool else 0,
        (found["tool large"] - found["tool small"]) / per_ballot if tool else 0,
        found["noclamp"],
    )


def _own_runs(box: Box, plan: Plan) -> dict[str, Run]:
    schemes = {SCHEME.name: SCHEME}
    archives = {"small": box.archive(plan.small), "large": box.archive(plan.large)}
    runs = {
        f"verify {size}": own(partial(verify_archive, data, schemes))
        for size, data in archives.items()
    }
    times = max(1, 9 // plan.subject.options)
    runs["make"] = own(box.make, times)
    runs["make and check"] = own(lambda: _check(box, box.make()), times)
    return {**runs, "noclamp": noclamp()}


def _tool_runs(box: Box, plan: Plan, folder: Path) -> dict[str, Run]:
    verify = [TOOL, "election", "verify"]
    small, large = box.write(folder / "small", plan.small), box.write(folder / "large", plan.large)
    empty = box.write(folder / "empty", 0)
    make = [TOOL, "election", "generate-ballot", "--privcred", "credential", "--ballot", "choice"]
    return {
        "tool small": child(verify, small),
        "tool large": child(verify, large),
        "tool make": child(make, empty),
        "tool start": child([TOOL, "--version"], empty),
    }


def table(rows: list[Row]) -> Table:
    """Return the measurements as a table."""
    shown = Table(title="Ballots: CPU milliseconds per ballot, medians")
    columns = (
        "make",
        "and check",
        "tool",
        "ratio",
        "verify",
        "tool",
        "ratio",
        "noclamp calls",
        "bytes",
    )
    for name in ("group", "question"):
        shown.add_column(name)
    for name in columns:
        shown.add_column(name, justify="right")
    for row in rows:
        sodium = f"{row.verify / row.unit:.1f}" if row.subject.group_name == "Ed25519" else ""
        shown.add_row(
            row.subject.group_name,
            row.subject.title,
            f"{row.make * 1000:.2f}",
            *_beside(row.make_and_check, row.tool_make),
            *_beside(row.verify, row.tool_verify),
            sodium,
            f"{row.size:,}",
        )
    return shown


def _beside(ours: float, theirs: float) -> tuple[str, str, str]:
    if not theirs:
        return f"{ours * 1000:.2f}", "", ""
    return f"{ours * 1000:.2f}", f"{theirs * 1000:.2f}", f"{ours / theirs:.2f}"


def main(names: list[str]) -> None:
    """Measure and print; with arguments, only groups whose name starts with one of them."""
    plans = [p for p in PLANS if not names or p.subject.group_name.startswith(tuple(names))]
    console = Console(width=140)
    rows = [measure(plan) for plan in track(plans, "Ballots", console=console)]
    console.print(table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
