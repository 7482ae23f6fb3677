"""OCSP with OpenSSL's own responder: every row of the decision table (attack J04, J05)."""

import base64
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from responders import fixed, free_port, http_service, openssl_responder, serial_of
from tsukuba_trust.errors import Misconfigured, Refused, Rejected, Unavailable
from tsukuba_trust.interfaces import AttemptView
from tsukuba_trust.plugins.identity.my_number_card import MyNumberCard
from tsukuba_trust.plugins.revocation import ocsp
from tsukuba_trust.plugins.revocation.fetching import Service
from tsukuba_trust.registry import revocation_source
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.people import people

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
ATTEMPT = AttemptView(
    id="0123456789abcdef" * 2,
    binding=bytes(range(32)),
    title="適合試験",
    origin="board.example.jp/e/mock-2025",
    voting_host="vote.example.jp:6543",
    locale="ja",
)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The responder writes the real time into answers; a run takes longer than one may."""
    monkeypatch.setitem(globals(), "NOW", datetime.now(UTC))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """One authority with a good, a revoked and an unknown card, and its responder."""
    authority = TestAuthority(NOW)
    good, revoked, unknown = (authority.card(one) for one in people(3, 3))
    folder = tmp_path_factory.mktemp("ocsp")
    with openssl_responder(
        folder,
        authority,
        [serial_of(good.certificate)],
        {serial_of(revoked.certificate): NOW - HOUR},
    ) as address:
        yield SimpleNamespace(
            authority=authority, good=good, revoked=revoked, unknown=unknown, address=address
        )


def source(address, **settings):
    return ocsp.make({f"revocation.{key}": value for key, value in settings.items()}
                     | {"revocation.ocsp_url": address})  # fmt: skip


def issuer_of(world):
    return world.authority.issuer("sign").certificate.public_bytes(Encoding.DER)


def ask(world, card, address="", **settings):
    asked = source(address or world.address, **settings)
    return asked.ask(card.certificate, issuer_of(world), datetime.now(UTC))


def identify(world, card, address="", policy="required", at=None):
    provider = MyNumberCard(world.authority.anchors, revocation=source(address or world.address))
    attempt = replace(ATTEMPT, parameters={"revocation": policy})
    challenge = provider.begin(attempt).challenge
    response = card.response(challenge["text"])
    return provider, provider.complete(attempt, {}, response, at or datetime.now(UTC))


@pytest.mark.parametrize("name", ["good", "revoked", "unknown"])
def test_openssls_responder_says_what_stands_in_its_list(world, name):
    status = ask(world, getattr(world, name))
    assert (status.state, status.reason) == (name, "")


@pytest.mark.parametrize("hashed", ["sha1", "sha256"])
def test_the_issuer_is_named_by_the_hash_that_the_office_chose(world, hashed):
    assert ask(world, world.good, ocsp_hash=hashed).state == "good"


def test_a_good_certificate_identifies_and_is_called_checked(world):
    provider, identity = identify(world, world.good)
    assert provider.not_checked == identity.not_checked == ("genuine_authority",)


def test_auditors_check_the_kept_answer_again_without_any_network(world):
    _, identity = identify(world, world.good)
    offline = MyNumberCard(world.authority.anchors, revocation=source("http://127.0.0.1:9/"))
    assert offline.recheck(identity.evidence, ATTEMPT.binding, NOW + HOUR / 60) == identity


def test_auditors_who_name_another_source_are_told_so(world):
    _, identity = identify(world, world.good)
    with pytest.raises(Rejected) as caught:
        MyNumberCard(world.authority.anchors).recheck(identity.evidence, ATTEMPT.binding, NOW)
    assert caught.value.code == "revocation_source"


def test_j04_a_revoked_certificate_is_refused(world):
    with pytest.raises(Refused) as caught:
        identify(world, world.revoked)
    assert caught.value.code == "cert_revoked"


@pytest.mark.parametrize(
    ("policy", "code"),
    [("optional", "cert_refused"), ("required", "cert_refused"), ("counter", "counter_needed")],
)
def test_a_certificate_that_nobody_knows_is_refused_or_sent_to_the_counter(world, policy, code):
    with pytest.raises(Refused) as caught:
        identify(world, world.unknown, policy=policy)
    assert caught.value.code == code


@pytest.mark.parametrize("policy", ["optional", "required", "counter"])
def test_j05_a_responder_that_is_down_is_never_good(world, policy):
    with pytest.raises(Unavailable) as caught:
        identify(world, world.good, f"http://127.0.0.1:{free_port()}/", policy)
    assert (caught.value.code, caught.value.retry_after_s) == ("cert_check_unavailable", 60)


@pytest.mark.parametrize("policy", ["optional", "required", "counter"])
def test_an_answer_that_is_too_old_is_never_good(world, policy):
    with pytest.raises(Unavailable) as caught:
        identify(world, world.good, policy=policy, at=datetime.now(UTC) + HOUR)
    assert caught.value.code == "cert_check_unavailable"


def test_an_answer_from_the_future_is_never_good(world):
    provider = source(world.address)
    status = provider.ask(world.good.certificate, issuer_of(world), NOW - HOUR)
    assert (status.state, status.reason) == ("unreachable", "ocsp_from_future")


def test_a_responder_without_the_usage_is_not_believed(world, tmp_path):
    serials = [serial_of(world.good.certificate)]
    with openssl_responder(tmp_path, world.authority, serials, may_answer=False) as address:
        status = ask(world, world.good, address)
    assert (status.state, status.reason) == ("unreachable", "ocsp_responder_not_allowed")


def test_a_responder_of_another_authority_is_not_believed(world, tmp_path):
    serials = [serial_of(world.good.certificate)]
    other = TestAuthority(NOW, issuers=(world.authority.issuers.auth, world.authority.issuers.auth))
    (tmp_path / "x").mkdir()
    with openssl_responder(tmp_path / "x", other, serials) as address:
        assert ask(world, world.good, address).state != "good"


def test_an_answer_without_our_nonce_is_stale(world, tmp_path):
    recorded = []

    def replay(_handler, body):
        if not recorded:
            recorded.append(_post(world.address, body))
        return 200, {}, recorded[0]

    with http_service(replay) as address:
        assert ask(world, world.good, address).state == "good"
        again = ask(world, world.good, address)
    assert (again.state, again.reason) == ("stale", "ocsp_nonce_other")


def test_an_answer_about_another_certificate_is_not_believed(world):
    recorded = []
    with http_service(lambda _h, body: (200, {}, recorded.append(body) or b"")) as address:
        ask(world, world.revoked, address)
    answer = _post(world.address, recorded[0])
    with http_service(fixed(answer)) as address:
        status = ask(world, world.good, address)
    assert (status.state, status.reason) == ("unreachable", "ocsp_other_certificate")


@pytest.mark.parametrize("bit", [1, 16, 128])
def test_no_changed_byte_of_an_answer_is_good(world, bit):
    nonce = b"\x07" * 32
    asked = ocsp.Ocsp(source(world.address)._service, ocsp.Rules(), randomness=lambda n: nonce[:n])
    at = datetime.now(UTC)
    said = asked.ask(world.good.certificate, issuer_of(world), at).said
    data = base64.b64decode(said["answer"])
    signed_to = len(data) - len(data) // 2  # the certificates at the end are not signed here
    for place in range(0, signed_to, 11):
        changed = bytearray(data)
        changed[place] ^= bit
        kept = {**said, "answer": base64.b64encode(bytes(changed)).decode()}
        with pytest.raises(Rejected):
            asked.recheck(world.good.certificate, issuer_of(world), kept, at)


@pytest.mark.parametrize(
    ("status", "data", "reason"),
    [
        (500, b"", "http_500"),
        (302, b"", "http_302"),
        (200, b"", "ocsp_malformed"),
        (200, b"<html>", "ocsp_malformed"),
        (200, b"\x30\x03\x0a\x01\x03", "ocsp_try_later"),
        (200, b"\x30\x03\x0a\x01\x06", "ocsp_unauthorized"),
        (200, b"x" * 70_000, "answer_too_large"),
    ],
)
def test_what_is_no_answer_is_unreachable(world, status, data, reason):
    with http_service(fixed(data, status, Location=world.address)) as address:
        found = ask(world, world.good, address)
    assert (found.state, found.reason) == ("unreachable", reason)


def test_a_settings_mistake_stops_the_start():
    for settings in (
        {},
        {"revocation.ocsp_url": "ftp://x/"},
        {"revocation.ocsp_url": "http://ocsp.example.jp/"},
        {"revocation.ocsp_url": "https://u:p@ocsp.example.jp/"},
        {"revocation.ocsp_url": "https://x/", "revocation.ocsp_nounce": "required"},
        {"revocation.ocsp_url": "https://x/", "revocation.max_age_minutes": "0"},
        {"revocation.ocsp_url": "https://x/", "revocation.ocsp_responder": "/none.pem"},
    ):
        with pytest.raises(Misconfigured):
            revocation_source("ocsp", settings)


def test_plain_http_needs_the_offices_word():
    settings = {"revocation.ocsp_url": "http://ocsp.example.jp/", "revocation.allow_http": "true"}
    assert revocation_source("ocsp", settings).checks


def test_j05_a_responder_that_hangs_costs_few_seconds_and_then_none(world):
    def hang(handler, _body):
        time.sleep(1.5)
        return 200, {}, b""

    with http_service(hang) as address:
        asked = source(address)
        asked._service._limit_s = 0.4
        began = time.monotonic()
        first = asked.ask(world.good.certificate, issuer_of(world), NOW)
        took = time.monotonic() - began
        second = asked.ask(world.good.certificate, issuer_of(world), NOW)
    assert (first.state, first.reason) == ("unreachable", "no_connection")
    assert took < 1.2
    assert (second.state, second.reason) == ("unreachable", "resting")


def test_j05_a_responder_that_drips_is_cut_off_at_the_limit_of_the_whole_call(world):
    def drip(handler, _body):
        for _ in range(40):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n"[:1])
            handler.wfile.flush()
            time.sleep(0.1)
        return 200, {}, b""

    with http_service(drip) as address:
        asked = source(address)
        asked._service._limit_s = 0.5
        began = time.monotonic()
        status = asked.ask(world.good.certificate, issuer_of(world), NOW)
        took = time.monotonic() - began
    assert (status.state, status.reason) == ("unreachable", "no_connection")
    assert took < 2


def _post(address, body):
    tls = ssl.create_default_context()
    return Service(address, plain=False, tls=tls, largest=100_000).post(body, {})
