"""Sealed evidence: what the registrar keeps for the auditors and cannot open itself.

A libsodium sealed box to the election's evidence key over one canonical object, padded
with zeros, so that a dump of the roll shows neither provider nor length (D17).
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from tsukuba_trust.board import canonical
from tsukuba_trust.errors import Rejected

BLOCK = 4096
FIELDS = frozenset(
    ("attempt", "blind", "completed", "evidence", "provider", "registration", "salt", "v")
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why one registration was made.

    :param attempt: 32 hex digits
    :param blind: 32 bytes of the booth (D2)
    :param completed: when the provider judged it, aware UTC, whole seconds
    :param evidence: the provider's own bytes
    :param registration: hex SHA-256 of the canonical CredentialsRegistered entry
    :param salt: 32 bytes of the commitment in that entry
    """

    attempt: str
    blind: bytes
    completed: datetime
    evidence: bytes
    provider: str
    registration: str
    salt: bytes


def seal(evidence_key: str, evidence: Evidence) -> bytes:
    """Seal a piece of evidence to the auditors.

    :param evidence_key: base64 of the X25519 public key in entry 0
    :returns: 48 bytes more than a multiple of 4,096
    """
    plain = canonical.encode(
        {
            "v": 1,
            "attempt": evidence.attempt,
            "blind": evidence.blind.hex(),
            "completed": write_time(evidence.completed),
            "evidence": base64.b64encode(evidence.evidence).decode(),
            "provider": evidence.provider,
            "registration": evidence.registration,
            "salt": evidence.salt.hex(),
        }
    )
    return SealedBox(PublicKey(base64.b64decode(evidence_key))).encrypt(pad(plain, BLOCK))


def unseal(key: PrivateKey, sealed: bytes) -> Evidence:
    """Open a piece of evidence.

    :raises Rejected: ``evidence_unreadable``: not sealed to this key, or not of this form
    """
    try:
        fields = canonical.decode(SealedBox(key).decrypt(sealed).rstrip(b"\0"))
        texts = {name: value for name, value in fields.items() if isinstance(value, str)}
        if set(fields) != FIELDS or fields != texts | {"v": 1}:
            raise Rejected("evidence_unreadable", "unknown fields")
        return Evidence(
            attempt=fields["attempt"],
            blind=bytes.fromhex(fields["blind"]),
            completed=read_time(fields["completed"]),
            evidence=base64.b64decode(fields["evidence"], validate=True),
            provider=fields["provider"],
            registration=fields["registration"],
            salt=bytes.fromhex(fields["salt"]),
        )
    except (CryptoError, ValueError, TypeError) as error:
        raise Rejected("evidence_unreadable", type(error).__name__) from None


def pad(plain: bytes, block: int) -> bytes:
    """Fill up with zeros to a multiple of ``block`` bytes."""
    return plain.ljust(-(-len(plain) // block) * block, b"\0")


def write_time(at: datetime) -> str:
    """Return an instant as UTC text with whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_time(text: str) -> datetime:
    """Read what ``write_time`` wrote.

    :raises ValueError: another form
    """
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
