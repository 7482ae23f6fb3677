"""What binds an identification to the credentials that it registers, and to one election.

:source: architecture.md D2, D17; board.md 2.2
"""

import hashlib
from collections.abc import Iterable

from tsukuba_trust.board import canonical, encodings, entries
from tsukuba_trust.board.signatures import PrivateKey, check_signature
from tsukuba_trust.values import Json


def binding(
    origin: str,
    definition_digest: str,
    attempt: str,
    blind: bytes,
    credentials: Iterable[tuple[str, str]],
) -> bytes:
    """Return the 32 bytes that evidence of a bound provider signs.

    :param definition_digest: D, 64 hex digits
    :param attempt: id of the attempt, 32 hex digits
    :param blind: 32 random bytes of the booth, known to registrar and auditors only
    :param credentials: (contest uuid, public credential) pairs in any order
    :source: architecture.md D2
    """
    pairs = sorted(credentials, key=lambda pair: pair[0].encode())
    value = [
        "tsukuba-trust/registration/1",
        origin,
        definition_digest,
        attempt,
        blind.hex(),
        [list(pair) for pair in pairs],
    ]
    return hashlib.sha256(canonical.encode_value(value)).digest()


def proof_prefix(uuid: str, credential: str) -> str:
    """Return the prefix of the proof of knowledge of a credential's key.

    Neither part can contain the separator: uuids are base 58, credentials hex or decimal.

    :source: architecture.md D2
    """
    return f"register|{uuid}|{credential}|"


def evidence_digest(salt: bytes, evidence: bytes) -> str:
    """Return the hex digest of evidence that stands on the board.

    :param salt: 32 bytes, in sealed blobs only (architecture D17)
    """
    return hashlib.sha256(salt + evidence).hexdigest()


def sign(origin: str, entry: Json, key: PrivateKey) -> Json:
    """Return a ``CredentialsRegistered`` entry with the registrar's signature in it."""
    signature = key.sign(entries.signing_bytes(origin, entry, "registrar"))
    return {**entry, "registrar": encodings.base64_text(signature)}


def check(origin: str, entry: Json, registrar_key: str) -> None:
    """Check the registrar's signature of a registration.

    :param registrar_key: base64, from entry 0
    :raises Rejected: code ``registrar_signature``, step 7
    """
    data = entries.signing_bytes(origin, entry, "registrar")
    check_signature(registrar_key, entry["registrar"], data, "registrar_signature", step="7")
