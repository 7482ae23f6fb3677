"""A test authority in a folder, and the command that makes it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from tsukuba_trust.cli import main
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.jpki.anchors import load_anchors
from tsukuba_trust.jpki.validate import validate
from tsukuba_trust.testing.authority_files import make_folder, read_folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("authority") / "made"
    done = CliRunner().invoke(main, ["authority", "init", str(path)])
    assert done.exit_code == 0, done.output
    assert f"my_number_card.anchors = {path / 'anchors'}" in done.output
    assert "child: authentication only, Tsukuba-shi" in done.output
    return path


def revoked(path: Path, purpose: str) -> list[int]:
    crl = x509.load_der_x509_crl((path / f"{purpose}.crl").read_bytes())
    issuer = x509.load_pem_x509_certificate((path / f"{purpose}.pem").read_bytes())
    key = issuer.public_key()
    assert crl.is_signature_valid(key)
    return [entry.serial_number for entry in crl]


def test_both_certificates_of_a_kept_card_stand_under_the_kept_anchors(made: Path) -> None:
    anchors = load_anchors(made / "anchors", allow_test=True)
    folder = read_folder(made)
    card = folder.card("resident-1")
    assert card.sign is not None
    now = datetime.now(UTC)
    valid = validate(card.sign.certificate, now, anchors, "sign")
    valid.check_signed(card.sign.sign("x"), b"x")
    validate(card.auth.certificate, now, anchors, "auth").check_signed(card.auth.sign("x"), b"x")
    assert card.sign_authority == folder.authority.whole_card(card.person).sign_authority


def test_later_certificates_get_numbers_of_their_own(made: Path) -> None:
    folder = read_folder(made)
    kept = {card.auth.serial for card in map(folder.card, folder.names)}
    assert len(kept) == len(folder.names)
    assert folder.authority.whole_card(folder.card("resident-1").person).auth.serial not in kept


def test_nobody_but_the_owner_may_read_a_key(made: Path) -> None:
    keys = sorted(made.rglob("*.key"))
    assert len(keys) == 4 + 2 * len(read_folder(made).names) - 1  # a child has one
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    assert made.stat().st_mode & 0o077 == 0


def test_a_child_has_no_signing_certificate(made: Path) -> None:
    assert read_folder(made).card("child").sign is None
    with pytest.raises(Misconfigured, match="authority_no_certificate"):
        read_folder(made).revoke("child", "sign", datetime.now(UTC))


def test_revoking_writes_new_lists_and_touches_no_other_card(made: Path) -> None:
    before = revoked(made, "sign"), revoked(made, "auth")
    serial = read_folder(made).card("resident-2").auth.serial
    done = CliRunner().invoke(
        main, ["authority", "revoke", str(made), "resident-2", "--purpose", "auth"]
    )
    assert done.exit_code == 0
    assert revoked(made, "auth") == [*before[1], serial]
    assert revoked(made, "sign") == before[0]


def test_lists_are_renewed_with_the_next_number(made: Path) -> None:
    before = read_folder(made).number
    assert CliRunner().invoke(main, ["authority", "renew", str(made)]).exit_code == 0
    crl = x509.load_der_x509_crl((made / "auth.crl").read_bytes())
    assert crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == before + 1
    assert crl.next_update_utc is not None
    assert crl.next_update_utc > datetime.now(UTC) + timedelta(hours=23)


def test_each_authority_has_a_responder_that_it_named(made: Path) -> None:
    for purpose in ("sign", "auth"):
        responder = read_folder(made).responder(purpose)
        responder.certificate.verify_directly_issued_by(responder.issuer)
        extensions = responder.certificate.extensions
        usage = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert list(usage) == [ExtendedKeyUsageOID.OCSP_SIGNING]
        assert responder.key.public_key() == responder.certificate.public_key()


def test_nothing_is_made_over_what_stands_there(made: Path) -> None:
    with pytest.raises(Misconfigured, match="authority_exists"):
        make_folder(made, datetime.now(UTC))


def test_a_folder_of_something_else_and_a_stranger_are_refused(made: Path, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="authority_unreadable"):
        read_folder(tmp_path)
    with pytest.raises(Misconfigured, match="authority_person"):
        read_folder(made).card("../anchors")
