"""The election record: what every proof is bound to through φ (protocol.md section 4)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.ballot import fingerprint
from tsukuba_trust.crypto.groups import Element, Group, group
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json

NON_HOMOMORPHIC = "NonHomomorphic"  # type of questions whose ballots are shuffled
_UUID = re.compile("[1-9A-HJ-NP-Za-km-z]{14,}")


@dataclass(frozen=True, slots=True)
class ElectionRecord:
    """An election record as read.

    :param version: 1 in every record that we accept
    :param key: the election key y
    :param text: the exact bytes as stored, as text
    :param fingerprint: φ, 43 characters
    """

    version: Json
    uuid: str
    name: str
    description: str
    group: Group
    key: Element
    questions: tuple[Json, ...]
    text: str
    fingerprint: str


def election_record(
    uuid: str,
    name: str,
    description: str,
    group_name: str,
    public_key: str,
    questions: Sequence[Json],
    *,
    administrator: str = "",
    credential_authority: str = "",
) -> str:
    """Return the canonical text of an election record.

    :param public_key: enc(y)
    :param questions: as the ballot schemes give them
    """
    record = {
        "version": 1,
        "description": description,
        "name": name,
        "group": group_name,
        "public_key": public_key,
        "questions": list(questions),
        "uuid": uuid,
    }
    if administrator:
        record["administrator"] = administrator
    if credential_authority:
        record["credential_authority"] = credential_authority
    return json_text.write(record)


def read_record(text: str) -> ElectionRecord:
    """Read an election record; spacing and further fields are allowed, as φ covers the bytes.

    :raises Rejected: ``record_form``, ``record_version``, ``record_uuid``,
        ``group_unknown``, ``element_invalid``
    """
    record = parse_record(text)
    check_version(record)
    check_uuid(record)
    return record


def parse_record(text: str) -> ElectionRecord:
    """Read the fields of a record; version and uuid are not judged here."""
    value = json_text.read(text, code="record_form")
    if not isinstance(value, dict):
        raise Rejected("record_form", "an election record is an object")
    names = ("uuid", "name", "description", "group", "public_key")
    uuid, name, description, group_name, key = (value.get(field) for field in names)
    for part in (uuid, name, description, group_name, key):
        if not isinstance(part, str):
            raise Rejected("record_form", f"needs texts in {', '.join(names)}")
    questions = value.get("questions")
    if not isinstance(questions, list) or not questions:
        raise Rejected("record_form", "needs at least one question")
    of_election = group(str(group_name))
    return ElectionRecord(
        value.get("version"),
        str(uuid),
        str(name),
        str(description),
        of_election,
        of_election.decode(str(key), identity_allowed=False),
        tuple(questions),
        text,
        fingerprint(text),
    )


def check_version(record: ElectionRecord) -> None:
    """Check that this is crypto version 1.

    :raises Rejected: ``record_version``
    """
    if type(record.version) is not int or record.version != 1:
        raise Rejected("record_version", "only version 1 is known")


def check_uuid(record: ElectionRecord) -> None:
    """Check the form of the uuid.

    :raises Rejected: ``record_uuid``
    :source: protocol.md section 4
    """
    if not _UUID.fullmatch(record.uuid):
        raise Rejected("record_uuid", "needs at least 14 base-58 characters")
