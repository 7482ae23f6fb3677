"""Officers' acts: proposed on the server, approved on the officers' own machines (D8).

A proposal is a file: the act without approvals and, where the act is about entries, these
entries with their blobs, because they must follow it on the board at once.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tsukuba_trust.board import acts, canonical, entries, order
from tsukuba_trust.elections.checking import check_new_approval
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.keys import public_text
from tsukuba_trust.services.paper_entries import SHEETS, check_entry
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Json

FORM = "tsukuba-trust/proposal/1"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act that waits for approvals, or has them.

    :param act: the ``OfficersAct``
    :param officers: of entry 0, so that a wrong key is noticed before it signs; the board
        believes its own entry 0 alone
    :param following: entries that follow the act, in the order of its subject
    :param blobs: what act and entries name by digest
    """

    origin: str
    act: Json
    officers: tuple[Json, ...]
    following: tuple[Json, ...] = ()
    blobs: tuple[bytes, ...] = ()

    @property
    def approval_bytes(self) -> bytes:
        """What each officer signs."""
        return acts.approval_bytes(self.origin, self.act)

    def check_following(self) -> None:
        """Check that the act is about exactly the entries that travel with it.

        Else an officer is shown other entries than she signs for, or the board waits for
        one that nobody has. The act seal is about entries that stand on the board already.

        :raises Refused: ``proposal_subject``
        """
        digests = [canonical.digest(entry) for entry in self.following]
        wanted = [] if self.act["act"] == "seal" else self.act["subject"]
        if digests != wanted:
            raise Refused("proposal_subject", "the act is about other entries than these")

    def approved(self, officer: str, key: Ed25519PrivateKey) -> "Proposal":
        """Return the proposal with one more officer's approval. Needs no store.

        :raises Refused: ``officer_unknown``, ``officer_key_other``, ``officer_twice``
        """
        keys = {one["name"]: one["key"] for one in self.officers}
        if officer not in keys:
            raise Refused("officer_unknown", f"{officer}; there are: {', '.join(keys)}")
        if public_text(key) != keys[officer]:
            raise Refused("officer_key_other", f"this is not the key of {officer}")
        if officer in {one["officer"] for one in self.act["approvals"]}:
            raise Refused("officer_twice", officer)
        return replace(self, act=acts.approve(self.origin, self.act, officer, key))

    def merged(self, other: "Proposal") -> "Proposal":
        """Join the approvals of two copies that officers signed apart.

        :raises Refused: ``proposal_other``: they are not the same act
        """
        if self.approval_bytes != other.approval_bytes:
            raise Refused("proposal_other")
        lines = {one["officer"]: one for one in (*self.act["approvals"], *other.act["approvals"])}
        act = {**self.act, "approvals": [lines[name] for name in sorted(lines)]}
        return replace(self, act=act)

    def to_text(self) -> str:
        """Return the file: JSON, readable by the officer who is asked to sign it."""
        value = {
            "form": FORM,
            "origin": self.origin,
            "act": self.act,
            "officers": list(self.officers),
            "following": list(self.following),
            "blobs": [base64.b64encode(blob).decode() for blob in self.blobs],
        }
        return json.dumps(value, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_text(cls, text: str) -> "Proposal":
        """Read a proposal file.

        :raises Misconfigured: ``proposal_invalid``
        :raises Refused: ``proposal_subject``
        """
        try:
            value = json.loads(text)
            if value["form"] != FORM or not isinstance(value["origin"], str):
                raise Misconfigured("proposal_invalid", "another form")
            proposal = cls(
                value["origin"],
                value["act"],
                tuple(map(_officer, value["officers"])),
                tuple(value["following"]),
                tuple(base64.b64decode(blob, validate=True) for blob in value["blobs"]),
            )
            for entry in (proposal.act, *proposal.following):
                entries.check_schema(entry)
            proposal.check_following()
        except (ValueError, KeyError, TypeError, Rejected, RecursionError):
            raise Misconfigured("proposal_invalid", "not a proposal file") from None
        return proposal


class Acts:
    """Proposes acts with the next number, and puts approved ones on the board."""

    def __init__(self, *, board: BoardStore, registry: Registry) -> None:
        self._board = board
        self._registry = registry
        self._booths: dict[tuple[str, int], tuple[tuple[str, str], ...]] = {}

    def next_number(self, origin: str) -> int:
        """Return the number that the next act has."""
        return self._board.state(origin).acts + 1

    def booth(self, fixed: Fixed) -> tuple[int, tuple[tuple[str, str], ...]]:
        """Return which files the voting host serves: (name, hex SHA-256), sorted by name.

        :returns: the number of the act ``correct`` that fixed them, 0 for the definition,
            and the files; none when the election fixes no files
        """
        for number in range(self._board.state(fixed.origin).acts, 0, -1):
            files = self._corrected(fixed.origin, number)
            if files:
                return number, files
        return 0, fixed.election.booth

    def _check_sheet(self, fixed: Fixed, entry: Json, brought: Sequence[bytes]) -> None:
        if entry["type"] == SHEETS:
            contest = fixed.election.contest(entry["contest"])
            scheme = self._registry.ballot_schemes[contest.ballot_scheme]
            check_entry(fixed, entry, brought, scheme.option_limits(contest)[1])

    def _corrected(self, origin: str, number: int) -> tuple[tuple[str, str], ...]:
        known = self._booths.get((origin, number))
        if known is None:
            index = self._board.find(origin, entries.act_key(number))
            change = {} if index is None else self._change(origin, index)
            known = tuple((row["name"], row["sha256"]) for row in change.get("booth", ()))
            self._booths[origin, number] = known
        return known

    def _change(self, origin: str, index: int) -> dict[str, Any]:
        entry = entries.read_entry(self._board.entry(origin, index))
        change: dict[str, Any] = entry.get("change", {}) if entry["act"] == "correct" else {}
        return change

    def propose(
        self,
        fixed: Fixed,
        act: str,
        at: datetime,
        reason: str,
        *,
        following: Sequence[Json] = (),
        subject: Sequence[str] = (),
        blobs: Sequence[bytes] = (),
        **change: Any,
    ) -> Proposal:
        """Write down an act that nobody has approved yet.

        :param reason: text of the document; a long one becomes a blob
        :param following: entries that the act is about, which follow it
        :param subject: digests instead of ``following``, for the act seal alone
        :param change: what acts like ``extend`` change
        :raises Rejected: act or entry has no place now
        :raises Refused: ``approval_impossible``, ``approval_too_weak``
        """
        document, blob = entries.document(reason)
        entry: dict[str, Any] = {
            "type": "OfficersAct",
            "act": act,
            "number": self.next_number(fixed.origin),
            "at": minute(fixed, at),
            "reason": document,
            "subject": [*subject, *map(canonical.digest, following)],
            "approvals": [],
        }
        if change:
            entry["change"] = change
        entries.check_schema(entry)
        held = (*blobs, blob) if blob else tuple(blobs)
        officers = tuple(fixed.defined["officers"])
        proposal = Proposal(fixed.origin, entry, officers, tuple(following), held)
        self._check_place(fixed, proposal)
        return proposal

    def enact(
        self,
        fixed: Fixed,
        proposal: Proposal,
        *,
        before_following: Callable[[], object] | None = None,
    ) -> int:
        """Put an approved act and the entries it is about on the board.

        Commits: the act, then each entry. A crash between them leaves a board that takes
        nothing but the next of these entries; the same call again appends the rest. So
        nothing is written before each of them is known to have its place.

        :param before_following: does what the entries will say was done; may be repeated
        :returns: index of the act
        :raises Rejected: an approval does not stand, or act or entry has no place now, or a
            sheet is not one that every verifier accepts
        :raises Refused: ``proposal_other``: of another election; ``proposal_subject``;
            ``purge_elsewhere``: an entry would say that something is gone which is there
        """
        if proposal.origin != fixed.origin:
            raise Refused("proposal_other", "of another election")
        if proposal.act["act"] == "purge" and before_following is None:
            raise Refused("purge_elsewhere", "only where the key files are")
        proposal.check_following()
        stands = self._board.find(fixed.origin, entries.entry_keys(proposal.act)[0])
        if stands is None:
            # Judged by the rule before the act, so a rule is changed only under itself.
            rule, officers = self._board.state(fixed.origin).approval, fixed.defined["officers"]
            acts.check_approvals(fixed.origin, proposal.act, officers, rule)
            self._check_place(fixed, proposal)
        index = self._board.append(fixed.origin, proposal.act, blobs=proposal.blobs).index
        if before_following is not None:
            before_following()
        for entry in proposal.following:
            self._board.append(fixed.origin, entry, blobs=proposal.blobs)
        return index

    def _check_place(self, fixed: Fixed, proposal: Proposal) -> None:
        """Check that act and entries would have their place on the board now."""
        if proposal.act["act"] == "change-approval":
            check_new_approval(fixed.election, proposal.act["change"]["approval"])
        state = self._board.state(fixed.origin)
        lookup = self._board.lookup(fixed.origin, brought=proposal.blobs)
        for entry in (proposal.act, *proposal.following):
            state = order.advance(state, entry, state.size, lookup)
            self._check_sheet(fixed, entry, proposal.blobs)


def _officer(value: Json) -> Json:
    if not all(isinstance(value[name], str) for name in ("name", "organisation", "key")):
        raise ValueError("no officer")
    return value


def minute(fixed: Fixed, at: datetime) -> str:
    """Return an instant as acts write it: to the minute, with the election's offset."""
    zone = ZoneInfo(fixed.election.period.timezone)
    return at.astimezone(zone).isoformat(timespec="minutes")
