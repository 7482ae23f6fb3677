"""A folder in which the real program is run, and compared before and after."""

import hashlib
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from record_parts import election, trustee_keys

SURVEY = Path(__file__).parents[1] / "config" / "elections" / "needs-survey-2025.toml"
SLUG = "needs-survey-2025"
SETTINGS = ("--settings", "office.ini")
PROGRAM = Path(sys.executable).with_name("tsukuba-trust")
LARGE = 100_000_000
ROOM_TO_WORK = 512 * 1024 * 1024  # a process that loaded a large input would need more
UNUSABLE, REFUSED = 2, 1
TRUSTEES = trustee_keys("Ed25519", election().trustees.names, 2)
ACT = """{"form": "tsukuba-trust/proposal/1", "origin": "board.example.jp/e/x", "following": [],
"blobs": [], "act": {"type": "OfficersAct", "act": "suspend", "number": 3, "subject": [],
"at": "2025-03-01T00:00+09:00", "reason": {"text": "test"}, "approvals": []},
"officers": [{"name": "somebody", "organisation": "city", "key": "KEY"}]}
"""


@dataclass(frozen=True)
class Desk:
    """A folder in which commands are typed."""

    folder: Path

    def type(self, *words: Any, **limits: int) -> "subprocess.CompletedProcess[str]":
        """Run the program.

        :param limits: of ``resource``, for instance ``FSIZE=10``
        """

        def limit() -> None:
            for name, value in limits.items():
                resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))

        return subprocess.run(
            [str(PROGRAM), *map(str, words)],
            cwd=self.folder, capture_output=True, text=True, preexec_fn=limit, check=False,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(self.folder / "python")},
        )  # fmt: skip

    def refused(self, code: str, status: int, *words: Any, **limits: int) -> str:
        """Run a command that fails with one line and leaves everything as it was."""
        before = self.files()
        done = self.type(*words, **limits)
        assert done.stdout == ""
        assert re.fullmatch(rf"error: {code}(: .+)?\n", done.stderr), done.stderr
        assert done.returncode == status
        assert self.files() == before
        return done.stderr

    def verdict(self, code: str, status: int, path: Path) -> None:
        """Verify something that is not accepted: findings and verdict, nothing else."""
        before = self.files()
        done = self.type("verify", path, AS=ROOM_TO_WORK)
        assert done.stderr == ""
        assert re.search(rf"(?m)^ +\d+  (refuted|missing|unusable) +step .*\b{code}\b", done.stdout)
        verdict = {REFUSED: "refuted", UNUSABLE: "unusable"}[status]
        assert done.stdout.endswith(f"verdict: {verdict}\n")
        assert done.returncode == status
        assert self.files() == before

    def files(self) -> dict[str, str]:
        """Return a digest of every file; what a database keeps beside itself is not counted."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not path.name.endswith(("-shm", "-wal")):
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def write(self, name: str, data: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path
