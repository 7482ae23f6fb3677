"""Signed notes and checkpoints, read strictly and verified over the received bytes.

:source: board.md 1.4, 1.5; C2SP signed-note 1.0.0, tlog-checkpoint 1.0.0
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nacl import bindings

from tsukuba_trust.board import encodings, merkle
from tsukuba_trust.errors import Misconfigured, Rejected

ED25519 = 0x01  # type byte of the log's own note signature
COSIGNATURE = 0x04  # type byte of a witness
LARGEST_NOTE = 1_000_000  # bytes
MOST_SIGNATURES = 100
LONGEST_NAME = 255
STEP = "1"

_DASH = "\u2014 "
_SIZES = {ED25519: 32, COSIGNATURE: 32}


@dataclass(frozen=True, slots=True)
class LogKey:
    """A verifier key: name, type byte and public key; the id follows from them."""

    name: str
    public: bytes
    type: int = ED25519

    @property
    def id(self) -> bytes:
        """Key id: 4 bytes."""
        typed = bytes([self.type]) + self.public
        return hashlib.sha256(self.name.encode() + b"\n" + typed).digest()[:4]

    @property
    def text(self) -> str:
        """The verifier key text (vkey)."""
        typed = encodings.base64_text(bytes([self.type]) + self.public)
        return f"{self.name}+{self.id.hex()}+{typed}"


def read_key(text: str, *, expected: int = ED25519) -> LogKey:
    """Read a verifier key text and recompute its id.

    A key of small order is none: under it somebody without any secret signs everything.

    :param expected: the type byte that is wanted here
    :raises Rejected: code ``vkey_invalid``
    """
    # Only the first two plus signs separate: base64 contains more of them.
    parts = text.split("+", 2)
    try:
        name, key_id, typed = parts[0], encodings.read_hex(parts[1], 4), _typed(parts[2])
    except (IndexError, Rejected) as error:
        raise Rejected("vkey_invalid", step=STEP) from error
    key = LogKey(name, typed[1:], typed[0])
    known = key.type == expected and len(key.public) == _SIZES.get(key.type)
    if not _is_name(name) or not known or key.id != key_id:
        raise Rejected("vkey_invalid", step=STEP)
    if not bindings.crypto_core_ed25519_is_valid_point(key.public):
        raise Rejected("vkey_invalid", "no point of the large subgroup", step=STEP)
    return key


def _typed(text: str) -> bytes:
    data = encodings.read_base64(text)
    if not data:
        raise Rejected("vkey_invalid", step=STEP)
    return data


def _is_name(name: str) -> bool:
    return (
        0 < len(name) <= LONGEST_NAME
        and name.isascii()
        and name.isprintable()
        and not set(name) & {" ", "+"}
    )


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note.

    :param data: what follows the key id, raw
    """

    name: str
    key_id: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed head of a log.

    :param root: 32 bytes
    :param signatures: every line in order, known and unknown ones
    :param text: the note as received
    """

    origin: str
    size: int
    root: bytes
    signatures: tuple[Signature, ...]
    text: str


def checkpoint_body(origin: str, size: int, root: bytes) -> str:
    """Return the three signed lines."""
    return f"{origin}\n{size}\n{encodings.base64_text(root)}\n"


def sign_checkpoint(
    origin: str, size: int, root: bytes, name: str, private_key: Ed25519PrivateKey
) -> str:
    """Return a checkpoint with one signature line of the log's key.

    :param name: of the key; for our logs it equals the origin
    """
    body = checkpoint_body(origin, size, root)
    key = LogKey(name, private_key.public_key().public_bytes_raw())
    signature = encodings.base64_text(key.id + private_key.sign(body.encode()))
    return f"{body}\n{_DASH}{name} {signature}\n"


def read_note(text: str | bytes, vkeys: Sequence[str]) -> tuple[str, tuple[Signature, ...]]:
    """Read a note that at least one of the given keys signed.

    A line whose name and id are known must verify, in whatever order lines stand; lines of
    unknown keys are carried along unverified.

    :param vkeys: verifier key texts; two with the same name and id are an error at start
    :returns: body and signature lines
    :raises Rejected: code ``note_malformed``, ``note_signature`` or ``note_unsigned``
    :raises Misconfigured: code ``key_twice``
    """
    keys = _index(vkeys)
    body, signatures = _split(_decoded(text))
    found = False
    for signature in signatures:
        key = keys.get((signature.name, signature.key_id))
        if key is not None:
            _verify(key, signature.data, body)
            found = True
    if not found:
        raise Rejected("note_unsigned", "no signature of a known key", step=STEP)
    return body, signatures


def read_checkpoint(text: str | bytes, vkeys: Sequence[str], origin: str) -> Checkpoint:
    """Read a checkpoint of one log, signed by one of its keys, without extension lines.

    :param origin: of the log that was wanted: a signature does not prove it is this one
    :raises Rejected: as ``read_note``; code ``checkpoint_malformed`` or ``origin_other``
    :raises Misconfigured: code ``key_twice``
    """
    body, signatures = read_note(text, vkeys)
    checkpoint = _read_body(body, signatures, _decoded(text))
    if checkpoint.origin != origin:
        raise Rejected("origin_other", step=STEP)
    return checkpoint


def peek_checkpoint(text: str | bytes) -> Checkpoint:
    """Read a checkpoint *without verifying it*: to learn which log it claims to be of.

    :raises Rejected: code ``note_malformed`` or ``checkpoint_malformed``
    """
    decoded = _decoded(text)
    return _read_body(*_split(decoded), decoded)


def _read_body(body: str, signatures: tuple[Signature, ...], text: str) -> Checkpoint:
    lines = body.removesuffix("\n").split("\n")
    try:
        origin, size, root = lines
        number = encodings.read_decimal(size, merkle.LARGEST_SIZE)
        digest = encodings.read_base64(root, merkle.HASH_SIZE)
    except (ValueError, Rejected) as error:
        raise Rejected("checkpoint_malformed", step=STEP) from error
    if not origin:
        raise Rejected("checkpoint_malformed", step=STEP)
    return Checkpoint(origin, number, digest, signatures, text)


def _decoded(text: str | bytes) -> str:
    try:
        data = text.encode("utf-8") if isinstance(text, str) else text
        decoded = data.decode("utf-8")
    except UnicodeError as error:
        raise Rejected("note_malformed", "not UTF-8", step=STEP) from error
    if len(data) > LARGEST_NOTE:
        raise Rejected("note_malformed", "over 1 MB", step=STEP)
    if any(ord(c) < 0x20 and c != "\n" for c in decoded) or "\x7f" in decoded:
        raise Rejected("note_malformed", "control character", step=STEP)
    return decoded


def _split(text: str) -> tuple[str, tuple[Signature, ...]]:
    # The last empty line separates: the body may contain others, signature lines cannot.
    body, separator, tail = text.rpartition("\n\n")
    lines = tail.split("\n")
    if not separator or lines.pop() != "" or not 1 <= len(lines) <= MOST_SIGNATURES:
        raise Rejected("note_malformed", step=STEP)
    return body + "\n", tuple(_read_line(line) for line in lines)


def _read_line(line: str) -> Signature:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise Rejected("note_malformed", "signature line", step=STEP)
    name, encoded = parts
    try:
        data = encodings.read_base64(encoded)
    except Rejected as error:
        raise Rejected("note_malformed", "signature line", step=STEP) from error
    if not name or "+" in name or any(c.isspace() for c in name) or len(data) < 5:
        raise Rejected("note_malformed", "signature line", step=STEP)
    return Signature(name, data[:4], data[4:])


def _index(vkeys: Sequence[str]) -> dict[tuple[str, bytes], LogKey]:
    keys: dict[tuple[str, bytes], LogKey] = {}
    for text in vkeys:
        key = read_key(text)
        if (key.name, key.id) in keys:
            raise Misconfigured("key_twice", "two known keys of one name and id")
        keys[key.name, key.id] = key
    return keys


def _verify(key: LogKey, signature: bytes, body: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, body.encode())
    except (InvalidSignature, ValueError) as error:
        raise Rejected("note_signature", "line of a known key", step=STEP) from error
