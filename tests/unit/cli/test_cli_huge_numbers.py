"""A number of thousands of digits in a file is one line, not a traceback."""

from pathlib import Path

from click.testing import CliRunner

from tsukuba_trust.cli import main


def test_a_case_with_a_huge_number_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text('{"ballots": ' + "9" * 10_000 + "}")
    result = CliRunner().invoke(main, ["tally", str(path)])
    assert result.exit_code == 2
    assert result.output.startswith("error: json_malformed: ")
