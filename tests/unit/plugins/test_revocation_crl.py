"""Lists of revoked certificates, OpenSSL's and the test authority's (attack J04, J05)."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from responders import fixed, free_port, http_service, write_index
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.interfaces import AttemptView
from tsukuba_trust.jpki.statuses import NoAnswer
from tsukuba_trust.plugins.identity.my_number_card import MyNumberCard
from tsukuba_trust.plugins.revocation import crl
from tsukuba_trust.registry import revocation_source
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.people import people

AT = datetime(2025, 3, 1, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CONFIGURATION = """
[ca]
default_ca = one
[one]
database = {folder}/index.txt
default_md = sha256
default_crl_days = 1
crl_extensions = extensions
[extensions]
authorityKeyIdentifier = keyid
"""


@pytest.fixture(scope="module")
def authority():
    return TestAuthority(AT)


@pytest.fixture(scope="module")
def cards(authority):
    return [authority.card(one) for one in people(5, 3)]


def ask(authority, card, *lists, at=AT, purpose="sign", **settings):
    asked = crl.Crl(
        [crl.Shelf(lambda data=data: data, HOUR) for data in lists],
        settings.get("max_age", 2 * DAY),
    )
    issuer = authority.issuer(purpose).certificate.public_bytes(Encoding.DER)
    return asked.ask(card.certificate, issuer, at)


def signed(
    authority, *, revoked=(), made=AT - HOUR, until=AT + HOUR, extensions=(), purpose="sign"
):
    """Make a list with any extensions."""
    issuer = authority.issuer(purpose)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(made)
        .next_update(until)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    for serial in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(made)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, SHA256()).public_bytes(Encoding.DER)


def point(**given):
    """Return an issuing distribution point that says nothing but what is given."""
    fields = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**{**fields, **given})


def test_openssls_list_says_who_is_revoked(authority, cards, tmp_path):
    issuer = authority.issuer("sign")
    real = datetime.now(UTC)
    write_index(tmp_path / "index.txt", [cards[0].serial], {cards[1].serial: real - HOUR})
    (tmp_path / "conf").write_text(CONFIGURATION.format(folder=tmp_path))
    (tmp_path / "ca.pem").write_bytes(issuer.certificate.public_bytes(Encoding.PEM))
    key = issuer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "ca.key").write_bytes(key)
    subprocess.run(
        ["openssl", "ca", "-gencrl", "-config", tmp_path / "conf", "-cert", tmp_path / "ca.pem",
         "-keyfile", tmp_path / "ca.key", "-out", tmp_path / "list.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    data = (tmp_path / "list.pem").read_bytes()
    states = [ask(authority, card, data, at=datetime.now(UTC)).state for card in cards[:2]]
    assert states == ["good", "revoked"]


def test_the_test_authoritys_list_says_the_same(authority, cards):
    data = authority.crl("sign", {cards[1].serial: AT - HOUR})
    assert [ask(authority, card, data).state for card in cards[:2]] == ["good", "revoked"]


def test_openssl_reads_our_list_as_we_do(authority, cards, tmp_path):
    (tmp_path / "list.der").write_bytes(authority.crl("sign", {cards[1].serial: AT - HOUR}))
    done = subprocess.run(
        ["openssl", "crl", "-inform", "DER", "-in", tmp_path / "list.der", "-text", "-noout"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert f"{cards[1].serial:X}" in done.stdout.replace(":", "")


@pytest.mark.parametrize(
    ("made", "until", "expected"),
    [
        (AT - 2 * HOUR, AT - HOUR, ("stale", "crl_outdated")),
        (AT - 3 * DAY, AT + HOUR, ("stale", "crl_outdated")),
        (AT + HOUR, AT + DAY, ("unreachable", "crl_from_future")),
    ],
)
def test_a_list_out_of_its_time_is_never_good(authority, cards, made, until, expected):
    status = ask(authority, cards[0], signed(authority, made=made, until=until))
    assert (status.state, status.reason) == expected


def test_a_list_that_somebody_else_signed_is_never_good(authority, cards):
    other = TestAuthority(AT)
    status = ask(authority, cards[0], signed(other))
    assert (status.state, status.reason) == ("unreachable", "crl_signature")


def test_a_list_of_the_other_purpose_does_not_speak_of_this_card(authority, cards):
    assert ask(authority, cards[0], signed(authority, purpose="auth")).state == "unknown"


def test_no_list_at_all_knows_nobody(authority, cards):
    assert ask(authority, cards[0]).state == "unknown"


def test_a_municipalitys_list_covers_its_own_cards_only(authority, cards):
    certificate = x509.load_der_x509_certificate(cards[0].certificate)
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    ours = [(point(full_name=list(points[0].full_name)), True)]
    elsewhere = x509.DirectoryName(x509.Name.from_rfc4514_string("CN=Tsuchiura-shi CRLDP,C=JP"))
    theirs = [(point(full_name=[elsewhere]), True)]
    serials = [cards[0].serial]
    assert ask(authority, cards[0], signed(authority, extensions=ours)).state == "good"
    assert ask(authority, cards[0], signed(authority, extensions=theirs)).state == "unknown"
    both = [
        signed(authority, extensions=theirs),
        signed(authority, revoked=serials, extensions=ours),
    ]
    assert ask(authority, cards[0], *both).state == "revoked"


@pytest.mark.parametrize(
    "part",
    [
        {"only_contains_ca_certs": True},
        {"only_contains_attribute_certs": True},
        {"indirect_crl": True},
        {"only_some_reasons": frozenset({x509.ReasonFlags.key_compromise})},
    ],
    ids=str,
)
def test_a_list_of_a_part_does_not_say_that_a_card_is_good(authority, cards, part):
    data = signed(authority, extensions=[(point(**part), True)])
    assert ask(authority, cards[0], data).state == "unknown"


def test_a_list_of_changes_alone_is_not_used(authority, cards):
    data = signed(authority, extensions=[(x509.DeltaCRLIndicator(1), True)])
    status = ask(authority, cards[0], data)
    assert (status.state, status.reason) == ("unreachable", "crl_unknown_critical_extension")


def test_a_fresh_list_goes_before_a_stale_one_and_revoked_before_good(authority, cards):
    stale = signed(authority, made=AT - 2 * HOUR, until=AT - HOUR)
    fresh = signed(authority, revoked=[cards[1].serial])
    assert ask(authority, cards[0], stale, fresh).state == "good"
    assert ask(authority, cards[1], signed(authority), fresh).state == "revoked"


def test_junk_is_no_list():
    for data in (b"", b"junk", b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"):
        with pytest.raises(NoAnswer) as caught:
            crl.read_list(data)
        assert caught.value.reason == "crl_malformed"


def test_a_list_is_fetched_when_it_is_due_and_kept_while_it_is_fresh(authority, cards):
    """J05: a list in hand answers while the address does not; outdated, it answers no more."""
    up, calls = [True], []

    def answer(handler, body):
        calls.append(1)
        return (200, {}, signed(authority, until=AT + 3 * HOUR)) if up else (503, {}, b"")

    issuer = authority.issuer("sign").certificate.public_bytes(Encoding.DER)
    with http_service(answer) as address:
        asked = revocation_source("crl", {"revocation.crl": address})
        states = [asked.ask(cards[0].certificate, issuer, AT).state for _ in range(3)]
        assert (states, len(calls)) == (["good"] * 3, 1)
        up.clear()
        assert asked.ask(cards[0].certificate, issuer, AT + 2 * HOUR).state == "good"
        assert len(calls) == 2
        assert asked.ask(cards[0].certificate, issuer, AT + 4 * HOUR).state == "stale"


def test_j05_a_list_that_cannot_be_had_is_unreachable(authority, cards, tmp_path):
    issuer = authority.issuer("sign").certificate.public_bytes(Encoding.DER)
    for place in (f"http://127.0.0.1:{free_port()}/", str(tmp_path / "none.crl")):
        asked = revocation_source("crl", {"revocation.crl": place})
        status = asked.ask(cards[0].certificate, issuer, AT)
        assert (status.state, status.reason) == ("unreachable", "crl_missing")


def test_a_file_on_this_machine_is_a_list_too(authority, cards, tmp_path):
    (tmp_path / "a.crl").write_bytes(authority.crl("sign"))
    asked = revocation_source("crl", {"revocation.crl": str(tmp_path / "a.crl")})
    issuer = authority.issuer("sign").certificate.public_bytes(Encoding.DER)
    assert asked.ask(cards[0].certificate, issuer, AT).state == "good"


def test_too_large_a_list_is_not_read(authority, cards, monkeypatch):
    monkeypatch.setattr(crl, "LARGEST", 100)
    with http_service(fixed(authority.crl("sign"))) as address:
        asked = revocation_source("crl", {"revocation.crl": address})
        issuer = authority.issuer("sign").certificate.public_bytes(Encoding.DER)
        assert asked.ask(cards[0].certificate, issuer, AT).state == "unreachable"


def test_evidence_names_the_lists_and_auditors_read_them(authority, cards):
    asked = crl.Crl([crl.Shelf(lambda: authority.crl("sign"), HOUR)], DAY)
    provider = MyNumberCard(authority.anchors, revocation=asked)
    attempt = AttemptView(
        id="0123456789abcdef" * 2, binding=bytes(32), title="適合試験", origin="b/e",
        voting_host="v", locale="ja", parameters={"revocation": "required"},
    )  # fmt: skip
    response = cards[0].response(provider.begin(attempt).challenge["text"])
    identity = provider.complete(attempt, {}, response, AT)
    assert provider.recheck(identity.evidence, bytes(32), AT) == identity
    for said in (
        {},
        {"lists": []},
        {"lists": ["x"]},
        {"lists": "x"},
        None,
        {"lists": ["a"], "b": 1},
    ):
        with pytest.raises(Rejected):
            asked.recheck(cards[0].certificate, b"", said, AT)


def test_without_lists_there_is_no_source():
    with pytest.raises(Misconfigured):
        revocation_source("crl", {})
