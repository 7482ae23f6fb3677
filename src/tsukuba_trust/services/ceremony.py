"""From a file to an open vote: proposal, entry 0, trustees, roll, seal, rehearsal, opening.

The order is that of D3: uuids and log key come before the definition, the definition
before D, D before any trustee's key, the keys before the records and φ.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tsukuba_trust.board import canonical, entries
from tsukuba_trust.board.policy import none_policy
from tsukuba_trust.crypto.groups import group as named_group
from tsukuba_trust.crypto.record import election_record
from tsukuba_trust.crypto.rehearsal import (
    check_rehearsal,
    new_rehearsal,
    read_rehearsal,
    rehearsal_text,
)
from tsukuba_trust.crypto.scalars import uniform_below
from tsukuba_trust.crypto.trustees import Single, Trustees, read_trustees
from tsukuba_trust.elections import definition, rules
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.acts import Acts, Proposal
from tsukuba_trust.services.fixed import Catalogue, Fixed
from tsukuba_trust.services.roll import Rolls
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Contest, Election, Json, Officer, Randomness

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
) -> Proposed:
    """Draw uuids and write entry 0; nothing is stored and nothing is fixed yet.

    :param witness_policy: text; empty = ``quorum none``
    :raises Misconfigured: ``officer_key_missing``, ``auditor_key_missing``
    """
    with_keys = replace(election, officers=tuple(_with_key(o, keys) for o in election.officers))
    proposed = definition.propose(with_keys, registry, lambda: new_uuid(randomness))
    text = canonical.encode(definition.freeze(proposed)).decode()
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


class Ceremony:
    """The steps before the first ballot; each may be repeated and then changes nothing.

    :param rolls: needed where an election has a roll
    """

    def __init__(
        self,
        *,
        board: BoardStore,
        catalogue: Catalogue,
        acts: Acts,
        registry: Registry,
        rolls: Rolls | None = None,
    ) -> None:
        self._board = board
        self._catalogue = catalogue
        self._acts = acts
        self._registry = registry
        self._rolls = rolls

    def define(self, proposed: Proposed) -> Fixed:
        """Begin the log with entry 0.

        :raises Refused: what must stand before an election may be sealed (``rules.ready``)
        """
        rules.ready(
            proposed.election,
            witness_policy=proposed.entry["witness_policy"],
            not_checked=self._not_checked(proposed.election),
        )
        self._board.append(proposed.origin, proposed.entry, blobs=proposed.blobs)
        return self._catalogue.get(proposed.origin)

    def _not_checked(self, election: Election) -> list[str]:
        found: set[str] = set()
        for rule in election.identity:
            found.update(self._registry.identity_providers[rule.provider].not_checked)
        return sorted(found)

    def fix_trustees(self, fixed: Fixed, trustees_text: str) -> Fixed:
        """Fix the trustees' keys and with them every contest's record.

        (1) complete check of the trustees (2) number, threshold and names of the
        definition (3) records, one per contest (4) append.

        :raises Rejected: a key, proof or signature does not stand
        :raises Refused: ``trustees_differ``
        """
        group = named_group(fixed.election.group)
        trustees = read_trustees(group, trustees_text, require_all_fields=True)
        self._check_trustees(fixed, trustees)
        document, blob = entries.document(trustees_text, blob=True)
        blobs = [blob or b""]
        records = []
        for contest in fixed.election.contests:
            text = self._record(fixed, contest, group.encode(trustees.key))
            record, body = entries.document(text, blob=True)
            records.append({"contest": contest.uuid, "record": record})
            blobs.append(body or b"")
        entry = {"type": "TrusteesFixed", "trustees": document, "records": records}
        self._board.append(fixed.origin, entry, blobs=blobs)
        return self._catalogue.get(fixed.origin)

    def _check_trustees(self, fixed: Fixed, trustees: Trustees) -> None:
        rule = fixed.election.trustees
        singles = [item for item in trustees.items if isinstance(item, Single)]
        if len(trustees.verification_keys) != len(rule.names):
            raise Refused("trustees_differ", "another number than the definition names")
        if rule.threshold == len(rule.names):
            if [one.name for one in singles] != list(rule.names):
                raise Refused("trustees_differ", "names or order")
        elif [getattr(item, "threshold", 0) for item in trustees.items] != [rule.threshold]:
            raise Refused("trustees_differ", "threshold")

    def _record(self, fixed: Fixed, contest: Contest, key: str) -> str:
        if contest.ballot_scheme not in self._registry.ballot_schemes:
            raise Misconfigured("scheme_not_installed", contest.ballot_scheme)
        return election_record(
            contest.uuid,
            definition.record_name(fixed.election, contest),
            definition.record_description(contest, fixed.digest),
            fixed.election.group,
            key,
            definition.record_questions(contest, self._registry.ballot_schemes),
        )

    def fix_roll(self, fixed: Fixed) -> int:
        """Publish the roll's numbers and root.

        Commits: 1 roll: closed with its root; 2 board: ``RollFixed``. A crash between them
        leaves a closed roll; the same call again appends the same entry.
        """
        entry = self._roll(fixed).fix(fixed)
        return self._board.append(fixed.origin, entry).index

    def _roll(self, fixed: Fixed) -> Rolls:
        if fixed.election.electorate != "roll" or self._rolls is None:
            raise Refused("roll_not_due")
        return self._rolls

    def propose_seal(self, fixed: Fixed, at: datetime, reason: str) -> Proposal:
        """Propose act 1 over exactly the entries that stand before it.

        :raises Refused: ``roll_missing``, ``trustees_missing``
        """
        state = self._board.state(fixed.origin)
        if fixed.trustees is None:
            raise Refused("trustees_missing")
        if fixed.election.electorate == "roll" and not state.roll_root:
            raise Refused("roll_missing")
        return self._acts.propose(fixed, "seal", at, reason, subject=state.sealing)

    def propose_waiver(self, fixed: Fixed, at: datetime, reason: str) -> Proposal:
        """Propose to go on although every trustee is needed (attack O01)."""
        return self._acts.propose(fixed, "waiver", at, reason)

    def propose_rehearsed(self, fixed: Fixed, at: datetime, text: str) -> Proposal:
        """Propose to accept a decryption rehearsal.

        :param text: the rehearsal's file with the decryption of every trustee
        :raises Rejected: a decryption, or a smallest sufficient set of trustees, failed
        """
        check_rehearsal(fixed.keys, fixed.digest, text)
        return self._acts.propose(fixed, "rehearsed", at, text)

    def open(self, fixed: Fixed, now: datetime) -> int:
        """Open voting, when its time has come and the rehearsal has passed.

        :raises Refused: ``not_open``: too early; ``roll_changed``: the roll is not the one
            whose root stands on the board (attack J10)
        :raises Rejected: ``rehearsal_missing``, ``waiver_missing``
        """
        if now < fixed.election.period.opens:
            raise Refused("not_open")
        state = self._board.state(fixed.origin)
        if fixed.election.electorate == "roll":
            self._roll(fixed).check_root(fixed, state.roll_root)
        entry = {"type": "VotingOpened", "rehearsal": max(state.rehearsal, 1)}
        return self._board.append(fixed.origin, entry).index


def rehearsal_file(fixed: Fixed, randomness: Randomness) -> str:
    """Return a new rehearsal's file, which every trustee gets."""
    return rehearsal_text(new_rehearsal(named_group(fixed.election.group), randomness))


def join_rehearsal(fixed: Fixed, text: str, decryptions: Mapping[int, str]) -> str:
    """Return a rehearsal's file with the decryptions of the trustees, by number."""
    rehearsal = read_rehearsal(named_group(fixed.election.group), text)
    return rehearsal_text(replace(rehearsal, decryptions=dict(decryptions)))
