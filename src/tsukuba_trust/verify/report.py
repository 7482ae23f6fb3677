"""What the verifier says: numbered findings, a verdict, and their two printed forms.

The bytes depend on the record alone: findings are sorted by step, entry and
code, never by the time at which a process found them (attack V05).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, ParamSpec, TypeAlias

from tsukuba_trust.errors import Misconfigured, Refused, Rejected, TrustError, one_line
from tsukuba_trust.values import Json
from tsukuba_trust.verify.checks import CHECKS

Status: TypeAlias = Literal["passed", "note", "refuted", "missing", "unusable"]
P = ParamSpec("P")

STEPS = {
    "1": "checkpoint and key",
    "2": "tiles and root",
    "3": "canonical entries and schema",
    "4": "order of events",
    "5": "seal, acts, approvals, rehearsal",
    "6": "trustees and election records",
    "7": "registrations",
    "8": "ballots",
    "9": "counting rule, archives, tallies",
    "10": "decryptions, results, outcomes",
    "11": "audit and certification",
    "12": "comparison with the previous record",
}
# Reasons that say nothing against the log, only against this copy of it (board.md 2.3).
NOT_HERE = frozenset({"blob_missing", "blob_invalid", "file_missing"})
_NOT_ACCEPTED: tuple[tuple[tuple[Status, ...], type[TrustError], str], ...] = (
    (("refuted",), Refused, "record_refuted"),
    (("missing", "unusable"), Misconfigured, "record_unusable"),
)
SHOWN_PER_CODE = 10  # a record with 50,000 bad ballots is refuted by the first ones


def step_order(step: str) -> tuple[int, ...]:
    """Return what sorts ``9.10`` behind ``9.2``."""
    return tuple(int(part) for part in step.split("."))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the verifier found.

    :param step: number of board.md 2.5, for instance ``7`` or ``9.5``
    :param code: stable, lower snake case
    :param entry: index on the board, where one entry is at fault
    """

    step: str
    status: Status
    code: str
    detail: str = ""
    entry: int | None = None

    def to_line(self) -> str:
        """Return the finding as one line: step, entry, code, detail."""
        where = "" if self.entry is None else f", entry {self.entry}"
        parts = [f"step {self.step}{where}"]
        parts += [self.code] if self.status != "passed" else []
        parts += [self.detail] if self.detail else []
        return ": ".join(parts)

    def as_json(self) -> dict[str, Json]:
        """Return the finding as plain JSON, absent fields left out."""
        out: dict[str, Json] = {"step": self.step, "status": self.status, "code": self.code}
        if self.entry is not None:
            out["entry"] = self.entry
        if self.detail:
            out["detail"] = self.detail
        return out


class Missing(TrustError):
    """Something that the record names is not in this copy, or not as it was named.

    The log stands; what hangs on it cannot be checked (board.md 2.3).

    :param step: the step that cannot be done
    """

    def __init__(self, code: str, detail: str = "", *, step: str = "") -> None:
        super().__init__(code, detail)
        self.step = step


@dataclass(slots=True)
class Findings:
    """What was found so far, in any order."""

    items: list[Finding] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)

    def run(
        self, function: Callable[P, None], /, *args: P.args, **kwargs: P.kwargs
    ) -> TrustError | None:
        """Call a check and return what it raised."""
        try:
            function(*args, **kwargs)
        except (Rejected, Missing, Misconfigured) as error:
            return error
        return None

    def check(
        self, entry: int | None, function: Callable[P, None], /, *args: P.args, **kwargs: P.kwargs
    ) -> bool:
        """Call a check, write down what it refuses, and say whether it passed."""
        step = CHECKS.get(f"{function.__module__}.{function.__name__}", "")
        self.reached.add(step)
        error = self.run(function, *args, **kwargs)
        if error is not None:
            self.add_error(step, error, entry)
        return error is None

    def add_error(self, step: str, error: TrustError, entry: int | None = None) -> None:
        """Write down a refusal; a step inside the archive (9.n) is kept."""
        status: Status = "refuted"
        if isinstance(error, Missing) or error.code in NOT_HERE:
            status = "missing"
        elif isinstance(error, Misconfigured):
            status = "unusable"
        inner = getattr(error, "step", "")
        if inner.startswith(f"{step}.") or not step:
            step = inner
        self.add(Finding(step, status, error.code, one_line(error.detail), entry))

    def note(self, step: str, code: str, detail: str = "", entry: int | None = None) -> None:
        """Write down something that the reader must know and that refutes nothing."""
        self.add(Finding(step, "note", code, one_line(detail), entry))

    def add(self, finding: Finding) -> None:
        """Write down a finding."""
        self.reached.add(finding.step.partition(".")[0])
        self.items.append(finding)

    def refuted(self, *steps: str) -> bool:
        """Say whether one of these steps has a finding that is no note."""
        return any(
            item.step.partition(".")[0] in steps and item.status != "note" for item in self.items
        )


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a record.

    :param facts: what was read: origin, definition digest, size, root, contests, digests
    """

    findings: tuple[Finding, ...]
    facts: dict[str, Json] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """Return 0 when nothing speaks against the record, 1 refuted, 2 unusable."""
        statuses = {finding.status for finding in self.findings}
        if "refuted" in statuses:
            return 1
        return 2 if statuses & {"missing", "unusable"} else 0

    @property
    def verdict(self) -> str:
        """Return one word for the exit code."""
        return ("accepted", "refuted", "unusable")[self.exit_code]

    def require_accepted(self) -> None:
        """Go on only with a record that nothing speaks against.

        :raises Refused: ``record_refuted``, with the first finding
        :raises Misconfigured: ``record_unusable``, likewise
        """
        for statuses, kind, code in _NOT_ACCEPTED:
            for finding in self.findings:
                if finding.status in statuses:
                    raise kind(code, finding.to_line().replace(f"{code}: ", "", 1))

    def to_json(self) -> str:
        """Return one line of JSON with a line feed."""
        findings = [
            {"number": number, **finding.as_json()}
            for number, finding in enumerate(self.findings, 1)
        ]
        body = {**self.facts, "findings": findings, "verdict": self.verdict}
        return json.dumps(body, ensure_ascii=False, sort_keys=True) + "\n"

    def to_text(self) -> str:
        """Return what a person reads: facts, numbered findings, verdict."""
        lines = list(_fact_lines(self.facts))
        for number, finding in enumerate(self.findings, 1):
            lines.append(f"{number:3}  {finding.status:8}  {finding.to_line()}")
        return "\n".join([*lines, f"verdict: {self.verdict}"]) + "\n"


def _fact_lines(facts: dict[str, Json]) -> Iterator[str]:
    for key, value in facts.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{key}:"
            for item in value:
                rows = [f"{name}: {_shown(part)}" for name, part in item.items()]
                yield from (f"  {'- ' if at == 0 else '  '}{row}" for at, row in enumerate(rows))
        else:
            yield f"{key}: {_shown(value)}"


def _shown(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def report(findings: Findings, facts: dict[str, Json]) -> Report:
    """Sort, shorten and close the findings; every step that was reached says something."""
    items = sorted(
        set(findings.items),
        key=lambda f: (step_order(f.step), -1 if f.entry is None else f.entry, f.code, f.detail),
    )
    shown: list[Finding] = []
    counts: dict[tuple[str, Status, str], int] = {}
    for item in items:
        key = (item.step, item.status, item.code)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= SHOWN_PER_CODE:
            shown.append(item)
    for (step, status, code), count in counts.items():
        if count > SHOWN_PER_CODE:
            more = f"{count - SHOWN_PER_CODE} more of this kind"
            shown.append(Finding(step, status, code, more))
    for step in findings.reached:
        number = step.partition(".")[0]
        if number in STEPS and not findings.refuted(number):
            shown.append(Finding(number, "passed", "passed", STEPS[number]))
    unique = sorted(set(shown), key=_shown_order)
    return Report(tuple(unique), facts)


def _shown_order(finding: Finding) -> tuple[tuple[int, ...], bool, bool, int, str, str]:
    more = finding.detail.endswith("more of this kind")
    entry = -1 if finding.entry is None else finding.entry
    return (
        step_order(finding.step),
        finding.status != "passed",
        more,
        entry,
        finding.code,
        finding.detail,
    )
