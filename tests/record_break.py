"""One fault in a record, and where the verifier must name it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import records
from record_log import Log
from tsukuba_trust.values import Json

BOB = 8  # entry of bob's first ballot: a later one of his counts
DAN = 14  # entry of dan's registration: he never votes


@dataclass(frozen=True)
class Break:
    """A fault, and where the verifier must name it.

    :param make: arguments of ``records.make``
    :param entry: index, or None where a file is at fault
    :param previous: arguments of the earlier record, when step 12 is asked
    """

    step: str
    code: str
    entry: int | None = None
    make: dict[str, Any] = field(default_factory=dict)
    verify: dict[str, Any] = field(default_factory=dict)
    previous: dict[str, Any] | None = None
    previous_archive: bool = False

    def build(self, folder: Path) -> tuple[Path, dict[str, Any]]:
        """Write the record; return it and the arguments to verify it with."""
        arguments = dict(self.verify)
        if self.previous is not None:
            arguments["previous"] = records.build(folder / "previous", **self.previous)
        if self.previous_archive:
            arguments["previous"] = next(arguments["previous"].glob("*.bel"))
        return records.build(folder / "record", **self.make), arguments


def change(**hooks: Callable[[Any, Log], Any]) -> dict[str, Any]:
    """Return arguments that change one thing; ``_`` in a name stands for a space."""
    return {"change": {name.replace("_", " "): hook for name, hook in hooks.items()}}


def worse(proof: Json) -> None:
    """Spoil one proof."""
    proof["response"] = str(int(proof["response"]) ^ 1)
