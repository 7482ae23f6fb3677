"""What a report says, read from a record that verifies."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tsukuba_trust.board import note
from tsukuba_trust.board.entries import document_text
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.elections.drawn_lots import ByHand, PublicDraw, read_minutes, read_tie
from tsukuba_trust.elections.explained import Explained, explain
from tsukuba_trust.elections.turnout import FORM as TURNOUT_FORM
from tsukuba_trust.errors import Refused
from tsukuba_trust.registry import Registry
from tsukuba_trust.values import Contest, Election, Json, Tie
from tsukuba_trust.verify.published import read_published
from tsukuba_trust.verify.record import verify_record
from tsukuba_trust.verify.report import Finding


@dataclass(frozen=True, slots=True)
class Lot:
    """A recorded lot.

    :param at: of the act that records it; ``approved`` names its officers
    """

    contest: str
    tie: Tie
    order: tuple[str, ...]
    how: ByHand | PublicDraw
    at: str
    approved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContestReport:
    """A contest: its outcome explained, its lots, and what is to be compared.

    :param digests: (code, text) pairs
    """

    contest: Contest
    explained: Explained
    lots: tuple[Lot, ...]
    digests: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ResultReport:
    """Everything that the report shows.

    :param facts: of the verifier
    :param notes: what the verifier says beside its verdict
    :param acts: (number, name, minute, officers)
    :param turnout: a document of ``elections.turnout``; None when not given
    """

    election: Election
    origin: str
    log_key: str
    facts: Json
    notes: tuple[Finding, ...]
    contests: tuple[ContestReport, ...]
    acts: tuple[tuple[int, str, str, tuple[str, ...]], ...]
    turnout: Json


def read_report(
    path: Path, registry: Registry, log_key: str | None, turnout: str | None, jobs: int
) -> ResultReport:
    """Verify a record and read what the report says.

    :param log_key: from the paper notice; without it entry 0 is believed
    :param turnout: text of a turnout document
    :raises Rejected: the record does not verify
    :raises Refused: ``not_declared``; ``turnout_other``: of another election;
        ``turnout_differs``: its total cannot be that of the record
    """
    verified = verify_record(path, registry=registry, log_key=log_key, jobs=jobs)
    verified.require_accepted()
    if verified.facts.get("phase") not in ("declared", "purged"):
        raise Refused("not_declared", "the results are not certified yet")
    reader = RecordReader(path)
    fixed = read_published(reader, log_key)
    size = note.peek_checkpoint(reader.checkpoint()).size
    acts, lots = _acts_and_lots(reader, size)
    facts = {row["contest"]: row for row in verified.facts["contests"]}
    contests = tuple(
        ContestReport(
            one,
            explain(one, facts[one.uuid]["outcome"]),
            tuple(lot for lot in lots if lot.contest == one.uuid),
            tuple(_digests(reader, facts[one.uuid])),
        )
        for one in fixed.election.contests
    )
    notes = tuple(one for one in verified.findings if one.status == "note")
    return ResultReport(
        fixed.election,
        fixed.origin,
        verified.facts["log_key"],
        verified.facts,
        notes,
        contests,
        acts,
        _turnout(turnout, fixed.origin, fixed.digest, [row["counted"] for row in facts.values()]),
    )


def _acts_and_lots(
    reader: RecordReader, size: int
) -> tuple[tuple[tuple[int, str, str, tuple[str, ...]], ...], list[Lot]]:
    acts, lots = [], []
    act: Json = None
    for data in reader.entries(0, size, size):
        entry = json.loads(data)
        if entry["type"] == "OfficersAct":
            act = entry
            names = tuple(one["officer"] for one in act["approvals"])
            acts.append((act["number"], act["act"], act["at"], names))
        elif entry["type"] == "LotDrawn":
            lots.append(_lot(reader, act, entry))
    return tuple(acts), lots


def _lot(reader: RecordReader, act: Json, entry: Json) -> Lot:
    return Lot(
        entry["contest"],
        read_tie(document_text(entry["tie"], reader.blob)),
        tuple(entry["order"]),
        read_minutes(document_text(act["reason"], reader.blob)),
        act["at"],
        tuple(one["officer"] for one in act["approvals"]),
    )


def _digests(reader: RecordReader, facts: Json) -> Iterator[tuple[str, str]]:
    yield "uuid", facts["contest"]
    for code in ("fingerprint", "tally", "head"):
        if facts.get(code):
            yield code, facts[code]
    name = f"{facts['contest']}.bel"
    if reader.has(name):
        digest = hashlib.sha256()
        for piece in reader.stream(name):
            digest.update(piece)
        yield "archive", digest.hexdigest()


def _turnout(text: str | None, origin: str, definition: str, counted: Sequence[int]) -> Json:
    """Read a turnout document; its total is what the record says, its rows are the registrar's.

    :param counted: ballots of each contest
    """
    if text is None:
        return None
    try:
        document = json.loads(text)
        known = document["form"], document["log"], document["definition"]
        voters = int(document["all"]["voters"])
    except (ValueError, KeyError, TypeError):
        raise Refused("turnout_other", "not a turnout document") from None
    if known != (TURNOUT_FORM, origin, definition):
        raise Refused("turnout_other", "of another election, or another form")
    if not max(counted) <= voters <= sum(counted):
        raise Refused("turnout_differs", f"{voters} voters, but the contests have {counted}")
    return document
