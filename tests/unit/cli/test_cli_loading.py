"""What the commands of trustees and auditors load (architecture 3)."""

import subprocess
import sys
from pathlib import Path

import pytest

from desk import SURVEY


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "good"),
        ("trustee", "init", "--group", "Ed25519", "--name", "a", "mine"),
        ("trustee", "decrypt", "good", "out", "--key", "0.key", "--number", "1"),
        ("check", str(SURVEY)),
        ("plugins",),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_trustees_and_auditors_load_neither_web_nor_database(
    begun: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    for name in ("good", "0.key"):
        (tmp_path / name).symlink_to(begun / name)
    script = (
        "import sys\nfrom tsukuba_trust.cli import main\n"
        "status = 0\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as error:\n    status = error.code\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(status, sorted(names & {'pyramid', 'sqlalchemy', 'alembic', 'strawberry'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "0 []", done.stdout + done.stderr
