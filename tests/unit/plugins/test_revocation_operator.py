"""The operator's contract: what is an answer, and that nothing else is (attacks J04, J05)."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from responders import fixed, free_port, http_service
from tsukuba_trust.errors import Misconfigured, Refused, Rejected, Unavailable
from tsukuba_trust.interfaces import AttemptView
from tsukuba_trust.plugins.identity.my_number_card import MyNumberCard
from tsukuba_trust.plugins.revocation import operator
from tsukuba_trust.registry import revocation_source
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.people import people

AT = datetime(2025, 3, 1, 3, 0, tzinfo=UTC)
TOKEN = "secret-of-the-office"


@pytest.fixture(scope="module")
def authority():
    return TestAuthority(AT)


@pytest.fixture(scope="module")
def card(authority):
    return authority.card(people(5, 1)[0])


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    path.chmod(0o600)
    return {"revocation.operator_token": str(path)}


def told(body, **change):
    """Answer as an operator does, with changes."""
    asked = json.loads(body)
    digest = hashlib.sha256(base64.b64decode(asked["certificate"])).hexdigest()
    answer = {
        "v": 1,
        "id": asked["id"],
        "sha256": digest,
        "state": "good",
        "checked": "2025-03-01T02:30:00Z",
        "person": "P-1",
    }
    answer.update(change)
    return json.dumps({key: value for key, value in answer.items() if value is not ...}).encode()


def ask(settings, card, **change):
    with http_service(lambda _h, body: (200, {}, told(body, **change))) as address:
        asked = revocation_source("operator", {**settings, "revocation.operator_url": address})
        return asked.ask(card.certificate, b"", AT)


def identify(settings, authority, card, **change):
    parameters = {"revocation": "required", "person": "operator"}
    attempt = AttemptView(
        id="0123456789abcdef" * 2, binding=bytes(32), title="適合試験", origin="b/e",
        voting_host="v", locale="ja", parameters=parameters,
    )  # fmt: skip
    with http_service(lambda _h, body: (200, {}, told(body, **change))) as address:
        asked = revocation_source("operator", {**settings, "revocation.operator_url": address})
        provider = MyNumberCard(authority.anchors, revocation=asked)
        provider.check(parameters)
        response = card.response(provider.begin(attempt).challenge["text"])
        return provider, provider.complete(attempt, {}, response, AT)


@pytest.mark.parametrize("state", ["good", "revoked", "unknown"])
def test_the_operator_says_how_a_certificate_stands(settings, card, state):
    status = ask(settings, card, state=state)
    assert (status.state, status.reason, status.person) == (state, "", "P-1")


def test_the_call_is_authorised_and_says_nothing_but_the_certificate(settings, card):
    seen = []

    def answer(handler, body):
        seen.append((handler.command, dict(handler.headers), json.loads(body)))
        return 200, {}, told(body)

    with http_service(answer) as address:
        asked = revocation_source("operator", {**settings, "revocation.operator_url": address})
        asked.ask(card.certificate, b"", AT)
    method, headers, body = seen[0]
    assert (method, headers["Authorization"]) == ("POST", f"Bearer {TOKEN}")
    assert set(body) == {"v", "id", "certificate"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": "0" * 32}, ("stale", "operator_other_call")),
        ({"checked": "2025-02-27T02:30:00Z"}, ("stale", "operator_outdated")),
        ({"checked": "2025-03-01T04:00:00Z"}, ("unreachable", "operator_from_future")),
        ({"checked": "yesterday"}, ("unreachable", "operator_malformed")),
        ({"sha256": "0" * 64}, ("unreachable", "operator_other_certificate")),
        ({"state": "fine"}, ("unreachable", "operator_malformed")),
        ({"state": ...}, ("unreachable", "operator_malformed")),
        ({"person": "x" * 129}, ("unreachable", "operator_malformed")),
        ({"person": "山田"}, ("unreachable", "operator_malformed")),
        ({"more": "x"}, ("unreachable", "operator_malformed")),
        ({"v": True}, ("unreachable", "operator_malformed")),
        ({"v": 2}, ("unreachable", "operator_malformed")),
    ],
    ids=str,
)
def test_anything_else_is_never_good(settings, card, change, expected):
    status = ask(settings, card, **change)
    assert (status.state, status.reason) == expected


@pytest.mark.parametrize(
    ("status", "data", "reason"),
    [
        (401, b"", "http_401"),
        (200, b"[]", "operator_malformed"),
        (200, b"\xff", "operator_malformed"),
        (200, b"[" * 60_000, "operator_malformed"),
        (200, b" " * 70_000, "answer_too_large"),
        (307, b"", "http_307"),
    ],
)
def test_no_answer_is_unreachable(settings, card, status, data, reason):
    with http_service(fixed(data, status, Location="http://127.0.0.1:9/")) as address:
        asked = revocation_source("operator", {**settings, "revocation.operator_url": address})
        found = asked.ask(card.certificate, b"", AT)
    assert (found.state, found.reason) == ("unreachable", reason)


def test_j05_an_operator_that_is_down_is_unreachable(settings, card):
    address = f"http://127.0.0.1:{free_port()}/"
    asked = revocation_source("operator", {**settings, "revocation.operator_url": address})
    assert asked.ask(card.certificate, b"", AT).state == "unreachable"


def test_the_operators_id_names_the_person_whatever_her_certificate_says(settings, authority):
    before, after = people(5, 2)
    found = [identify(settings, authority, authority.card(one))[1] for one in (before, after)]
    assert found[0].subject == found[1].subject
    assert [one.person for one in found] == ["P-1", "P-1"]


def test_an_answer_without_the_id_is_refused_where_the_election_links_by_it(
    settings, authority, card
):
    with pytest.raises(Unavailable) as caught:
        identify(settings, authority, card, person="")
    assert caught.value.code == "cert_check_unavailable"


def test_auditors_read_again_what_the_operator_said(settings, authority, card):
    provider, identity = identify(settings, authority, card)
    assert provider.recheck(identity.evidence, bytes(32), AT) == identity
    with pytest.raises(Rejected):
        operator.Operator(None, "", timedelta(days=1)).recheck(card.certificate, b"", {}, AT)


def test_a_revoked_certificate_leaves_no_evidence(settings, authority, card):
    with pytest.raises(Refused) as caught:
        identify(settings, authority, card, state="revoked")
    assert caught.value.code == "cert_revoked"


def test_a_token_that_others_can_read_stops_the_start(settings, tmp_path):
    (tmp_path / "token").chmod(0o644)
    with pytest.raises(Misconfigured) as caught:
        revocation_source("operator", {**settings, "revocation.operator_url": "https://x/"})
    assert TOKEN not in str(caught.value)


def test_the_operator_is_never_called_in_the_clear(settings):
    given = {
        "revocation.operator_url": "http://operator.example.jp/",
        "revocation.allow_http": "true",
    }
    with pytest.raises(Misconfigured):
        revocation_source("operator", {**settings, **given})
