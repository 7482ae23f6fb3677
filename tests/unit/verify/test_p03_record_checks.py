"""Attack P03: a verifier that does not verify.

Every check of the record's steps has a broken record that nothing else refuses: with the
check it is refuted by name, without it the record is accepted. A check without a broken
record fails here.
"""

from importlib import import_module
from pathlib import Path

import pytest

import records
from record_breaks import BREAKS
from tsukuba_trust.verify.checks import CHECKS
from tsukuba_trust.verify.record import verify_record
from tsukuba_trust.verify.report import Report

ROOM = "tsukuba_trust.verify."


def refutations(report: Report) -> list[tuple[str, str, int | None]]:
    return [
        (finding.step, finding.code, finding.entry)
        for finding in report.findings
        if finding.status not in ("passed", "note")
    ]


def test_p03_every_check_of_a_record_has_its_broken_record() -> None:
    found = {name.removeprefix(ROOM) for name in CHECKS if name.startswith(f"{ROOM}steps_")}
    assert found == set(BREAKS)


@pytest.mark.parametrize("name", BREAKS)
def test_p03_a_broken_record_is_refuted_by_its_check_alone(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = BREAKS[name]
    path, arguments = broken.build(tmp_path)
    registry = records.registry()
    report = verify_record(path, registry=registry, **arguments)
    assert set(refutations(report)) == {(broken.step, broken.code, broken.entry)}
    assert report.exit_code == 1

    module, function = name.split(".")
    monkeypatch.setattr(import_module(ROOM + module), function, lambda *_, **__: None)
    blinded = verify_record(path, registry=registry, **arguments)
    assert refutations(blinded) == []
    assert blinded.exit_code == 0
