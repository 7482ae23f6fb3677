"""Entries of the public board: reading, writing, their keys and what is signed in them.

:source: board.md 2.2, 2.3
"""

import base64
import hashlib
from collections.abc import Callable
from typing import TypeAlias

from tsukuba_trust.board import canonical
from tsukuba_trust.board.schemas import SCHEMAS
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.values import Json

LARGEST_ENTRY = 65_535  # bytes: the length field of an entry bundle has 16 bits
LONGEST_INLINE = 32_768  # bytes of a document's JSON string, quotes included

Blobs: TypeAlias = Callable[[str, int], bytes]  # (sha256 hex, size) -> exactly these bytes

# Types whose key is the log itself stand at most once (board.md 2.2, column "key").
_KEY_FIELDS: dict[str, tuple[str, ...]] = {
    "ElectionDefined": (),
    "TrusteesFixed": (),
    "RollFixed": (),
    "OfficersAct": ("number",),
    "VotingOpened": (),
    "VotingEnded": (),
    "HoldersStruck": (),
    "TallyFixed": ("contest",),
    "Shuffled": ("contest", "step"),
    "PartiallyDecrypted": ("contest", "trustee"),
    "SheetsEntered": ("contest", "place", "act"),
    "LotDrawn": ("contest", "tie"),
    "RegistrationAudited": (),
    "ResultDeclared": ("contest", "act"),
    "Purged": ("act",),
}


def check_schema(entry: Json) -> None:
    """Check that an object is an entry of a known type with exactly its fields.

    :raises Rejected: code ``schema`` or ``type_unknown``
    """
    kind = entry.get("type") if isinstance(entry, dict) else None
    if not isinstance(kind, str) or kind not in SCHEMAS:
        raise Rejected("type_unknown", step="3")
    SCHEMAS[kind](entry, kind)


def read_object(data: bytes) -> Json:
    """Read the bytes of an entry of whatever type: size, canonical form and a ``type``.

    :raises Rejected: code ``entry_too_large``, ``not_canonical`` or ``type_unknown``
    """
    if len(data) > LARGEST_ENTRY:
        raise Rejected("entry_too_large", step="3")
    entry = canonical.decode(data)
    if not isinstance(entry.get("type"), str):
        raise Rejected("type_unknown", step="3")
    return entry


def read_entry(data: bytes) -> Json:
    """Read one entry: size, canonical form, schema.

    :raises Rejected: as ``read_object`` and ``check_schema``
    """
    entry = read_object(data)
    check_schema(entry)
    return entry


def encode_entry(entry: Json) -> bytes:
    """Return the bytes of an entry, before anything is written anywhere.

    :raises Rejected: it is no valid entry
    :raises Refused: code ``entry_too_large``
    """
    check_schema(entry)
    data = canonical.encode(entry)
    if len(data) > LARGEST_ENTRY:
        raise Refused("entry_too_large", f"{len(data)} bytes")
    return data


def entry_keys(entry: Json) -> list[bytes]:
    """Return what no second entry may share: SHA-256 of type and key fields, 32 bytes each.

    :param entry: already checked against its schema
    """
    kind = entry["type"]
    if kind == "CredentialsRegistered":
        return [credential_key(c["contest"], c["credential"]) for c in entry["credentials"]]
    if kind == "BallotAccepted":
        return [tracker_key(document_tracker(entry["ballot"]))]
    return [_key(kind, *(entry[name] for name in _KEY_FIELDS[kind]))]


def credential_key(contest: str, credential: str) -> bytes:
    """Return the key of one registered credential."""
    return _key("CredentialsRegistered", contest, credential)


def act_key(number: int) -> bytes:
    """Return the key of the officers' act with this number."""
    return _key("OfficersAct", number)


def tracker_key(tracker: str) -> bytes:
    """Return the key of the ballot with this tracker (43 characters)."""
    return _key("BallotAccepted", tracker)


def _key(*parts: Json) -> bytes:
    return hashlib.sha256(canonical.encode_value(list(parts))).digest()


def document(text: str, *, blob: bool = False) -> tuple[Json, bytes | None]:
    """Return a document as it stands in an entry, and the bytes of its blob, if it is one.

    :param blob: the field is one of those that are always blobs
    :raises Rejected: code ``not_canonical``: a lone surrogate
    """
    if not blob and len(canonical.encode_string(text)) <= LONGEST_INLINE:
        return {"text": text}, None
    data = text.encode("utf-8")
    return blob_document(data), data


def blob_document(data: bytes) -> Json:
    """Return the document that names these bytes."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def document_text(document: Json, blobs: Blobs, *, blob: bool = False) -> str:
    """Return the text of a document, and check that it stands where it must.

    :param blob: the field is one of those that are always blobs
    :raises Rejected: code ``inline_too_long``, ``blob_not_due``, ``blob_missing``,
        ``blob_invalid`` (size, digest) or ``blob_not_text``
    """
    if "text" in document:
        text: str = document["text"]
        if blob or len(canonical.encode_string(text)) > LONGEST_INLINE:
            raise Rejected("inline_too_long", step="3")
        return text
    data = read_blob(document, blobs)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejected("blob_not_text", step="3") from error
    if not blob and len(canonical.encode_string(text)) <= LONGEST_INLINE:
        raise Rejected("blob_not_due", step="3")
    return text


def read_blob(document: Json, blobs: Blobs) -> bytes:
    """Return the bytes that a document names, checked again whoever brought them.

    :raises Rejected: code ``blob_missing`` or ``blob_invalid``
    """
    data = blobs(document["sha256"], document["size"])
    if blob_document(data) != document:
        raise Rejected("blob_invalid", step="3")
    return data


def document_digest(document: Json) -> str:
    """Return the SHA-256 of a document's text as hex, without reading a blob."""
    if "text" in document:
        return hashlib.sha256(document["text"].encode("utf-8")).hexdigest()
    digest: str = document["sha256"]
    return digest


def document_tracker(document: Json) -> str:
    """Return the tracker of a ballot document: base64 of its digest without padding."""
    digest = bytes.fromhex(document_digest(document))
    return base64.b64encode(digest).decode("ascii").rstrip("=")


def signing_bytes(origin: str, entry: Json, without: str) -> bytes:
    """Return what a signature inside an entry is over.

    :param without: the field that holds the signature
    :source: board.md 2.2, fourth remark (no replay in another election)
    """
    rest = {name: value for name, value in entry.items() if name != without}
    head = f"tsukuba-trust/{entry['type']}/v1\n{origin}\n"
    return head.encode() + canonical.encode(rest)


def documents(entry: Json) -> list[tuple[Json, bool]]:
    """Return every document of an entry and whether it is always a blob.

    ``TallyFixed.archive`` is not text and therefore not among them.
    """
    names = _DOCUMENTS.get(entry["type"], ())
    found = [(entry[name], always) for name, always in names if name in entry]
    if entry["type"] == "TrusteesFixed":
        found += [(item["record"], True) for item in entry["records"]]
    return found


_DOCUMENTS: dict[str, tuple[tuple[str, bool], ...]] = {
    "ElectionDefined": (("definition", False),),
    "TrusteesFixed": (("trustees", True),),
    "OfficersAct": (("reason", False),),
    "BallotAccepted": (("ballot", False),),
    "HoldersStruck": (("holders", False),),
    "Shuffled": (("shuffle", False),),
    "PartiallyDecrypted": (("decryption", False), ("strong", False)),
    "SheetsEntered": (("sheets", False),),
    "LotDrawn": (("tie", False),),
    "RegistrationAudited": (("sample", False),),
    "ResultDeclared": (("outcome", True), ("result", True)),
}
