"""Attack V05: whoever verifies, and however often, reads the same bytes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import records
from record_log import Log

SIZE = 28
TESTS = Path(records.__file__).parent


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return records.build(tmp_path_factory.mktemp("honest") / "record")


PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import records
from pathlib import Path
from tsukuba_trust.verify.record import verify_record
for jobs in (1, 2):
    for _ in range(5):
        for path in sys.argv[2:]:
            report = verify_record(Path(path), registry=records.registry(), jobs=jobs)
            print(report.to_text() + report.to_json())
        print("====")
"""


def test_v05_the_report_has_the_same_bytes_in_every_run(honest: Path, tmp_path: Path) -> None:
    """Attack V05: 20 runs, two processes, other hash seeds and job counts."""
    worse = {"ballot 1": lambda text, log: text.replace(",", ", ", 1), "auditors": first}
    broken = records.build(tmp_path / "broken", change=worse, electors=2)
    runs: list[str] = []
    for seed in ("1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(TESTS), str(honest), str(broken)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        runs += done.stdout.split("====\n")[:-1]
    assert len(runs) == 20
    assert len(set(runs)) == 1
    assert "verdict: accepted" in runs[0]
    assert "verdict: refuted" in runs[0]


def first(names: tuple[str, ...], log: Log) -> tuple[str, ...]:
    return names[:1]
