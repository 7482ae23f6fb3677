"""Whatever goes wrong is a verdict in words."""

import errno
import json
import random
from pathlib import Path
from typing import Any

import pytest

import records
from record_log import Log
from record_reports import found, verify
from tsukuba_trust.values import Json
from tsukuba_trust.verify import record as programme
from tsukuba_trust.verify import steps_ballots


def test_whatever_goes_wrong_inside_is_a_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*_: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(programme.steps_tree, "check_heads", burst)
    report = verify(records.build(tmp_path / "record"))
    assert report.exit_code == 2
    assert "unreadable" in {finding.code for finding in report.findings}


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    report = verify(tmp_path / "nowhere.bel")
    assert found(report) == {("unusable", "1", "file_unusable", None)}
    assert "nowhere.bel" in report.to_text()


def test_a_full_disk_is_no_verdict_on_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(programme.Spool, "add", full)
    monkeypatch.setattr(steps_ballots.Gathering, "add", full)
    report = verify(records.build(tmp_path / "record"))
    assert found(report) >= {("unusable", "1", "file_unusable", None)}
    assert report.exit_code == 2


OTHER = [0, 1, 2**60, True, "", "x", "A" * 43, [], {}, [[]], {"a": 1}, "0", "9" * 700]


def places(value: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found_places = [path]
    items = value.items() if isinstance(value, dict) else ()
    for key_, item in (*items, *(enumerate(value) if isinstance(value, list) else ())):
        found_places += places(item, (*path, key_))
    return found_places


def changed(value: Json, path: tuple[Any, ...], new: Json) -> Json:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("seed", range(30))
def test_any_other_value_in_an_entry_is_refuted_though_the_log_signs_it(
    seed: int, tmp_path: Path
) -> None:
    draw = random.Random(seed)

    def entries(data: list[bytes], log: Log) -> list[bytes]:
        index = draw.randrange(len(data))
        entry = json.loads(data[index])
        path = draw.choice(places(entry))
        spoiled = changed(entry, path, draw.choice(OTHER))
        text = json.dumps(spoiled, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return [*data[:index], text.encode(), *data[index + 1 :]]

    report = verify(records.build(tmp_path / "record", change={"entries": entries}))
    assert report.exit_code == 1, report.to_text()
    assert "unreadable" not in {finding.code for finding in report.findings}


def test_the_json_form_numbers_the_findings(tmp_path: Path) -> None:
    report = verify(records.build(tmp_path / "record"))
    value = json.loads(report.to_json())
    assert value["verdict"] == "accepted"
    assert [item["number"] for item in value["findings"]] == list(range(1, 15))
    assert value["findings"][-1]["entry"] == 25
