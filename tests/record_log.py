"""The log of a test record up to the end of voting, entry by entry (see ``records``)."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from record_parts import AUDITORS, OFFICERS, ORIGIN, draws, key, public, trustee_keys
from tsukuba_trust.board import acts, canonical, entries, note, registration
from tsukuba_trust.crypto import ballot as ballots
from tsukuba_trust.crypto import credentials, decryption, proofs, rehearsal
from tsukuba_trust.crypto.groups import group as named_group
from tsukuba_trust.crypto.record import election_record, read_record
from tsukuba_trust.crypto.trustees import read_trustees
from tsukuba_trust.elections.definition import (
    freeze,
    record_description,
    record_name,
    record_questions,
)
from tsukuba_trust.elections.sheets import PaperSheet
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.registry import DEFAULT_PLUGINS, Registry, load
from tsukuba_trust.values import Election, Json

Change = Mapping[str, Callable[[Any, "Log"], Any]]


def registry() -> Registry:
    return load(DEFAULT_PLUGINS, {})


@dataclass
class Holder:
    """A simulated voter: her newest registration and one secret per contest."""

    first: int
    current: int
    secrets: dict[str, int]
    credentials: dict[str, str]
    ballots: dict[str, str] = field(default_factory=dict)


@dataclass
class Log:
    """A record being written."""

    election: Election
    change: Change = field(default_factory=dict)
    seed: str = "record"
    data: list[bytes] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    archives: dict[str, bytes] = field(default_factory=dict)
    heads: list[int] = field(default_factory=list)
    holders: dict[str, Holder] = field(default_factory=dict)
    origin: str = ORIGIN
    log_key: str = "log"
    electors: int | None = None
    declares: bool = True
    proves_strongly: bool = True
    outcome_of: str = ""
    lots: list[list[str]] = field(default_factory=list)
    papers: dict[str, PaperSheet] = field(default_factory=dict)
    acts: int = 0
    casts: int = 0
    registrations: int = 0
    approvers: tuple[str, ...] = ("Aoki", "Baba")
    minute: str = "2027-05-10T09:00+09:00"

    def __post_init__(self) -> None:
        self.draw = draws(self.seed)
        self.registry = registry()
        self.scheme = self.registry.ballot_schemes["homomorphic"]
        self.mixed: dict[str, list[tuple[int, str]]] = {}
        self.irregular: dict[str, Sequence[int]] = {}

    def hook(self, name: str, value: Any) -> Any:
        return self.change[name](value, self) if name in self.change else value

    def entry(self, index: int) -> Json:
        return json.loads(self.data[index])

    def document(self, text: str, *, blob: bool = False) -> Json:
        document, data = entries.document(text, blob=blob)
        if data is not None:
            self.blobs[document["sha256"]] = data
        return document

    def blob(self, data: bytes) -> Json:
        document = entries.blob_document(data)
        self.blobs[document["sha256"]] = data
        return document

    def append(self, entry: Json) -> int:
        self.data.append(canonical.encode(entry))
        return len(self.data) - 1

    # -- sealing ------------------------------------------------------------------

    def define(self) -> None:
        vkey = note.LogKey(self.origin, key(self.log_key).public_key().public_bytes_raw()).text
        self.election = self.hook("election", self.election)
        rule = self.election.approval
        entry = {
            "type": "ElectionDefined",
            "schema": 1,
            "origin": self.origin,
            "log_key": vkey,
            "definition": self.document(canonical.encode(freeze(self.election)).decode()),
            "officers": [
                {"name": name, "organisation": body, "key": public(name)} for name, body in OFFICERS
            ],
            "approval": {"total": rule.total, "from_each": list(rule.from_each)},
            "registrar_key": public("registrar"),
            "auditors": [{"name": name, "key": public(name)} for name in AUDITORS],
            "evidence_key": public("evidence"),
            "witness_policy": f"log {vkey}\nquorum none\n",
            "contests": [contest.uuid for contest in self.election.contests],
        }
        self.append(self.hook("defined", entry))
        self.digest = hashlib.sha256(self.data[0]).hexdigest()

    def fix_trustees(self) -> None:
        rule = self.election.trustees
        self.keys = trustee_keys(self.election.group, rule.names, rule.threshold)
        text = self.trustees_text = self.hook("trustees", self.keys.text)
        group = named_group(self.election.group)
        self.trustees = read_trustees(group, self.keys.text)
        records = []
        self.records = {}
        for number, contest in enumerate(self.election.contests):
            record = election_record(
                contest.uuid,
                record_name(self.election, contest),
                record_description(contest, self.digest),
                self.election.group,
                group.encode(self.trustees.key),
                record_questions(contest, self.registry.ballot_schemes),
            )
            record = self.hook(f"record {number}", record)
            self.records[contest.uuid] = read_record(record)
            document = self.document(record, blob=True)
            records.append({"contest": contest.uuid, "record": document})
        entry = {
            "type": "TrusteesFixed",
            "trustees": self.document(text, blob=True),
            "records": records,
        }
        self.append(self.hook("trustees fixed", entry))

    def fix_roll(self, electors: int) -> None:
        groups = [{"name": name, "electors": electors} for name, _ in self.election.roll.groups]
        root = hashlib.sha256(b"roll").hexdigest()
        self.append(self.hook("roll", {"type": "RollFixed", "groups": groups, "root": root}))

    def act(
        self,
        name: str,
        *,
        subject: Sequence[Json] = (),
        reason: str = "as decided",
        **change: Json,
    ) -> int:
        """Append an act that enough officers approved; return its number."""
        self.acts += 1
        entry: Json = {
            "type": "OfficersAct",
            "act": name,
            "number": self.acts,
            "at": self.minute,
            "reason": self.document(reason),
            "subject": [canonical.digest(item) for item in subject],
            "approvals": [],
        }
        if change:
            entry["change"] = change
        entry = self.hook(f"act {name}", entry)
        for officer in self.hook(f"approvers {name}", self.approvers):
            entry = acts.approve(self.origin, entry, officer, key(officer))
        self.append(self.hook(f"approved {name}", entry))
        return self.acts

    def rehearse(self) -> None:
        group, context = self.trustees.group, decryption.rehearsal_context(self.digest)
        made = rehearsal.new_rehearsal(group, self.draw)
        shape = made.ciphertexts(self.trustees)
        parts = {
            owner: decryption.partial_decrypt(group, context, secret, public_key, shape, self.draw)
            for owner, (secret, public_key) in enumerate(
                zip(self.keys.secrets, self.trustees.verification_keys, strict=True), 1
            )
        }
        text = rehearsal.rehearsal_text(replace(made, decryptions=parts))
        number = self.act("rehearsed", reason=self.hook("rehearsal", text))
        if self.election.trustees.threshold == len(self.election.trustees.names):
            self.act("waiver")
        self.append(self.hook("opened", {"type": "VotingOpened", "rehearsal": number}))

    # -- voting -------------------------------------------------------------------

    def play(self, script: Sequence[tuple[Any, ...]]) -> None:
        for number, (verb, *rest) in enumerate(script):
            self.hook(f"before {number}", None)
            match verb:
                case "register":
                    self.register(*rest)
                case "replace":
                    self.register(*rest, replaces=self.holders[rest[0]].current)
                case "cast":
                    for contest in range(len(self.election.contests)):
                        self.cast(rest[0], contest, rest[1])
                case "act":
                    self.act(rest[0], **(rest[1] if len(rest) > 1 else {}))

    def register(self, name: str, *, replaces: int | None = None) -> None:
        group, items, secrets, publics = self.trustees.group, [], {}, {}
        for contest in self.election.contests:
            secret = group.random_scalar(self.draw)
            credential = credentials.public(group, secret)
            prefix = registration.proof_prefix(contest.uuid, credential)
            proof = proofs.prove_knowledge(group, prefix, secret, self.draw)
            secrets[contest.uuid], publics[contest.uuid] = secret, credential
            items.append(
                {
                    "contest": contest.uuid,
                    "credential": credential,
                    "proof": proofs.proof_json(proof),
                }
            )
        entry: Json = {
            "type": "CredentialsRegistered",
            "credentials": items,
            "provider": self.election.identity[0].provider,
            "bound": not self.election.accept_unbound,
            "evidence": hashlib.sha256(name.encode()).hexdigest(),
        }
        if replaces is not None:
            entry["replaces"] = replaces
        number, self.registrations = self.registrations, self.registrations + 1
        entry = self.hook(f"registration {number}", entry)
        entry = registration.sign(self.origin, entry, key("registrar"))
        index = self.append(self.hook(f"registered {number}", entry))
        first = index if replaces is None else self.holders[name].first
        old = self.holders[name].ballots if replaces is not None else {}
        self.holders[name] = Holder(first, index, secrets, publics, old)

    def scheme_of(self, uuid: str) -> IBallotScheme:
        """Return the ballot scheme of a contest."""
        return self.registry.ballot_schemes[self.election.contest(uuid).ballot_scheme]

    def context(self, uuid: str, credential: str) -> BallotContext:
        record = self.records[uuid]
        return BallotContext(
            record.group, record.key, record.fingerprint, credential, record.questions[0]
        )

    def seal(self, name: str, uuid: str, choice: Json) -> str:
        """Return a sealed ballot; ``choice`` is an option's number, a list or "blank"."""
        holder, record = self.holders[name], self.records[uuid]
        selection = [int(i == choice) for i in range(3)] if isinstance(choice, int) else choice
        context = self.context(uuid, holder.credentials[uuid])
        answer = self.scheme_of(uuid).seal_answer(context, selection, self.draw)
        return self.sign(name, uuid, [answer], record.fingerprint)

    def sign(self, name: str, uuid: str, answers: list[Json], phi: str) -> str:
        holder, group = self.holders[name], self.trustees.group
        return ballots.seal_ballot(
            group,
            uuid,
            phi,
            holder.secrets[uuid],
            holder.credentials[uuid],
            answers,
            self.draw,
        )

    def cast(self, name: str, contest: int, choice: Json) -> None:
        uuid = self.election.contests[contest].uuid
        number, self.casts = self.casts, self.casts + 1
        text = self.hook(f"ballot {number}", self.seal(name, uuid, choice))
        self.holders[name].ballots[uuid] = text
        entry = {"type": "BallotAccepted", "contest": uuid, "ballot": self.document(text)}
        self.append(self.hook(f"accepted {number}", entry))

    def end(self) -> None:
        contests = [
            {
                "contest": contest.uuid,
                "holders": len(self.holders),
                "ballots": sum(contest.uuid in h.ballots for h in self.holders.values()),
            }
            for contest in self.election.contests
        ]
        self.append(self.hook("ended", {"type": "VotingEnded", "contests": contests}))
