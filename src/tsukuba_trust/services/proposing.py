"""Proposing an election: uuids and keys go in, entry 0 and D come out; nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tsukuba_trust.board import canonical, entries
from tsukuba_trust.board.policy import none_policy
from tsukuba_trust.crypto.scalars import uniform_below
from tsukuba_trust.elections import definition
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.registry import Registry
from tsukuba_trust.values import Election, Json, Officer, Randomness

UUID_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
UUID_LENGTH = 14
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The public keys that entry 0 fixes; all but the log's are base64 of 32 bytes.

    :param log: verifier key text of the log, under the origin's name
    :param officers: by name; those that the file gives already may be left out
    :param auditors: by name
    """

    log: str
    registrar: str
    evidence: str
    auditors: Mapping[str, str]
    officers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """An election with its uuids, and entry 0 as it would be appended.

    :param digest: D
    """

    election: Election
    entry: Json
    blobs: tuple[bytes, ...]
    digest: str

    @property
    def origin(self) -> str:
        """The log's origin."""
        return str(self.entry["origin"])


def origin_of(board_prefix: str, election: Election) -> str:
    """Return the origin of an election's log.

    :param board_prefix: host and path without scheme and last slash
    :source: board.md 1.5
    """
    return f"{board_prefix}/{election.slug}".lower()


def new_uuid(randomness: Randomness) -> str:
    """Draw a contest's uuid.

    :source: protocol.md section 4
    """
    size = len(UUID_ALPHABET)
    return "".join(UUID_ALPHABET[uniform_below(size, randomness)] for _ in range(UUID_LENGTH))


def propose(
    election: Election,
    origin: str,
    keys: PublicKeys,
    *,
    registry: Registry,
    randomness: Randomness,
    witness_policy: str = "",
    booth: Mapping[str, str] | None = None,
) -> Proposed:
    """Draw uuids and write entry 0; nothing is stored and nothing is fixed yet.

    :param witness_policy: text; empty = ``quorum none``
    :param booth: hex SHA-256 of every file that the voting host will serve, by name
    :raises Misconfigured: ``officer_key_missing``, ``auditor_key_missing``
    :raises Rejected: ``definition_invalid``
    """
    with_keys = replace(election, officers=tuple(_with_key(o, keys) for o in election.officers))
    proposed = definition.propose(with_keys, registry, lambda: new_uuid(randomness), booth)
    frozen = definition.freeze(proposed)
    definition.thaw(frozen)  # what cannot be read back must never become entry 0
    text = canonical.encode(frozen).decode()
    document, blob = entries.document(text)
    entry = {
        "type": "ElectionDefined",
        "schema": SCHEMA,
        "origin": origin,
        "log_key": keys.log,
        "definition": document,
        "officers": [
            {"name": one.name, "organisation": one.organisation, "key": one.key}
            for one in proposed.officers
        ],
        "approval": {
            "total": proposed.approval.total,
            "from_each": list(proposed.approval.from_each),
        },
        "registrar_key": keys.registrar,
        "auditors": [{"name": name, "key": _auditor(keys, name)} for name in proposed.auditors],
        "evidence_key": keys.evidence,
        "witness_policy": witness_policy or none_policy(keys.log),
        "contests": [contest.uuid for contest in proposed.contests],
    }
    digest = canonical.digest(entries.encode_entry(entry))
    return Proposed(proposed, entry, (blob,) if blob else (), digest)


def _with_key(officer: Officer, keys: PublicKeys) -> Officer:
    key = keys.officers.get(officer.name, officer.key)
    if not key:
        raise Misconfigured("officer_key_missing", officer.name)
    return replace(officer, key=key)


def _auditor(keys: PublicKeys, name: str) -> str:
    if name not in keys.auditors:
        raise Misconfigured("auditor_key_missing", name)
    return keys.auditors[name]
