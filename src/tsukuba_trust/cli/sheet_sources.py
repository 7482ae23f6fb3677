"""Who vouches for a file of sheets that is entered: an officer, or two people who typed it."""

from dataclasses import replace
from pathlib import Path

from tsukuba_trust.cli.files import read_text
from tsukuba_trust.cli.sheet_files import SheetFile, read_sheet_file, typed_twice
from tsukuba_trust.elections.sheet_rules import check_source
from tsukuba_trust.elections.sheets import Source
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.values import Contest


def vouched(
    path: Path,
    fixed: Fixed,
    contest: Contest,
    *,
    signature: Path | None,
    second: Path | None,
    typed_by: tuple[str, ...],
    doubtful: Path | None,
    encoding: str,
) -> tuple[SheetFile, Source]:
    """Read a file of sheets and return it with its source.

    :raises Misconfigured: ``option_missing``, ``signature_malformed``, or a fault of a file
    :raises Rejected: ``sheets_differ``, ``sheet_signature``, ``officer_unknown``,
        ``sheet_unvouched``
    """
    if (signature is None) == (second is None):
        raise Misconfigured("option_missing", "either --signature, or --second and --typed-by")
    found = read_sheet_file(path, contest, encoding, doubtful)
    if second is not None:
        if len(typed_by) != 2:
            raise Misconfigured("option_missing", "--typed-by twice: who typed which file")
        other = read_sheet_file(second, contest, encoding, doubtful)
        found, source = typed_twice(found, other, typed_by)
    else:
        source = replace(found.source, signed=_signature(signature or Path()))
    check_source(fixed.origin, contest.uuid, source, fixed.defined["officers"])
    return found, source


def _signature(path: Path) -> tuple[str, str]:
    lines = read_text(path, 4096).splitlines()
    if len(lines) != 2:
        raise Misconfigured("signature_malformed", "a name and a signature", where=str(path))
    return lines[0], lines[1]
