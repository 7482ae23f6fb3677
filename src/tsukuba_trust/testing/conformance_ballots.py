"""The kit for ballot schemes: round trip, every change rejected, bound to its context."""

import copy
import hashlib
import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tsukuba_trust.crypto import credentials, elgamal
from tsukuba_trust.crypto.groups import Element, Group, group
from tsukuba_trust.errors import BallotRejected, Misconfigured, Refused, Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.testing.changes import JUNK, changes, nested
from tsukuba_trust.testing.conformance import Conformance, is_plain
from tsukuba_trust.values import Contest, Count, Json, Randomness

SECRET = 2**200 + 8220  # of the kit's one trustee
WEIGHTS = (1, 3)
NO_WEIGHTS = (1, 1)  # ballots that are shuffled are opened one by one


def stream(seed: str) -> Randomness:
    """Return a deterministic source of bytes."""
    calls = itertools.count()
    return lambda size: hashlib.shake_256(f"{seed}|{next(calls)}".encode()).digest(size)


class BallotSchemeConformance(Conformance):
    """Give ``plugin``, ``contest``, ``allowed`` and ``refused``; perhaps another ``group_name``.

    ``allowed`` are at least two different selections, ``refused`` are selections that the
    contest does not allow.
    """

    interface = IBallotScheme
    group_name = "Ed25519"

    @pytest.fixture
    def contest(self) -> Contest:
        pytest.fail("the kit needs a fixture `contest`")

    @pytest.fixture
    def allowed(self) -> list[Json]:
        pytest.fail("the kit needs a fixture `allowed`")

    @pytest.fixture
    def refused(self) -> list[Json]:
        pytest.fail("the kit needs a fixture `refused`")

    @pytest.fixture
    def context(self, plugin: Any, contest: Contest) -> BallotContext:
        chosen = group(self.group_name)
        credential = credentials.public(chosen, SECRET + 1)
        key = chosen.power_secret(chosen.generator, SECRET)
        return BallotContext(chosen, key, "f" * 43, credential, plugin.question(contest))

    @pytest.fixture
    def answer(self, plugin: Any, context: BallotContext, allowed: list[Json]) -> Json:
        return plugin.seal_answer(context, allowed[0], stream("answer"))

    @pytest.fixture
    def weights(self, plugin: Any) -> tuple[int, ...]:
        return NO_WEIGHTS if plugin.needs_shuffle else WEIGHTS

    def summary(self, count: Count) -> Any:
        """Return what ``expected`` is compared with."""
        return count.votes, count.blank

    def expected(self, contest: Contest, selections: list[Json], weights: tuple[int, ...]) -> Any:
        """Return (votes per option, blanks) of selections; override for another selection form."""
        votes, blank = [0] * len(contest.options), 0
        for selection, weight in zip(selections, weights, strict=True):
            if selection == "blank":
                blank += weight
            else:
                votes = [
                    total + weight * mark for total, mark in zip(votes, selection, strict=True)
                ]
        return tuple(votes), blank

    def test_it_accepts_the_contest_and_its_own_question(
        self, plugin: Any, contest: Contest
    ) -> None:
        plugin.check(contest)
        question = plugin.question(contest)
        assert is_plain(question)
        assert json.dumps(question) == json.dumps(plugin.question(contest))
        plugin.check_question(question)

    def test_it_refuses_a_parameter_it_does_not_know(self, plugin: Any, contest: Contest) -> None:
        with pytest.raises(Misconfigured):
            plugin.check(replace(contest, ballot={**contest.ballot, "no_such_parameter": 1}))

    def test_it_rejects_what_is_no_question(self, plugin: Any) -> None:
        for junk in (*JUNK, nested()):
            with pytest.raises(Rejected):
                plugin.check_question(junk)

    def test_what_it_seals_it_accepts(
        self, plugin: Any, context: BallotContext, allowed: list[Json]
    ) -> None:
        for selection in allowed:
            answer = plugin.seal_answer(context, selection, stream("seal"))
            assert is_plain(answer)
            plugin.verify_answer(context, json.loads(json.dumps(answer)))

    def test_it_refuses_to_seal_what_the_contest_does_not_allow(
        self, plugin: Any, context: BallotContext, refused: list[Json]
    ) -> None:
        for selection in [*refused, *JUNK]:
            with pytest.raises(Refused):
                plugin.seal_answer(context, selection, stream("seal"))

    def test_all_its_randomness_is_injected(
        self, plugin: Any, context: BallotContext, allowed: list[Json]
    ) -> None:
        first, again, other = (
            plugin.seal_answer(context, allowed[0], stream(seed)) for seed in ("a", "a", "b")
        )
        assert first == again
        shared = set(plugin.first_components(context, first))
        assert not shared & set(plugin.first_components(context, other))

    def test_it_rejects_every_change(
        self, plugin: Any, context: BallotContext, answer: Json
    ) -> None:
        accepted = []
        for what, changed in changes(answer):
            try:
                plugin.verify_answer(context, changed)
            except BallotRejected as error:
                assert error.step
            else:
                accepted.append(what)
        assert accepted == []

    def test_it_rejects_junk_and_nothing_worse_happens(
        self, plugin: Any, context: BallotContext
    ) -> None:
        for junk in (*JUNK, nested()):
            with pytest.raises(BallotRejected):
                plugin.verify_answer(context, junk)

    def test_an_answer_holds_for_its_own_context_only(
        self, plugin: Any, context: BallotContext, answer: Json
    ) -> None:
        other = context.group.power(context.key, 2)
        for foreign in (
            replace(context, credential=credentials.public(context.group, SECRET + 2)),
            replace(context, fingerprint="g" * 43),
            replace(context, key=other),
        ):
            with pytest.raises(BallotRejected):
                plugin.verify_answer(foreign, answer)

    def test_it_is_deterministic_and_changes_nothing(
        self, plugin: Any, context: BallotContext, answer: Json, weights: tuple[int, ...]
    ) -> None:
        before = copy.deepcopy(answer)
        first = plugin.combine(context, [answer, answer], weights)
        assert first == plugin.combine(context, [answer, answer], weights)
        assert plugin.first_components(context, answer) == plugin.first_components(context, answer)
        assert answer == before

    def test_threads_may_share_it(self, plugin: Any, context: BallotContext, answer: Json) -> None:
        with ThreadPoolExecutor(4) as threads:
            jobs = [threads.submit(plugin.verify_answer, context, answer) for _ in range(8)]
        assert [job.result() for job in jobs] == [None] * 8

    def test_its_first_components_are_elements_of_its_answer(
        self, plugin: Any, context: BallotContext, answer: Json
    ) -> None:
        components = plugin.first_components(context, answer)
        assert len(set(components)) == len(components) > 0
        assert all(component in json.dumps(answer) for component in components)
        context.group.decode_many(components, identity_allowed=False)

    def test_what_went_in_comes_out(
        self,
        plugin: Any,
        contest: Contest,
        context: BallotContext,
        allowed: list[Json],
        weights: tuple[int, ...],
    ) -> None:
        chosen = allowed[:2]
        answers = [plugin.seal_answer(context, s, stream(str(n))) for n, s in enumerate(chosen)]
        plaintexts = decrypt(context.group, plugin.combine(context, answers, weights))
        result = plugin.decode(context, plaintexts, sum(weights))
        assert is_plain(result)
        plugin.check_result(context, plaintexts, result, sum(weights))
        assert not plugin.irregular(context, plaintexts)
        count = plugin.count(contest, result, sum(weights))
        assert self.summary(count) == self.expected(contest, chosen, weights)

    def test_an_empty_box_gives_nothing(
        self, plugin: Any, contest: Contest, context: BallotContext
    ) -> None:
        plaintexts = decrypt(context.group, plugin.combine(context, [], []))
        result = plugin.decode(context, plaintexts, 0)
        plugin.check_result(context, plaintexts, result, 0)
        count = plugin.count(contest, result, 0)
        assert (sum(count.votes), count.blank, count.ballots) == (0, 0, 0)

    def test_it_rejects_every_other_result(
        self, plugin: Any, context: BallotContext, answer: Json
    ) -> None:
        plaintexts = decrypt(context.group, plugin.combine(context, [answer], [1]))
        result = plugin.decode(context, plaintexts, 1)
        for what, changed in changes(result):
            with pytest.raises(Rejected):
                plugin.check_result(context, plaintexts, changed, 1)
                pytest.fail(f"accepted {what}")

    def test_it_rejects_what_is_no_plaintext(
        self, plugin: Any, contest: Contest, context: BallotContext, answer: Json
    ) -> None:
        """Where ballots are opened one by one, such a ballot is invalid and stops nobody."""
        plaintexts = decrypt(context.group, plugin.combine(context, [answer], [1]))
        strange = [*plaintexts[:-1], context.key]
        if not plugin.needs_shuffle:
            with pytest.raises(Rejected):
                plugin.decode(context, strange, 1)
            return
        result = plugin.decode(context, strange, 1)
        irregular = plugin.irregular(context, strange)
        assert list(irregular) == [0]
        count = plugin.count(contest, result, 1, irregular)
        assert (sum(count.votes), count.preferences, count.blank) == (0, (), 0)
        assert [ballots for _rule, ballots in count.invalid] == [1]

    def test_it_says_what_a_ballot_costs(
        self, plugin: Any, contest: Contest, context: BallotContext
    ) -> None:
        cost = plugin.cost(contest, context.group)
        assert cost == plugin.cost(contest, context.group)
        assert min(cost.seal, cost.check, cost.ballot_bytes, cost.opened + cost.opened_each) > 0
        assert (cost.mix > 0) == plugin.needs_shuffle

    def test_it_says_of_how_many_options_a_ballot_speaks(
        self, plugin: Any, contest: Contest
    ) -> None:
        low, high = plugin.option_limits(contest)
        assert 0 <= low <= high <= len(contest.options)
        single = replace(contest, ballot=plugin.single_choice(False))
        assert plugin.option_limits(single) == (1, 1)

    def test_it_offers_a_single_choice(self, plugin: Any, contest: Contest) -> None:
        for blank in (False, True):
            plugin.check(replace(contest, ballot=plugin.single_choice(blank)))


def decrypt(chosen: Group, ciphertexts: Any) -> list[Element]:
    """Decrypt with the kit's one trustee."""
    return [_plaintext(chosen, ciphertext) for ciphertext in ciphertexts]


def _plaintext(chosen: Group, ciphertext: elgamal.Ciphertext) -> Element:
    factor = chosen.power(ciphertext.alpha, SECRET)
    return chosen.multiply(ciphertext.beta, chosen.invert(factor))
