"""The kit for identity providers: four shapes, bound evidence, nothing leaks."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tsukuba_trust.board.canonical import encode_value
from tsukuba_trust.errors import Misconfigured, Refused, Rejected, TrustError
from tsukuba_trust.interfaces import AttemptView, Begun, Identity, IIdentityProvider
from tsukuba_trust.testing.changes import JUNK, changes, nested
from tsukuba_trust.testing.conformance import Conformance, is_plain
from tsukuba_trust.values import Json, Parameters

SHAPES = frozenset({"app", "redirect", "form", "webauthn"})
LARGEST_EVIDENCE = 64 * 1024
Respond = Callable[[AttemptView, Begun], Json]


class IdentityProviderConformance(Conformance):
    """Give ``plugin`` and ``respond``; override ``parameters``, ``enrolments``, ``at`` if need be.

    ``respond(attempt, begun)`` returns what the right person's device would answer.
    """

    interface = IIdentityProvider

    @pytest.fixture
    def respond(self) -> Respond:
        pytest.fail("the kit needs a fixture `respond`")

    @pytest.fixture
    def parameters(self) -> Parameters:
        return {}

    @pytest.fixture
    def enrolments(self) -> tuple[Json, ...]:
        return ()

    @pytest.fixture
    def at(self) -> datetime:
        return datetime(2025, 3, 1, 3, 0, tzinfo=UTC)

    @pytest.fixture
    def attempt(self, parameters: Parameters, enrolments: tuple[Json, ...]) -> AttemptView:
        return AttemptView(
            id="0123456789abcdef" * 2,
            binding=bytes(range(32)),
            title="適合試験",
            origin="board.example.jp/e/mock-2025",
            voting_host="vote.example.jp:6543",
            locale="ja",
            enrolments=enrolments,
            parameters=parameters,
        )

    @pytest.fixture
    def begun(self, plugin: Any, attempt: AttemptView) -> Begun:
        begun: Begun = plugin.begin(attempt)
        return Begun(begun.challenge, json.loads(json.dumps(begun.state)))

    @pytest.fixture
    def response(self, attempt: AttemptView, begun: Begun, respond: Respond) -> Json:
        return respond(attempt, begun)

    @pytest.fixture
    def identity(
        self, plugin: Any, attempt: AttemptView, begun: Begun, response: Json, at: datetime
    ) -> Identity:
        identity: Identity = plugin.complete(attempt, begun.state, response, at)
        return identity

    def test_it_accepts_its_parameters_and_no_others(
        self, plugin: Any, parameters: Parameters
    ) -> None:
        plugin.check(parameters)
        with pytest.raises(Misconfigured):
            plugin.check({**parameters, "no_such_parameter": 1})

    def test_its_challenge_has_one_of_four_shapes(self, begun: Begun) -> None:
        assert begun.challenge["shape"] in SHAPES
        assert is_plain(begun.challenge)
        assert encode_value(begun.state)

    def test_the_right_answer_names_a_person(self, plugin: Any, identity: Identity) -> None:
        assert identity.subject
        assert identity.bound is plugin.bound
        assert set(identity.not_checked) <= set(plugin.not_checked)
        assert isinstance(identity.evidence, bytes)
        assert 0 < len(identity.evidence) <= LARGEST_EVIDENCE
        words = {**identity.attributes, "subject": identity.subject}
        assert all(isinstance(word, str) for pair in words.items() for word in pair)
        assert is_plain(identity.enrolment)

    def test_an_auditor_finds_the_same_person_again(
        self, plugin: Any, attempt: AttemptView, identity: Identity, at: datetime
    ) -> None:
        first = plugin.recheck(identity.evidence, attempt.binding, at)
        assert first == plugin.recheck(identity.evidence, attempt.binding, at)
        for name in ("subject", "attributes", "bound", "not_checked", "evidence"):
            assert getattr(first, name) == getattr(identity, name), name

    def test_bound_evidence_holds_for_its_own_binding_only(
        self, plugin: Any, attempt: AttemptView, identity: Identity, at: datetime
    ) -> None:
        if plugin.bound:
            with pytest.raises(Rejected):
                plugin.recheck(identity.evidence, bytes(32), at)

    def test_a_bound_answer_holds_for_its_own_attempt_only(
        self, plugin: Any, attempt: AttemptView, begun: Begun, response: Json, at: datetime
    ) -> None:
        if plugin.bound:
            for other in (
                replace(attempt, id="f" * 32),
                replace(attempt, binding=bytes(32)),
                replace(attempt, origin="board.example.jp/e/other-2025"),
            ):
                with pytest.raises(Refused):
                    plugin.complete(other, begun.state, response, at)

    def test_a_changed_answer_is_refused_or_names_the_same_person(
        self,
        plugin: Any,
        attempt: AttemptView,
        begun: Begun,
        response: Json,
        identity: Identity,
        at: datetime,
    ) -> None:
        for what, changed in changes(response):
            try:
                again = plugin.complete(attempt, begun.state, changed, at)
            except Refused:
                continue
            assert not plugin.bound, what
            assert again.subject == identity.subject, what

    def test_changed_evidence_is_rejected_or_names_the_same_person(
        self, plugin: Any, attempt: AttemptView, identity: Identity, at: datetime
    ) -> None:
        for place in range(0, len(identity.evidence), 7):
            changed = bytearray(identity.evidence)
            changed[place] ^= 1
            try:
                again = plugin.recheck(bytes(changed), attempt.binding, at)
            except Rejected:
                continue
            assert not plugin.bound, place
            assert again.subject == identity.subject, place

    def test_it_refuses_junk_and_nothing_worse_happens(
        self, plugin: Any, attempt: AttemptView, begun: Begun, at: datetime
    ) -> None:
        for junk in (*JUNK, nested()):
            with pytest.raises(Refused):
                plugin.complete(attempt, begun.state, junk, at)
        for data in (b"", b"{}", b"null", b"\xff" * 100, b"[" * 1000):
            with pytest.raises(Rejected):
                plugin.recheck(data, attempt.binding, at)

    def test_a_refusal_repeats_nothing_of_the_answer(
        self, plugin: Any, attempt: AttemptView, begun: Begun, response: Json, at: datetime
    ) -> None:
        said = [word for word in _strings(response) if len(word) >= 6]
        for _, changed in changes(response):
            try:
                plugin.complete(attempt, begun.state, changed, at)
            except TrustError as error:
                told = f"{error} {error.__cause__ or ''}"
                assert not [word for word in said if word in told]


def _strings(value: Json) -> list[str]:
    if isinstance(value, dict):
        return [word for inner in value.values() for word in _strings(inner)]
    if isinstance(value, list):
        return [word for inner in value for word in _strings(inner)]
    return [value] if isinstance(value, str) else []
