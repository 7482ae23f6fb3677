"""Pinned authorities: digests, strangers in the folder, test authorities, genuine ones."""

import shutil
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from tsukuba_trust.data import data_dir
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.jpki.anchors import Anchors, is_authority, load_anchors
from tsukuba_trust.jpki.attributes import other_names, read_attributes
from tsukuba_trust.jpki.certificate import read_certificate
from tsukuba_trust.jpki.profile import RSA_SHA256
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.validate import check_issued, validate
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard

SIGN_2 = "79679c33e4cc9319440f1ad120a597ff1844e2ef217063adb176966fd5e6fbeb"


@pytest.fixture(scope="module")
def genuine() -> Anchors:
    return load_anchors()


@pytest.fixture
def folder(tmp_path: Path, authority: TestAuthority) -> Path:
    authority.write_anchors(tmp_path / "trust")
    return tmp_path / "trust"


def refused(folder: Path, *, allow_test: bool = True) -> str:
    with pytest.raises(Misconfigured) as caught:
        load_anchors(folder, allow_test=allow_test)
    return caught.value.code


def edited(folder: Path, change: Callable[[str], str]) -> str:
    path = folder / "anchors.toml"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return refused(folder)


def test_the_genuine_authorities_load_and_verify_themselves(genuine: Anchors) -> None:
    assert [a.purpose for a in genuine] == ["sign", "sign", "auth", "auth"]
    for one in genuine:
        assert one.genuine
        assert is_authority(one.certificate)
        one.certificate.verify_directly_issued_by(one.certificate)


def test_the_genuine_signing_authorities_share_a_name_and_no_key(genuine: Anchors) -> None:
    first, third = (a.certificate for a in genuine if a.purpose == "sign")
    assert first.subject == third.subject == first.issuer
    assert first.public_key() != third.public_key()
    with pytest.raises(InvalidSignature):
        first.verify_directly_issued_by(third)


def test_the_genuine_serials_are_those_that_were_published(genuine: Anchors) -> None:
    assert [a.serial for a in genuine] == [0x01, 0x067C6A21, 0x0133C349, 0x06D18006]


def test_every_genuine_authority_says_where_it_comes_from() -> None:
    shipped = (data_dir("config") / "trust" / "anchors.toml").read_text(encoding="utf-8")
    held = [entry for entry in tomllib.loads(shipped)["anchor"] if "file" in entry]
    assert len(held) == 4
    assert all("commit" in entry["source"] for entry in held)


def test_the_j_lis_roots_of_the_present_judge_by_the_rules_of_the_present_card(
    genuine: Anchors,
) -> None:
    assert {a.card for a in genuine} == {"2016"}
    assert {a.family for a in genuine} == {"rsa-pkcs1v15"}


def test_an_authority_that_is_not_held_is_pinned_all_the_same(genuine: Anchors) -> None:
    """The 2nd signing authority's file is to be fetched; its digest already stands."""
    shipped = (data_dir("config") / "trust" / "anchors.toml").read_text(encoding="utf-8")
    assert SIGN_2 in shipped
    assert SIGN_2 not in {a.sha256 for a in genuine}


def test_the_dummy_certificate_is_refused_under_every_genuine_authority(
    dummy: bytes, genuine: Anchors
) -> None:
    """It claims the issuer's name and the AKI of the 2nd generation; neither helps it."""
    parsed = read_certificate(dummy)
    assert parsed.parsed.issuer == genuine[0].certificate.subject
    assert parsed.authority is not None
    assert parsed.authority.serial == 20104363
    when = datetime(2024, 6, 1, tzinfo=UTC)
    with pytest.raises(CertificateRefused) as caught:
        validate(dummy, when, genuine, "sign")
    assert caught.value.reason == "cert_unknown_issuer"
    for one in genuine:
        with pytest.raises(CertificateRefused) as caught:
            check_issued(parsed, one, RSA_SHA256)
        assert caught.value.reason == "cert_bad_signature"


def test_the_dummy_certificates_flags_do_not_fit_its_texts(dummy: bytes) -> None:
    parsed = read_certificate(dummy)
    names = parsed.alternative_names
    texts = [names[start + 2 : end].decode() for _, start, end in other_names(names)]
    assert [len(text) for text in texts] == [8, 9, 1, 15, 4, 41]
    assert texts[1:3] == ["420081031", "1"]
    assert parsed.parsed.not_valid_after_utc == datetime(2025, 1, 1, 19, tzinfo=UTC)
    with pytest.raises(CertificateRefused, match="cert_flags_mismatch"):
        read_attributes(parsed.alternative_names)


def test_a_test_authority_loads_only_when_the_setting_allows_it(
    folder: Path, card: TestCard, at: datetime
) -> None:
    assert refused(folder, allow_test=False) == "anchor_test"
    anchors = load_anchors(folder, allow_test=True)
    assert not any(a.genuine for a in anchors)
    validate(card.certificate, at, anchors, "sign")


def test_a_test_authority_with_the_genuine_names_is_still_a_test_authority(
    tmp_path: Path, at: datetime, genuine: Anchors
) -> None:
    forged = TestAuthority(at, organisation="JPKI")
    assert forged.anchors[0].certificate.subject == genuine[0].certificate.subject
    forged.write_anchors(tmp_path)
    assert refused(tmp_path, allow_test=False) == "anchor_test"


def test_a_file_that_no_entry_names_is_refused(folder: Path) -> None:
    shutil.copy(folder / "test_sign_ca.pem", folder / "another.pem")
    assert refused(folder) == "anchor_unpinned"


def test_a_file_with_another_digest_is_refused(folder: Path) -> None:
    shutil.copy(folder / "test_auth_ca.pem", folder / "test_sign_ca.pem")
    assert refused(folder) == "anchor_digest"


def test_a_period_that_is_not_the_certificates_is_refused(folder: Path) -> None:
    assert edited(folder, lambda text: text.replace("2033-", "2034-")) == "anchor_validity"


def test_a_certificate_that_is_no_authority_is_refused(
    folder: Path, authority: TestAuthority
) -> None:
    plain = authority.careless_anchors[-1]
    assert not is_authority(plain.certificate)
    good = authority.anchors[0]
    (folder / "test_sign_ca.pem").write_bytes(plain.certificate.public_bytes(Encoding.PEM))
    assert edited(folder, lambda text: text.replace(good.sha256, plain.sha256)) == (
        "anchor_not_authority"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('purpose = "sign"', 'purpose = "seal"'),
        ('file = "test_sign_ca.pem"', 'file = "../test_sign_ca.pem"'),
        ("valid_from", "valid_since"),
        ("[[anchor]]", "[[anker]]"),
        ('purpose = "sign"', "purpose = "),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(folder: Path, old: str, new: str) -> None:
    assert edited(folder, lambda text: text.replace(old, new)) == "anchors_unreadable"


def test_a_missing_list_or_a_broken_file_is_refused(folder: Path, tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere") == "anchors_missing"
    (folder / "test_sign_ca.pem").write_text("no certificate", encoding="utf-8")
    assert refused(folder) == "anchors_unreadable"
