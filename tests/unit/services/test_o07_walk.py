"""O07: random walks over every step and every role, in every order.

The table below says, apart from the board's own code, in which stage a step may be taken.
Whatever else is tried is refused and leaves no trace; whatever was accepted verifies.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from election_world import World, world
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.trustees import hold_key_ceremony
from tsukuba_trust.testing.voter import Voter
from tsukuba_trust.verify.record import verify_record

# step -> (stages in which it may be taken, stage after it, empty = the same)
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "define": (("new",), "defined"),
    "trustees": (("defined",), "trusted"),
    "seal": (("trusted",), "sealed"),
    "rehearse": (("sealed",), "rehearsed"),
    "open": (("rehearsed",), "open"),
    "register": (("open",), ""),
    "cast": (("open",), ""),
    "suspend": (("open",), "suspended"),
    "resume": (("suspended",), "open"),
    "extend": (("open", "suspended"), ""),
    "end": (("open", "suspended"), "ended"),
    "strike": (("ended",), "struck"),
    "tally": (("ended", "struck"), "tallied"),
    "decrypt": (("tallied", "half"), ""),
    "audit": (("decrypted",), "audited"),
    "certify": (("decrypted", "audited"), "declared"),
}
# Steps that may be repeated: again, they say the same and write nothing.
REPEATED = {"define", "trustees", "open", "end", "tally", "audit"}
ORDER = (
    "new", "defined", "trusted", "sealed", "rehearsed", "open", "suspended", "ended", "struck",
    "tallied", "half", "decrypted", "audited", "declared",
)  # fmt: skip
CODES = (Refused, Rejected, Misconfigured, AssertionError)


@dataclass
class Walk:
    """One installation, and the stage in which it must be."""

    held: World
    chance: random.Random
    stage: str = "new"
    voters: list[Voter] = field(default_factory=list)
    cast: int = 0

    def step(self, name: str) -> None:
        """Try a step; it succeeds exactly where the table says so."""
        allowed, after = STEPS[name]
        before = self.held.size() if self.stage != "new" else 0
        may = self.stage in allowed and (name != "cast" or bool(self.voters))
        may = may and not (name == "strike" and not self.voters)
        again = name in REPEATED and not may and self._passed(allowed)
        try:
            getattr(self, f"do_{name}")()
        except CODES:
            assert not may, f"{name} was refused in {self.stage}"
            if self.stage != "new":
                assert self.held.size() == before
            return
        if again:
            assert self.held.size() == before
            return
        assert may, f"{name} was accepted in {self.stage}"
        self._advance(name, after)

    def _passed(self, allowed: tuple[str, ...]) -> bool:
        return ORDER.index(self.stage) > max(map(ORDER.index, allowed))

    def _advance(self, name: str, after: str) -> None:
        if name == "tally" and not self.cast:
            after = "decrypted"  # below the minimum nothing is decrypted
        if name == "decrypt":
            after = "decrypted" if self.stage == "half" else "half"
        self.stage = after or self.stage

    @property
    def fixed(self) -> Fixed:
        return self.held.is_fixed

    def act(self, name: str, **change: Any) -> None:
        self.held.act(name, **change)

    # -- the steps ------------------------------------------------------------------

    def do_define(self) -> None:
        self.held.fixed = self.held.services.ceremony.define(self.held.proposed)
        if self.stage != "new":
            self.held.fixed = self.held.services.catalogue.get(self.held.origin)

    def do_trustees(self) -> None:
        if not self.held.trustees:
            rule = self.held.election.trustees
            made, self.text = hold_key_ceremony("Ed25519", rule, self.held.draw)
            self.held.fixed = self.held.services.ceremony.fix_trustees(self.fixed, self.text)
            self.held.trustees = made
        self.held.services.ceremony.fix_trustees(self.fixed, self.text)

    def do_seal(self) -> None:
        made = self.held.services.ceremony.propose_seal(self.fixed, self.held.now, "seal")
        holding.enact(self.held.services, self.fixed, self.held.staff, made)

    def do_rehearse(self) -> None:
        text = holding.rehearse_decryption(self.fixed, self.held.trustees, self.held.draw)
        made = self.held.services.ceremony.propose_rehearsed(self.fixed, self.held.now, text)
        holding.enact(self.held.services, self.fixed, self.held.staff, made)

    def do_open(self) -> None:
        self.held.services.ceremony.open(self.fixed, self.held.election.period.opens)
        self.held.now = self.held.election.period.opens + timedelta(hours=1)

    def do_register(self) -> None:
        voter = self.held.voter()
        self.held.identify(voter, self.chance.randrange(4))
        self.voters = [one for one in self.voters if self._live(one)] + [voter]

    def _live(self, voter: Voter) -> bool:
        lookup = self.held.services.board.lookup(self.held.origin)
        at = lookup.registration(self.held.contest, voter.credentials[self.held.contest])
        return at is not None and lookup.current(lookup.holder(at)) == at

    def do_cast(self) -> None:
        if not self.fixed.records:
            raise Refused("trustees_missing")  # a booth has nothing to seal to
        voter = self.voters[-1] if self.voters else self.held.voter()
        self.held.cast(voter, self.chance.randrange(3))
        self.cast += 1

    def do_suspend(self) -> None:
        self.act("suspend")

    def do_resume(self) -> None:
        self.act("resume")

    def do_extend(self) -> None:
        self.extended = getattr(self, "extended", 0) + 1
        closes = self.held.election.period.closes + timedelta(minutes=self.extended)
        self.act("extend", closes=closes.isoformat())

    def do_end(self) -> None:
        self.held.services.counting.end(
            self.fixed, self.held.election.period.closes + timedelta(days=1)
        )

    def do_strike(self) -> None:
        first = (
            next(
                index
                for index, entry in self.held.services.board.entries(self.held.origin)
                if entry["type"] == "CredentialsRegistered"
            )
            if self.voters
            else 0
        )
        made = self.held.services.counting.propose_strikes(
            self.fixed, self.held.now, "strike", {first: "paper"}
        )
        holding.enact(self.held.services, self.fixed, self.held.staff, made)
        ledger_cast = self.held.services.board.lookup(self.held.origin)
        if ledger_cast.has_ballot(first, self.held.contest):
            self.cast = sum(
                1
                for holder in self._holders()
                if holder != first and ledger_cast.has_ballot(holder, self.held.contest)
            )

    def _holders(self) -> set[int]:
        lookup = self.held.services.board.lookup(self.held.origin)
        return {
            lookup.holder(index)
            for index, entry in self.held.services.board.entries(self.held.origin)
            if entry["type"] == "CredentialsRegistered"
        }

    def do_tally(self) -> None:
        self.held.services.counting.fix_tallies(self.fixed)

    def do_decrypt(self) -> None:
        given = self.held.services.board.state(self.held.origin).decrypted
        done = given.get(self.held.contest, ())
        free = [one for one in self.held.trustees if one.number not in done]
        if not free:
            raise Refused("trustees_missing")  # there is nobody to ask
        trustee = self.chance.choice(free)
        shape = [[]]
        if self.stage in ("tallied", "half"):
            tally = self.held.services.tallies.fixed(self.fixed, self.held.contest)
            shape = tally.prefix.ciphertexts  # type: ignore[assignment]
        text = trustee.decrypt(self.fixed, self.held.contest, shape, self.held.draw)
        self.held.services.counting.post_decryption(
            self.fixed, self.held.contest, trustee.number, text
        )

    def do_audit(self) -> None:
        holding.audit_registrar(self.held.services, self.fixed, self.held.staff)

    def do_certify(self) -> None:
        made = self.held.services.counting.propose_certificate(self.fixed, self.held.now, "done")
        holding.enact(self.held.services, self.fixed, self.held.staff, made)


def names(chance: random.Random, stage: Callable[[], str]) -> str:
    """Choose a step: often one that leads on, else any."""
    if chance.random() < 0.2:
        leading = [name for name, (allowed, _) in STEPS.items() if stage() in allowed]
        if leading:
            return chance.choice(leading)
    return chance.choice(list(STEPS))


@pytest.mark.parametrize("seed", range(6))
def test_o07_no_step_is_taken_out_of_its_stage_in_a_random_walk(tmp_path, seed):
    chance = random.Random(seed)
    walk = Walk(world(tmp_path / "w", seed=f"walk {seed}"), chance)
    for _ in range(250):
        walk.step(names(chance, lambda: walk.stage))
        if walk.stage == "declared":
            break
    for name in STEPS:
        walk.step(name)
    if walk.stage != "new":
        walk.held.services.publishing.export(walk.fixed, tmp_path / "record")
        report = verify_record(tmp_path / "record", registry=walk.held.services.registry)
        assert report.exit_code == 0, report
