"""What makes an OCSP answer one that can be believed (RFC 6960), check by check."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from tsukuba_trust.jpki.ocsp import Question, Rules, read_answer
from tsukuba_trust.jpki.statuses import NoAnswer, check_signed
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.certificates import directory_name
from tsukuba_trust.testing.keys import card_key
from tsukuba_trust.testing.people import people

AT = datetime.now(UTC).replace(microsecond=0)
MINUTE = timedelta(minutes=1)
NONCE = bytes(range(32))
GOOD, REVOKED, UNKNOWN = (
    ocsp.OCSPCertStatus.GOOD,
    ocsp.OCSPCertStatus.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN,
)
BY_NAME, BY_KEY = ocsp.OCSPResponderEncoding.NAME, ocsp.OCSPResponderEncoding.HASH


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The library writes the real time into answers; a run takes longer than an answer may."""
    monkeypatch.setitem(globals(), "AT", datetime.now(UTC).replace(microsecond=0))


@pytest.fixture(scope="module")
def authority():
    return TestAuthority(AT)


@pytest.fixture(scope="module")
def certificate(authority):
    return x509.load_der_x509_certificate(authority.issue(people(1, 1)[0]))


@pytest.fixture
def question(authority, certificate):
    return Question(certificate, authority.issuer("sign").certificate, NONCE)


@pytest.fixture(scope="module")
def responder(authority):
    return authority.ocsp_responder("sign")


class Responder:
    """A certificate and a key."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key


def answer(
    question,
    signer,
    *,
    state=GOOD,
    made=-MINUTE,
    until=MINUTE,
    nonce=NONCE,
    encoding=BY_KEY,
    hashed=SHA256,
    attach=True,
    certificate=None,
):
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=certificate or question.certificate,
        issuer=question.issuer,
        algorithm=SHA256(),
        cert_status=state,
        this_update=AT + made,
        next_update=None if until is None else AT + until,
        revocation_time=AT - MINUTE if state is REVOKED else None,
        revocation_reason=None,
    )
    builder = builder.responder_id(encoding, signer.certificate)
    if attach:
        builder = builder.certificates([signer.certificate])
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.sign(signer.key, hashed()).public_bytes(Encoding.DER)


def named(
    authority, *, usage=ExtendedKeyUsageOID.OCSP_SIGNING, unchecked=True, issuer=None, days=9
):
    """Name a responder with some defect."""
    issuer, key = issuer or authority.issuer("sign"), card_key(3)
    builder = (
        x509.CertificateBuilder()
        .subject_name(directory_name(("C", "JP"), ("CN", "responder")))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(77)
        .not_valid_before(AT - timedelta(days=10))
        .not_valid_after(AT + timedelta(days=days))
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    )
    if unchecked:
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return Responder(builder.sign(issuer.key, SHA256()), key)


def named_like(responder):
    """Return a responder of the same name with another key."""
    key = card_key(5)
    builder = (
        x509.CertificateBuilder()
        .subject_name(responder.certificate.subject)
        .issuer_name(responder.certificate.subject)
        .public_key(key.public_key())
        .serial_number(78)
        .not_valid_before(AT - MINUTE)
        .not_valid_after(AT + MINUTE)
    )
    return Responder(builder.sign(key, SHA256()), key)


def refusal(data, question, rules=None, at=None):
    with pytest.raises(NoAnswer) as caught:
        read_answer(data, question, at or AT, rules or Rules())
    return caught.value.state, caught.value.reason


@pytest.mark.parametrize("encoding", [BY_NAME, BY_KEY])
@pytest.mark.parametrize(
    ("state", "word"), [(GOOD, "good"), (REVOKED, "revoked"), (UNKNOWN, "unknown")]
)
def test_a_named_responder_is_believed(question, responder, encoding, state, word):
    data = answer(question, responder, state=state, encoding=encoding)
    assert read_answer(data, question, AT, Rules()) == word


@pytest.mark.parametrize("encoding", [BY_NAME, BY_KEY])
def test_the_authority_itself_is_believed(authority, question, encoding):
    data = answer(question, authority.issuer("sign"), encoding=encoding, attach=False)
    assert read_answer(data, question, AT, Rules()) == "good"


def test_longer_hashes_are_believed(question, responder):
    data = answer(question, responder, hashed=SHA384)
    assert read_answer(data, question, AT, Rules()) == "good"


def test_sha_1_is_not(question, responder):
    with pytest.raises(NoAnswer) as caught:
        check_signed(
            responder.certificate, SignatureAlgorithmOID.RSA_WITH_SHA1, b"", b"", reason="x"
        )
    assert caught.value.reason == "x_algorithm"


@pytest.mark.parametrize(
    ("defect", "reason"),
    [
        ({"usage": ExtendedKeyUsageOID.CLIENT_AUTH}, "ocsp_responder_not_allowed"),
        ({"usage": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}, "ocsp_responder_not_allowed"),
        ({"unchecked": False}, "ocsp_responder_uncheckable"),
        ({"days": -1}, "ocsp_responder_not_valid"),
    ],
)
def test_a_responder_that_may_not_answer_is_not_believed(authority, question, defect, reason):
    data = answer(question, named(authority, **defect))
    assert refusal(data, question) == ("unreachable", reason)


def test_a_responder_that_another_authority_named_is_not_believed(authority, question):
    for issuer in (authority.issuer("auth"), authority.issuers.stranger):
        data = answer(question, named(authority, issuer=issuer))
        assert refusal(data, question) == ("unreachable", "ocsp_responder_of_another")


def test_a_card_cannot_answer_for_itself(authority, question):
    card = authority.card(people(1, 1)[0])
    own = Responder(x509.load_der_x509_certificate(card.certificate), card.key)
    data = answer(question, own)
    assert refusal(data, question)[0] == "unreachable"


def test_a_responder_that_is_not_in_the_answer_is_unknown(question, responder):
    data = answer(question, responder, attach=False)
    assert refusal(data, question) == ("unreachable", "ocsp_responder_unknown")


def test_a_signature_by_another_key_is_not_believed(question, responder):
    data = bytearray(answer(question, responder))
    data[data.index(question.certificate.serial_number.to_bytes(4, "big")) + 8] ^= 1
    assert refusal(bytes(data), question)[0] == "unreachable"
    data = answer(question, responder, encoding=BY_NAME, attach=False)
    forged = named_like(responder)
    rules = Rules(responder=forged.certificate)
    assert refusal(data, question, rules) == ("unreachable", "ocsp_signature")


def test_where_one_responder_is_pinned_only_it_is_believed(authority, question, responder):
    pinned = named(authority, unchecked=False)
    rules = Rules(responder=pinned.certificate)
    assert read_answer(answer(question, pinned), question, AT, rules) == "good"
    assert refusal(answer(question, responder), question, rules)[1] == "ocsp_responder_unknown"


@pytest.mark.parametrize(
    ("nonce", "reason"), [(None, "ocsp_nonce_missing"), (b"x" * 32, "ocsp_nonce_other")]
)
def test_an_answer_to_another_question_is_stale(question, responder, nonce, reason):
    data = answer(question, responder, nonce=nonce)
    assert refusal(data, question) == ("stale", reason)


def test_answers_made_beforehand_are_taken_where_the_office_allows_it(question, responder):
    rules = Rules(needs_nonce=False)
    data = answer(question, responder, nonce=None)
    assert read_answer(data, question, AT, rules) == "good"
    other = answer(question, responder, nonce=b"x" * 32)
    assert refusal(other, question, rules) == ("stale", "ocsp_nonce_other")


@pytest.mark.parametrize(
    ("made", "until", "expected"),
    [
        (-MINUTE, -timedelta(seconds=1), ("stale", "ocsp_outdated")),
        (-timedelta(days=2), MINUTE, ("stale", "ocsp_outdated")),
        (-11 * MINUTE, None, ("stale", "ocsp_outdated")),
        (6 * MINUTE, 9 * MINUTE, ("unreachable", "ocsp_from_future")),
    ],
)
def test_freshness_has_two_ends(question, responder, made, until, expected):
    assert refusal(answer(question, responder, made=made, until=until), question) == expected


def test_an_old_revocation_is_stale_too(question, responder):
    data = answer(question, responder, state=REVOKED, made=-timedelta(days=2))
    assert refusal(data, question)[0] == "stale"


def test_an_answer_about_another_certificate_is_not_believed(authority, question, responder):
    other = x509.load_der_x509_certificate(authority.issue(people(2, 2)[1]))
    data = answer(question, responder, certificate=other)
    assert refusal(data, question) == ("unreachable", "ocsp_other_certificate")


def test_too_much_is_not_read(question):
    assert refusal(b"0" * 70_000, question) == ("unreachable", "ocsp_too_large")
