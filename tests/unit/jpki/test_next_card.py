"""The next card is a new entry, not new code: ECDSA on P-384, SHA-384, other policies and roots."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.jpki.anchors import Anchors, anchor, load_anchors
from tsukuba_trust.jpki.cms import read_cms
from tsukuba_trust.jpki.profile import PROFILES, SIGN, Algorithm, profile
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.validate import validate
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.certificates import Draft, Issuer, directory_name, key_usage
from tsukuba_trust.testing.people import Person

ECDSA_SHA384 = Algorithm(
    family="ecdsa",
    digest="sha384",
    identifier=bytes.fromhex("300a06082a8648ce3d040303"),
    key_identifier=bytes.fromhex("301006072a8648ce3d020106052b81040022"),
    digest_identifiers=frozenset(
        bytes.fromhex(digest)
        for digest in ("300b0609608648016503040202", "300d06096086480165030402020500")
    ),
    signer_identifiers=frozenset({bytes.fromhex("300a06082a8648ce3d040303")}),
    least_bits=384,
    most_bits=384,
)
POLICY = "1.2.392.200149.8.5.9.1.20"  # made up: the real one is not published
NEXT = replace(
    profile(SIGN), card="next", policy=POLICY, issued_with=ECDSA_SHA384, signs_with=ECDSA_SHA384
)
KNOWN = (*PROFILES, NEXT)
ROOT, HOLDER = (ec.generate_private_key(ec.SECP384R1()) for _ in range(2))
NAME = directory_name(("C", "JP"), ("O", "JPKI-NEXT"))
TEXT = "text"


@pytest.fixture(scope="module")
def root(at: datetime) -> x509.Certificate:
    key = ROOT.public_key()
    return (
        x509.CertificateBuilder(NAME, NAME, key, 7)
        .not_valid_before(at - timedelta(days=900))
        .not_valid_after(at + timedelta(days=3650))
        .add_extension(key_usage({"key_cert_sign", "crl_sign"}), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .sign(ROOT, SHA384())
    )


@pytest.fixture(scope="module")
def anchors(root: x509.Certificate, authority: TestAuthority) -> Anchors:
    return (*authority.anchors, anchor(SIGN, root, genuine=False, card="next"))


@pytest.fixture
def draft(authority: TestAuthority, resident: Person, root: x509.Certificate) -> Draft:
    made = authority.draft(resident)
    made.issuer = Issuer(root, cast("Any", ROOT))
    made.key, made.policies, made.hashed = HOLDER.public_key(), [POLICY], SHA384()
    return made


def test_a_certificate_of_the_next_card_is_accepted_by_its_entry(
    draft: Draft, anchors: Anchors, at: datetime, resident: Person
) -> None:
    valid = validate(draft.make(), at, anchors, SIGN, KNOWN)
    assert valid.attributes is not None
    assert valid.attributes.name == resident.name
    valid.check_signed(HOLDER.sign(TEXT.encode(), ec.ECDSA(SHA384())), TEXT.encode())


def test_its_message_is_accepted_too(draft: Draft, anchors: Anchors, at: datetime) -> None:
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    data = draft.make()
    holder = x509.load_der_x509_certificate(data)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(TEXT.encode())
    found = read_cms(
        builder.add_signer(holder, HOLDER, SHA384()).sign(
            Encoding.DER, [*options, pkcs7.PKCS7Options.NoCapabilities]
        )
    )
    found.check(validate(found.certificate, at, anchors, SIGN, KNOWN), TEXT.encode())


@pytest.mark.parametrize(
    "forged",
    [
        lambda: HOLDER.sign(TEXT.encode(), ec.ECDSA(SHA256())),
        lambda: ROOT.sign(TEXT.encode(), ec.ECDSA(SHA384())),
        lambda: HOLDER.sign(b"another text", ec.ECDSA(SHA384())),
        lambda: HOLDER.sign(TEXT.encode(), ec.ECDSA(SHA384())) + b"\0",
        lambda: b"",
    ],
)
def test_another_signature_is_not(
    draft: Draft, anchors: Anchors, at: datetime, forged: Callable[[], bytes]
) -> None:
    valid = validate(draft.make(), at, anchors, SIGN, KNOWN)
    with pytest.raises(CertificateRefused, match="signature_invalid"):
        valid.check_signed(forged(), TEXT.encode())


def test_without_its_entry_the_installation_does_not_start(
    tmp_path: Path, authority: TestAuthority
) -> None:
    authority.write_anchors(tmp_path)
    path = tmp_path / "anchors.toml"
    text = path.read_text(encoding="utf-8").replace('"sign"\n', '"sign"\ncard = "next"\n', 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured, match="anchor_card"):
        load_anchors(tmp_path, allow_test=True)
    assert load_anchors(tmp_path, allow_test=True, profiles=KNOWN)[0].card == "next"


def test_the_cards_do_not_mix(
    draft: Draft, anchors: Anchors, authority: TestAuthority, at: datetime, resident: Person
) -> None:
    """Neither card passes by the other's algorithm, key or policy."""
    old = authority.draft(resident)
    old.policies = [POLICY]
    assert reason(old, anchors, at) == "cert_wrong_policy"
    draft.policies = [profile(SIGN).policy]
    assert reason(draft, anchors, at) == "cert_wrong_policy"
    draft.policies, draft.hashed = [POLICY], SHA256()
    assert reason(draft, anchors, at) == "cert_unknown_algorithm"
    draft.hashed, draft.key = SHA384(), old.key
    assert reason(draft, anchors, at) == "cert_unknown_algorithm"
    draft.key = ec.generate_private_key(ec.SECP521R1()).public_key()
    assert reason(draft, anchors, at) == "cert_unknown_algorithm"


def test_the_present_card_is_judged_as_before(
    authority: TestAuthority, anchors: Anchors, at: datetime, resident: Person
) -> None:
    data = authority.issue(resident)
    assert validate(data, at, anchors, SIGN, KNOWN).profile == profile(SIGN)


def reason(draft: Draft, anchors: Anchors, at: datetime) -> str:
    with pytest.raises(CertificateRefused) as caught:
        validate(draft.make(), at, anchors, SIGN, KNOWN)
    return caught.value.reason
