"""The text that a card signs, and raw signatures over it (attack J02)."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.jpki.profile import RSA_SHA256
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.signature import check_signature, registration_text
from tsukuba_trust.testing.cards import TestCard

ATTEMPT = "0123456789abcdef0123456789abcdef"
BINDING = hashlib.sha256(b"binding").digest()


def text(title: str = "つくば市ニーズ調査", **changes: str) -> str:
    fields = {"origin": "localhost/survey", "voting_host": "localhost:6543", "attempt": ATTEMPT}
    return registration_text(title, binding=BINDING, **(fields | changes))


def test_the_text_has_seven_lines_and_no_newline_at_the_end() -> None:
    assert text().split("\n") == [
        "つくばトラスト 登録 / tsukuba-trust registration 1",
        "election: つくば市ニーズ調査",
        "log: localhost/survey",
        "voting host: localhost:6543",
        f"attempt: {ATTEMPT}",
        "この投票の画面を自分で開いているときだけ署名してください / "
        "Sign only if you have this voting page open now",
        f"binding: {BINDING.hex()}",
    ]


@pytest.mark.parametrize(
    "title", ["", "a\nb", "a\rb", "a\0b", "a\x7fb", "a\u0085b", "a\u2028b", "a\u2029b", "a\u202eb"]
)
def test_a_title_that_could_hide_a_line_is_refused(title: str) -> None:
    with pytest.raises(Misconfigured, match="text_unshowable"):
        text(title)


@pytest.mark.parametrize("field", ["origin", "voting_host"])
def test_log_and_host_are_single_lines_too(field: str) -> None:
    with pytest.raises(Misconfigured, match="text_unshowable"):
        text(**{field: "localhost\nbinding: 00"})


@pytest.mark.parametrize("attempt", ["", ATTEMPT.upper(), ATTEMPT[:-1], ATTEMPT + "\n"])
def test_an_attempt_of_another_form_is_refused(attempt: str) -> None:
    with pytest.raises(Misconfigured, match="text_unshowable"):
        text(attempt=attempt)


def check(card: TestCard, signature: bytes, message: bytes) -> None:
    key = card.key.public_key()
    check_signature(RSA_SHA256, key, signature, message, reason="signature_invalid")


def test_it_accepts_the_cards_signature(card: TestCard) -> None:
    check(card, card.sign(text()), text().encode())


def test_j02_a_signature_with_bytes_before_or_behind_is_refused(card: TestCard) -> None:
    signature = card.sign(text())
    for longer in (signature + b"\0", b"\0" + signature, signature[:-1], b""):
        with pytest.raises(CertificateRefused, match="signature_invalid"):
            check(card, longer, text().encode())


def test_j02_a_text_with_something_behind_it_is_another_text(card: TestCard) -> None:
    signature = card.sign(text())
    for message in (text() + "\n", text() + "\nbinding: 00", text()[:-1], "\ufeff" + text()):
        with pytest.raises(CertificateRefused, match="signature_invalid"):
            check(card, signature, message.encode())


def test_j02_other_signature_schemes_of_the_same_key_are_refused(card: TestCard) -> None:
    """PSS, a bare hash: only PKCS#1 v1.5 with SHA-256 counts."""
    message = text().encode()
    pss = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=32)
    others = [card.key.sign(message, pss, SHA256())]
    size = card.key.key_size // 8
    numbers = card.key.private_numbers()
    for info in (hashlib.sha256(message).digest(), b""):
        padded = b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info
        value = pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n)
        others.append(value.to_bytes(size, "big"))
    for signature in others:
        with pytest.raises(CertificateRefused, match="signature_invalid"):
            check(card, signature, message)
