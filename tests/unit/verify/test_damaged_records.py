"""Random damage to files, zips, archives and signed entries: a verdict, never a traceback."""

import random
import zipfile
from pathlib import Path

import pytest

import records
from record_log import Log
from record_parts import UUIDS
from record_reports import codes
from record_reports import verify as verify_any
from tsukuba_trust.verify.report import Report

SIZE = 28


def verify(path: Path) -> Report:
    """Verify; whatever the damage, its reason has a name."""
    report = verify_any(path)
    assert "unreadable" not in codes(report), report.to_text()
    return report


TESTS = Path(records.__file__).parent


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return records.build(tmp_path_factory.mktemp("honest") / "record")


def flips(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data))
    if draw.random() < 0.3:
        return data[:at]
    return data[:at] + bytes([data[at] ^ (1 << draw.randrange(8))]) + data[at + 1 :]


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_of_a_record_is_never_accepted(
    seed: int, honest: Path, tmp_path: Path
) -> None:
    draw = random.Random(seed)
    names = sorted(path for path in honest.rglob("*") if path.is_file())
    victim = draw.choice(names)
    kept = victim.read_bytes()
    try:
        victim.write_bytes(flips(kept, draw))
        assert verify(honest).exit_code in (1, 2)
    finally:
        victim.write_bytes(kept)


@pytest.mark.parametrize("seed", range(25))
def test_a_damaged_zip_is_refused_or_reads_as_before(
    seed: int, honest: Path, tmp_path: Path
) -> None:
    """A flip in a zip's own times and attributes changes no file in it."""
    packed = records.zipped(honest, tmp_path / "record")
    packed.write_bytes(flips(packed.read_bytes(), random.Random(seed)))
    report = verify(packed)
    assert report.exit_code in (1, 2) or report == verify(honest)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_archive_is_never_accepted(seed: int, honest: Path, tmp_path: Path) -> None:
    target = tmp_path / "damaged.bel"
    data = (honest / f"{UUIDS[0]}.bel").read_bytes()
    target.write_bytes(flips(data, random.Random(seed)))
    report = verify(target)
    ends_between_records = report.exit_code == 0 and data.startswith(target.read_bytes())
    assert report.exit_code in (1, 2) or ends_between_records


@pytest.mark.parametrize("seed", range(25))
def test_a_damaged_entry_that_the_log_signs_is_never_a_traceback(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    index = draw.randrange(SIZE)

    def damage(data: list[bytes], log: Log) -> list[bytes]:
        return [*data[:index], flips(data[index], draw), *data[index + 1 :]]

    report = verify(records.build(tmp_path / "record", change={"entries": damage}))
    assert report.exit_code in (1, 2)


@pytest.mark.parametrize("content", [b"", b"PK", b"BELENIOS", b"not a record", bytes(2000)])
@pytest.mark.parametrize("suffix", ["zip", "bel", ""])
def test_what_is_no_record_at_all_is_unusable(content: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"file.{suffix}"
    path.write_bytes(content)
    assert verify(path).exit_code in (1, 2)


def test_a_folder_without_a_checkpoint_is_unusable(tmp_path: Path) -> None:
    assert verify(tmp_path).exit_code == 2


def test_a_path_that_does_not_exist_is_unusable(tmp_path: Path) -> None:
    assert verify(tmp_path / "nowhere").exit_code == 2


def test_a_zip_with_a_name_twice_is_unusable(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr("checkpoint", "one")
        packed.writestr("checkpoint", "other")
    assert verify(path).exit_code == 2
