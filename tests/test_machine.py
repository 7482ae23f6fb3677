"""What a machine cannot run is skipped with a reason, and under CI it is a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TESTS = """
import pytest

@pytest.mark.{marker}
def test_something() -> None:
    pass
"""


def run(folder: Path, marker: str, **environment: str) -> str:
    """Run one marked test on a machine without programmes; return pytest's output."""
    (folder / "test_marked.py").write_text(TESTS.format(marker=marker))
    clean = {name: value for name, value in os.environ.items() if name not in ("CI", "PATH")}
    clean.pop("TSUKUBA_TRUST_LONG", None)
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-p", "conftest",
         f"--rootdir={folder}", str(folder / "test_marked.py")],
        env={**clean, "PATH": "/nowhere", "PYTHONPATH": str(ROOT / "tests"), **environment},
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("marker", ["belenios", "golang", "card"])
def test_a_missing_programme_is_a_skip_that_says_what_to_do(tmp_path: Path, marker: str) -> None:
    said = run(tmp_path, marker)
    assert "1 skipped" in said
    assert "run `make system`" in said


@pytest.mark.parametrize("marker", ["belenios", "golang", "card"])
def test_under_ci_a_missing_programme_is_a_failure(tmp_path: Path, marker: str) -> None:
    said = run(tmp_path, marker, CI="true")
    assert "1 error" in said or "1 failed" in said
    assert "run `make system`" in said


def test_long_tests_run_when_they_are_asked_for(tmp_path: Path) -> None:
    assert "1 skipped" in run(tmp_path, "long")
    assert "1 skipped" in run(tmp_path, "long", CI="true")
    assert "1 passed" in run(tmp_path, "long", TSUKUBA_TRUST_LONG="1")
