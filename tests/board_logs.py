"""Builder of small logs that are right in form and order; proofs in them are invented.

Entries come from one place, so that a test can change one thing and judge the rest.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tsukuba_trust.board import canonical, encodings, entries, note, order, policy
from tsukuba_trust.board.ledger import Ledger
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json

ORIGIN = "board.example.jp/e/mock-2025"
PROOF = {"challenge": "1", "response": "2"}
CONTESTS = ["HRjeJJBNa8huFh", "Abcdefghijkmno"]


def key(label: str) -> Ed25519PrivateKey:
    """Return a key that follows from a word."""
    return Ed25519PrivateKey.from_private_bytes(sha256(label.encode()).digest())


def public(label: str) -> str:
    """Return the base64 of that key's public half."""
    return encodings.base64_text(key(label).public_key().public_bytes_raw())


LOG_KEY = note.LogKey(ORIGIN, key("log").public_key().public_bytes_raw()).text


def definition(**changes: Json) -> Json:
    """Return as much of a frozen definition as the board looks at."""
    return {
        "contests": [{"uuid": uuid} for uuid in CONTESTS],
        "officers": [{"name": "a", "organisation": "city"}, {"name": "b", "organisation": "city"}],
        "approval": {"total": 1},
        "auditors": ["x", "y"],
        "electorate": "certificate",
        "revote": True,
        "minimum_ballots": 1,
        "trustees": {"names": ["t1", "t2", "t3"], "threshold": 2},
        "period": {"closes": "2025-03-25T00:00:00+09:00"},
        **changes,
    }


class Log:
    """A log under construction: judged entries, blobs and who holds what.

    :param mixed: contests whose ballots are opened one by one
    """

    def __init__(self, *, mixed: Sequence[str] = (), **changes: Json) -> None:
        self.definition = definition(**changes)
        self.mixed = mixed
        self.blobs: dict[str, bytes] = {}
        self.entries: list[Json] = []
        self.state = order.State()
        self.ledger = Ledger(self.blob)

    def blob(self, digest: str, size: int) -> bytes:
        """Return a blob of this log."""
        if digest not in self.blobs:
            raise Rejected("blob_missing", step="3")
        return self.blobs[digest]

    def document(self, value: str | bytes, *, blob: bool = False) -> Json:
        """Keep a document and return how it stands in an entry."""
        if isinstance(value, bytes):
            made, data = entries.blob_document(value), value
        else:
            made, found = entries.document(value, blob=blob)
            data = found or b""
        self.blobs[made.get("sha256", "")] = data
        return made

    def add(self, kind: str, **fields: Json) -> Json:
        """Append an entry; raises what the order says against it."""
        entry = {"type": kind, **fields}
        entries.encode_entry(entry)
        index = len(self.entries)
        self.state = order.advance(self.state, entry, index, self.ledger)
        self.ledger.record(entry, index)
        self.entries.append(entry)
        return entry

    def act(self, name: str, *subject: Json, **fields: Json) -> int:
        """Append an act and then its subject; ``{act}`` of the subject is filled in."""
        number = fields.pop("number", self.state.acts + 1)
        follow = [{**entry, "act": number} for entry in subject]
        self.add(
            "OfficersAct",
            **{
                "act": name,
                "number": number,
                "at": "2025-03-20T10:00+09:00",
                "reason": self.document("because"),
                "subject": [canonical.digest(entry) for entry in follow],
                "approvals": [],
                **fields,
            },
        )
        for entry in follow:
            self.add(entry["type"], **{name: v for name, v in entry.items() if name != "type"})
        return number

    def rewind(self, state: order.State) -> None:
        """Take acts away again whose subject was refused."""
        self.state = state
        del self.entries[state.size :]

    def defined(self, **changes: Json) -> Json:
        """Append entry 0."""
        text = canonical.encode(self.definition).decode()
        said = self.definition
        approval = {"from_each": [], **said["approval"]}
        entry = {
            "schema": 1,
            "origin": ORIGIN,
            "log_key": LOG_KEY,
            "definition": self.document(text),
            "officers": [{**o, "key": public(o["name"])} for o in said["officers"]],
            "approval": approval,
            "registrar_key": public("registrar"),
            "auditors": [{"name": n, "key": public(n)} for n in said["auditors"]],
            "evidence_key": public("evidence"),
            "witness_policy": policy.none_policy(LOG_KEY),
            "contests": [contest["uuid"] for contest in said["contests"]],
        }
        return self.add("ElectionDefined", **{**entry, **changes})

    def trustees(self, text: str | None = None) -> Json:
        """Append TrusteesFixed."""
        names, threshold = (self.definition["trustees"][n] for n in ("names", "threshold"))
        items: Json = [["Single", {}] for _ in names]
        if threshold < len(names):
            items = [["Pedersen", {"threshold": threshold, "certs": [{} for _ in names]}]]
        return self.add(
            "TrusteesFixed",
            trustees=self.document(text or json.dumps(items), blob=True),
            records=[
                {"contest": contest, "record": self.document(self._record(contest), blob=True)}
                for contest in self.contests
            ],
        )

    def _record(self, contest: str) -> str:
        kind = {"type": "NonHomomorphic"} if contest in self.mixed else {"min": 1}
        return json.dumps({"uuid": contest, "questions": [kind]})

    def shuffle(self, contest: str, trustee: int, step: int) -> Json:
        """Append a shuffle."""
        made = {"trustee": trustee, "shuffle": self.document("s"), "proof": PROOF}
        return self.add("Shuffled", contest=contest, step=step, **made)

    @property
    def contests(self) -> list[str]:
        return [contest["uuid"] for contest in self.definition["contests"]]

    def seal(self, **fields: Json) -> int:
        """Append the act seal over what is there."""
        subject = [canonical.digest(entry) for entry in self.entries]
        return self.act("seal", **{"subject": subject, **fields})

    def until_sealed(self) -> "Log":
        """Append what comes before and with the seal."""
        self.defined()
        self.trustees()
        if self.definition["electorate"] == "roll":
            self.add("RollFixed", groups=[{"name": "g", "electors": 9}], root="00" * 32)
        self.seal()
        return self

    def until_open(self) -> "Log":
        """Append everything up to VotingOpened."""
        self.until_sealed()
        if self.definition["trustees"]["threshold"] == len(self.definition["trustees"]["names"]):
            self.act("waiver")
        self.add("VotingOpened", rehearsal=self.act("rehearsed"))
        return self

    def register(self, name: str, **fields: Json) -> int:
        """Append a registration with credentials called after ``name``; return its index."""
        credentials = [
            {"contest": contest, "credential": credential(name, contest), "proof": PROOF}
            for contest in self.contests
        ]
        entry = {
            "credentials": credentials,
            "provider": "roll-code",
            "bound": False,
            "evidence": "ab" * 32,
            "registrar": encodings.base64_text(bytes(64)),
        }
        self.add("CredentialsRegistered", **{**entry, **fields})
        return len(self.entries) - 1

    def ballot(self, name: str, contest: str = CONTESTS[0], mark: str = "") -> int:
        """Append a ballot by a credential; ``mark`` makes another one of it."""
        text = ballot_text(name, contest, mark)
        self.add("BallotAccepted", contest=contest, ballot=self.document(text))
        return len(self.entries) - 1

    def end(self) -> "Log":
        """Append VotingEnded with the true numbers."""
        self.add("VotingEnded", contests=self.end_counts())
        return self

    def end_counts(self) -> Json:
        return [
            {
                "contest": contest,
                "holders": self.state.holders,
                "ballots": self.state.ballots[contest],
            }
            for contest in self.contests
        ]

    def strike(self, *holders: int, text: str | None = None, count: int | None = None) -> None:
        """Append the act strike and HoldersStruck."""
        items = [{"holder": holder, "reason": "voted on paper"} for holder in holders]
        made = self.document(text or canonical.encode_value(items).decode())
        entry = {"type": "HoldersStruck", "holders": made, "count": count or len(holders)}
        self.act("strike", entry)

    def tally(self, contest: str, ballots: int = 1) -> Json:
        """Append TallyFixed."""
        archive = self.document(f"archive {contest}".encode())
        return self.add(
            "TallyFixed", contest=contest, archive=archive, tally="cd" * 32, ballots=ballots
        )

    def decrypt(self, contest: str, trustee: int) -> Json:
        """Append PartiallyDecrypted."""
        made = {"trustee": trustee, "decryption": self.document(f"factors of {trustee}")}
        if contest in self.mixed:
            made["proof"] = PROOF
        return self.add("PartiallyDecrypted", contest=contest, **made)

    def until_decrypted(self, ballots: int = 1) -> "Log":
        """Append everything from VotingOpened to the last decryption."""
        self.until_open()
        self.register("ann")
        for contest in self.contests:
            self.ballot("ann", contest)
        self.end()
        for contest in self.contests:
            self.tally(contest, ballots)
        for contest in self.mixed:
            for trustee in range(1, self.state.mixers[contest] + 1):
                self.shuffle(contest, trustee, trustee)
        for contest in self.contests:
            for trustee in (1, 3):
                self.decrypt(contest, trustee)
        return self

    def result(self, contest: str, **fields: Json) -> Json:
        """Return ResultDeclared without its act."""
        made = {
            "type": "ResultDeclared",
            "contest": contest,
            "outcome": self.document("{}", blob=True),
            "result": self.document('{"result":[]}', blob=True),
            **fields,
        }
        return {name: value for name, value in made.items() if value is not None}

    def until_declared(self) -> "Log":
        """Append everything to the last result."""
        self.until_decrypted()
        self.act("certify", *(self.result(contest) for contest in self.contests))
        return self

    @property
    def bytes(self) -> list[bytes]:
        """The entries' bytes."""
        return [canonical.encode(entry) for entry in self.entries]


def credential(name: str, contest: str) -> str:
    """Return a text that stands for a public credential."""
    return sha256(f"{name} {contest}".encode()).hexdigest()


def ballot_text(name: str, contest: str, mark: str = "") -> str:
    """Return a text that names contest and credential as a ballot does."""
    ballot = {"election_uuid": contest, "credential": credential(name, contest), "mark": mark}
    return json.dumps(ballot, separators=(",", ":"))


def replay(made: Iterable[Json], blob: Callable[[str, int], bytes]) -> tuple[order.State, Ledger]:
    """Judge entries from the beginning."""
    state, ledger = order.State(), Ledger(blob)
    for index, entry in enumerate(made):
        state = order.advance(state, entry, index, ledger)
        ledger.record(entry, index)
    return state, ledger
