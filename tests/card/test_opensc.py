"""OpenSC's own JPKI driver, which nobody here wrote, reads and uses the emulated card."""

import hashlib
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tsukuba_trust.jpki.profile import AUTH, SIGN
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.signature import registration_text
from tsukuba_trust.jpki.validate import validate
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_faults import Faults
from tsukuba_trust.testing.emulated_card_pins import PASSWORD, PIN, KeptTries
from tsukuba_trust.testing.keys import new_key
from tsukuba_trust.testing.people import FOREIGN_RESIDENT, Person

TEXT = registration_text(
    "つくば市 試験投票",
    "board.example/mock-20261122",
    "vote.example",
    "0123456789abcdef" * 2,
    bytes(range(32)),
).encode()
AUTH_ID, SIGN_ID = "01", "02"
SECRETS = {AUTH_ID: PIN, SIGN_ID: PASSWORD}
BLOCKED = {0x6983: "Authentication method blocked", 0x6984: "Reference data not usable"}
TOKENS = {AUTH_ID: "JPKI (User Authentication PIN)", SIGN_ID: "JPKI (Digital Signature PIN)"}


@pytest.fixture
def read_certificate(opensc):
    def read(number, secret=None):
        words = ["pkcs15-tool", "--read-certificate", number]
        if secret is not None:
            words += ["--verify-pin", "--auth-id", f"0{number}", "--pin", secret]
        done = opensc(*words)
        if done.returncode:
            return done.stderr.decode()
        return x509.load_pem_x509_certificate(done.stdout).public_bytes(Encoding.DER)

    return read


@pytest.fixture
def sign(opensc, tmp_path):
    def signature(number, message=TEXT):
        (tmp_path / "message").write_bytes(message)
        done = opensc(
            *("pkcs11-tool", "--module", "opensc-pkcs11.so"),
            *("--token-label", TOKENS[number], "--login", "--pin", SECRETS[number]),
            *("--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", number),
            *("-i", str(tmp_path / "message"), "-o", str(tmp_path / "signature")),
        )
        assert done.returncode == 0, done.stderr.decode()
        return (tmp_path / "signature").read_bytes()

    return signature


@pytest.fixture
def try_password(opensc):
    def say(secret, number=SIGN_ID):
        words = ("pkcs15-tool", "--verify-pin", "--auth-id", number, "--pin", secret)
        return opensc(*words, "--list-pins").stderr.decode()

    return say


@pytest.fixture
def tries(opensc):
    """Give the tries that OpenSC sees: of user authentication, then of signing."""

    def ask():
        said = opensc("pkcs15-tool", "--list-pins").stdout.decode().splitlines()
        return [int(line.rpartition(":")[2]) for line in said if "Tries left" in line]

    return ask


def test_its_driver_knows_the_card(insert, card, opensc):
    insert(card)
    assert opensc("opensc-tool", "-n").stdout.strip() == b"jpki"


def test_it_lists_both_passwords_two_keys_and_four_certificates(insert, card, opensc):
    insert(card)
    dump = opensc("pkcs15-tool", "--dump").stdout.decode()
    assert dump.count("PIN [") == 2
    assert dump.count("ModLength      : 2048") == 2
    assert dump.count("X.509 Certificate [") == 4
    assert "PIN [User Authentication PIN]" in dump and "PIN [Digital Signature PIN]" in dump
    assert "min_len:6, max_len:16" in dump and "min_len:4, max_len:4" in dump


@pytest.mark.parametrize(
    ("number", "which"),
    [("1", "auth"), ("3", "auth_authority"), ("4", "sign_authority")],
)
def test_it_reads_open_certificates_byte_for_byte(
    insert, card, whole_card, read_certificate, number, which
):
    insert(card)
    whole = getattr(whole_card, which)
    assert read_certificate(number) == getattr(whole, "certificate", whole)


def test_it_reads_the_signing_certificate_with_the_password_only(
    insert, card, whole_card, read_certificate
):
    insert(card)
    assert "Certificate read failed" in read_certificate("2")
    assert read_certificate("2", PASSWORD) == whole_card.sign.certificate


@pytest.mark.parametrize(("number", "purpose"), [(AUTH_ID, AUTH), (SIGN_ID, SIGN)])
def test_our_validator_accepts_its_signature_over_a_registration_text(
    insert, card, authority, read_certificate, sign, number, purpose
):
    insert(card)
    certificate = read_certificate(number[1], SECRETS[number])
    valid = validate(certificate, authority.at, authority.anchors, purpose)
    valid.check_signed(sign(number), TEXT)


def test_our_validator_refuses_its_signature_over_another_text(
    insert, card, authority, whole_card, sign
):
    insert(card)
    valid = validate(whole_card.sign.certificate, authority.at, authority.anchors, SIGN)
    with pytest.raises(CertificateRefused, match="signature_invalid"):
        valid.check_signed(sign(SIGN_ID, TEXT + b"\n"), TEXT)


def test_a_signature_by_another_key_is_refused(insert, authority, whole_card, sign):
    insert(EmulatedCard(replace(whole_card, sign=replace(whole_card.sign, key=new_key()))))
    valid = validate(whole_card.sign.certificate, authority.at, authority.anchors, SIGN)
    with pytest.raises(CertificateRefused, match="signature_invalid"):
        valid.check_signed(sign(SIGN_ID), TEXT)


def test_it_signs_a_given_hash_through_pkcs15_too(insert, card, whole_card, opensc, tmp_path):
    insert(card)
    (tmp_path / "hash").write_bytes(hashlib.sha256(TEXT).digest())
    done = opensc(
        *("pkcs15-crypt", "--sign", "--key", "2", "--pin", PASSWORD, "--sha-256", "--pkcs1"),
        *("-R", "-i", str(tmp_path / "hash"), "-o", str(tmp_path / "signature")),
    )
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "signature").read_bytes() == whole_card.sign.sign(TEXT.decode())


def test_a_wrong_password_costs_it_a_try_and_the_right_one_gives_it_back(
    insert, card, try_password, tries
):
    insert(card)
    assert tries() == [3, 5]
    assert "PIN code or key incorrect" in try_password("WRONG1")
    assert tries() == [3, 4]
    assert "incorrect" not in try_password(PASSWORD)
    assert tries() == [3, 5]


def test_small_letters_cost_it_a_try(insert, card, try_password, tries):
    insert(card)
    try_password(PASSWORD.lower())
    assert tries() == [3, 4]


@pytest.mark.parametrize("status", [0x6983, 0x6984])
def test_a_blocked_card_says_so_stays_readable_and_counts_nothing_more(
    insert, whole_card, try_password, tries, opensc, status
):
    insert(EmulatedCard(whole_card, faults=Faults(blocked_status=status)))
    for _ in range(3):
        try_password("0000", AUTH_ID)
    assert tries() == [0, 5]
    assert BLOCKED[status] in try_password(PIN, AUTH_ID)
    assert opensc("opensc-tool", "-n").stdout.strip() == b"jpki"


def test_a_card_blocked_in_one_life_is_blocked_in_the_next(
    insert, whole_card, try_password, tries, tmp_path
):
    def life():
        return EmulatedCard(whole_card, tries=KeptTries(tmp_path / "tries.json", "resident-1"))

    first = insert(life())
    for _ in range(5):
        try_password("WRONG1")
    first.remove()
    insert(life())
    assert tries() == [3, 0]
    assert BLOCKED[0x6984] in try_password(PASSWORD)


def test_it_fetches_answers_and_repeats_lengths(insert, whole_card, read_certificate):
    insert(EmulatedCard(whole_card, faults=Faults(get_response=True)))
    assert read_certificate("2", PASSWORD) == whole_card.sign.certificate


def test_it_reads_certificates_with_filler_behind_them(insert, whole_card, read_certificate):
    insert(EmulatedCard(whole_card, faults=Faults(filler=9, short_status=0x6282)))
    assert read_certificate("1") == whole_card.auth.certificate


def test_a_childs_card_has_only_the_other_certificate(insert, authority, read_certificate):
    child = Person("筑波　小太郎", "2018-04-02", "1", FOREIGN_RESIDENT.address)
    whole = authority.whole_card(child)
    insert(EmulatedCard(whole))
    assert read_certificate("1") == whole.auth.certificate
    assert "failed" in read_certificate("2", PASSWORD)


def test_another_card_is_not_taken_for_one(insert, whole_card, opensc):
    insert(EmulatedCard(whole_card, faults=Faults(other_card=True)))
    assert opensc("opensc-tool", "-n").stdout.strip() != b"jpki"
