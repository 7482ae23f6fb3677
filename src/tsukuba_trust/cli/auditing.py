"""The registrar's audit as files: finding, signatures, and what is posted (D17)."""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tsukuba_trust.board import acts, entries
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.cli.files import read_text, replace_text, write_new
from tsukuba_trust.elections.fixed import Fixed, read_fixed
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.audit import AuditReport, audit, audited_entry
from tsukuba_trust.services.keys import box_key, read_box_key, read_signing_key
from tsukuba_trust.values import Json
from tsukuba_trust.verify.record import verify_record
from tsukuba_trust.verify.trustee import read_log

FORM = "tsukuba-trust/audit/1"
LARGEST_EVIDENCE = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Found:
    """An auditor's own finding."""

    fixed: Fixed
    report: AuditReport
    entry: Json
    blobs: list[bytes]


def find(
    record: Path, evidence: Path, evidence_key: Path, registry: Registry, log_key: str | None
) -> Found:
    """Verify the record, then check its registrations.

    :raises Refused: ``record_refuted``, ``record_changed``, ``evidence_malformed``,
        ``evidence_key_other``
    :raises Misconfigured: ``record_unusable``
    """
    report = verify_record(record, registry=registry, log_key=log_key)
    report.require_accepted()
    reader = RecordReader(record)
    log = read_log(reader, report)
    first = next(log)
    fixed = read_fixed(first, reader.blob)
    boxes = [_decode(line) for line in read_text(evidence, LARGEST_EVIDENCE).split()]
    key = box_key(read_box_key(evidence_key))
    found = audit(fixed, _read(chain([first], log)), boxes, key, registry.identity_providers)
    return Found(fixed, found, *audited_entry(found))


def _read(log: Iterable[bytes]) -> Iterator[tuple[int, Json]]:
    for index, data in enumerate(log):
        yield index, entries.read_entry(data)


def _decode(line: str) -> bytes:
    try:
        return base64.b64decode(line, validate=True)
    except binascii.Error:
        raise Refused("evidence_malformed", "one base64 box per line") from None


def sign(found: Found, auditor: str, key: Path, out: Path) -> None:
    """Sign the finding into a file; a second auditor adds to the first one's.

    :raises Refused: ``audit_differs``: the first auditor found something else
    """
    entry = found.entry
    if out.exists():
        entry, _blobs = read_finding(out)
        if {**entry, "auditors": []} != found.entry:
            raise Refused("audit_differs", "the other auditor's finding is another one")
    signed = acts.sign_audit(found.fixed.origin, entry, auditor, read_signing_key(key))
    boxes = [base64.b64encode(blob).decode() for blob in found.blobs]
    text = json.dumps({"form": FORM, "entry": signed, "blobs": boxes}, ensure_ascii=False) + "\n"
    if out.exists():
        replace_text(out, text)
    else:
        write_new(out, text)


def read_finding(path: Path) -> tuple[Json, list[bytes]]:
    """Read a signed finding and its blobs.

    :raises Refused: ``audit_invalid``
    """
    try:
        value = json.loads(read_text(path))
        if value["form"] != FORM:
            raise Refused("audit_invalid", "another form")
        blobs = [base64.b64decode(blob, validate=True) for blob in value["blobs"]]
        entry = value["entry"]
        entries.check_schema(entry)
    except (ValueError, KeyError, TypeError, Rejected, RecursionError):
        raise Refused("audit_invalid", "not an audit's finding") from None
    return entry, blobs
