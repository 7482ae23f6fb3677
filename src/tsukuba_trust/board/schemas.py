"""What each type of entry holds: strict field sets, types, lengths and optional fields.

:source: board.md 2.2
"""

from collections.abc import Mapping

from tsukuba_trust.board.forms import (
    Form,
    array,
    base64,
    blob,
    boolean,
    document,
    document_within,
    fields,
    hexadecimal,
    instant,
    integer,
    minute,
    one_of,
    refuse,
    text,
    uuid,
)
from tsukuba_trust.crypto.ballot import MAX_BYTES
from tsukuba_trust.values import Json

KEY = base64(32)
SIGNATURE = base64(64)
DIGEST = hexadecimal(32)

_APPROVAL = fields({"total": integer(1), "from_each": array(text())})
_GROUPS = array(fields({"name": text(), "electors": integer()}))
_SIGNED_BY_NAME = array(fields({"name": text(), "signature": SIGNATURE}), least=1)
_PROOF = fields({"challenge": text(), "response": text()})

_CORRECTIONS = fields(
    {}, {"text": text(), "booth": array(fields({"name": text(), "sha256": DIGEST}), least=1)}
)


def _correction(value: Json, path: str) -> None:
    """Words that set something right, or all files of the booth that is served from now on."""
    _CORRECTIONS(value, path)
    if len(value) != 1:
        refuse(path, "either text or booth expected")
    names = [row["name"] for row in value.get("booth", [])]
    if names != sorted(set(names)):
        refuse(f"{path}.booth", "each file once, sorted by name")


# What "change" of an act holds; acts that are not named here have none.
_CHANGES: Mapping[str, Form] = {
    "extend": fields({"closes": instant}),
    "end-early": fields({"closes": instant}),
    "change-approval": fields({"approval": _APPROVAL}),
    "change-roll": fields({"groups": _GROUPS, "root": DIGEST}),
    "change-policy": fields({"witness_policy": text()}),
    "rotate-key": fields({"log_key": text()}),
    "correct": _correction,
}
ACTS = (
    "seal",
    "waiver",
    "rehearsed",
    "suspend",
    "resume",
    "strike",
    "sheets",
    "lot",
    "certify",
    "purge",
    *_CHANGES,
)

_OFFICERS_ACT = fields(
    {
        "type": text(),
        "act": one_of(*ACTS),
        "number": integer(1),
        "at": minute,
        "reason": document,
        "subject": array(DIGEST),
        "approvals": array(fields({"officer": text(), "signature": SIGNATURE})),
    },
    {"change": lambda value, path: None},
)


def _officers_act(value: Json, path: str) -> None:
    _OFFICERS_ACT(value, path)
    change = _CHANGES.get(value["act"])
    if (change is None) != ("change" not in value):
        refuse(f"{path}.change", "does not belong to this act" if change is None else "missing")
    if change is not None:
        change(value["change"], f"{path}.change")


def _entry(required: Mapping[str, Form], optional: Mapping[str, Form] | None = None) -> Form:
    return fields({"type": text(), **required}, optional)


def _schema_version(value: Json, path: str) -> None:
    if value != 1 or isinstance(value, bool):
        refuse(path, "schema 1 expected")


def _purged(value: Json, path: str) -> None:
    _PURGED(value, path)
    if len(value["kinds"]) != len(value["counts"]):
        refuse(f"{path}.counts", "one per kind expected")


_PURGED = _entry({"act": integer(1), "kinds": array(text(), least=1), "counts": array(integer())})

SCHEMAS: Mapping[str, Form] = {
    "ElectionDefined": _entry(
        {
            "schema": _schema_version,
            "origin": text(),
            "log_key": text(),
            "definition": document,
            "officers": array(
                fields({"name": text(), "organisation": text(), "key": KEY}), least=1
            ),
            "approval": _APPROVAL,
            "registrar_key": KEY,
            "auditors": array(fields({"name": text(), "key": KEY})),
            "evidence_key": KEY,
            "witness_policy": text(),
            "contests": array(uuid, least=1),
        }
    ),
    "TrusteesFixed": _entry(
        {
            "trustees": blob,
            "records": array(fields({"contest": uuid, "record": blob}), least=1),
        }
    ),
    "RollFixed": _entry({"groups": _GROUPS, "root": DIGEST}),
    "OfficersAct": _officers_act,
    "VotingOpened": _entry({"rehearsal": integer(1)}),
    "CredentialsRegistered": _entry(
        {
            "credentials": array(
                fields({"contest": uuid, "credential": text(), "proof": _PROOF}), least=1
            ),
            "provider": text(),
            "bound": boolean,
            "evidence": DIGEST,
            "registrar": SIGNATURE,
        },
        {"replaces": integer(1)},
    ),
    "BallotAccepted": _entry({"contest": uuid, "ballot": document_within(MAX_BYTES)}),
    "VotingEnded": _entry(
        {
            "contests": array(
                fields({"contest": uuid, "holders": integer(), "ballots": integer()}), least=1
            )
        }
    ),
    "HoldersStruck": _entry({"holders": document, "count": integer(1), "act": integer(1)}),
    "TallyFixed": _entry({"contest": uuid, "archive": blob, "tally": DIGEST, "ballots": integer()}),
    "Shuffled": _entry(
        {
            "contest": uuid,
            "trustee": integer(1),
            "step": integer(1),
            "shuffle": document,
            "proof": _PROOF,
        }
    ),
    "PartiallyDecrypted": _entry(
        {"contest": uuid, "trustee": integer(1), "decryption": document},
        {"proof": _PROOF, "strong": document},
    ),
    "SheetsEntered": _entry(
        {
            "contest": uuid,
            "place": text(),
            "sheets": document,
            "source": DIGEST,
            "act": integer(1),
        }
    ),
    "LotDrawn": _entry(
        {"contest": uuid, "tie": document, "order": array(text(), least=1), "act": integer(1)}
    ),
    "RegistrationAudited": _entry(
        {
            "checked": integer(),
            "faulty": integer(),
            "sample": document,
            "auditors": _SIGNED_BY_NAME,
        }
    ),
    "ResultDeclared": _entry(
        {"contest": uuid, "outcome": blob, "act": integer(1)}, {"result": blob}
    ),
    "Purged": _purged,
}
