"""A record cannot write lines of the report, nor speak to the terminal that shows it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import records
from record_reports import verify
from tsukuba_trust.board import archive, events
from tsukuba_trust.cli import main
from tsukuba_trust.crypto import json_text
from tsukuba_trust.errors import one_line

FORGED = "x\nverdict: accepted\x1b[2J\u202e"


def test_a_name_in_an_archive_forges_no_line_of_the_report(tmp_path: Path) -> None:
    whole = next(records.build(tmp_path / "record").glob("*.bel")).read_bytes()
    read = archive.read_archive(whole)
    record, trustees, credentials, _ = read.events[0].records
    forged = json_text.write({**json.loads(record), "name": FORGED})
    path = tmp_path / "forged.bel"
    setup = events.setup(forged, trustees, credentials)
    path.write_bytes(archive.write_archive(read.timestamp, [setup]))
    text = verify(path).to_text()
    assert "name: x\\nverdict: accepted\\x1b[2J\\u202e\n" in text
    assert text.count("\nverdict: ") == 1


@pytest.mark.parametrize("name", [FORGED.encode(), b"\xff"])
def test_a_file_name_in_a_record_forges_no_finding(tmp_path: Path, name: bytes) -> None:
    path = records.build(tmp_path / "record")
    Path(f"{path}/tile/{name.decode('utf-8', 'surrogateescape')}").write_bytes(b"")
    report = verify(path)
    assert report.exit_code == 1
    assert report.to_text().count("\nverdict: ") == 1
    assert "\x1b" not in report.to_text()
    (report.to_text() + report.to_json()).encode("utf-8")


def test_an_error_of_a_command_is_one_line_whatever_it_names(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(tmp_path / FORGED.replace("/", ""))])
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert "\x1b" not in result.output


def test_japanese_texts_stand_as_they_are() -> None:
    assert one_line("つくば\u3000市長選挙（模擬）") == "つくば\u3000市長選挙（模擬）"
