"""Changes to a certificate before or after it is signed, from which defects are made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from tsukuba_trust.testing.certificates import Draft, Issuers, utf8_string
from tsukuba_trust.testing.keys import card_key

NAME, NAME_FLAGS, SEX, BIRTH_DATE, ADDRESS, ADDRESS_FLAGS = (
    f"1.2.392.200149.8.5.5.{number}" for number in range(1, 7)
)
YEAR: Final = timedelta(days=365)
SECOND: Final = timedelta(seconds=1)
Change = Callable[[Draft, Issuers], None]


@dataclass(frozen=True, slots=True)
class Defect:
    """A change to a draft and the reason it must be refused for."""

    reason: str
    change: Change


def set_name(draft: Draft, oid: str, value: bytes) -> None:
    """Replace the value of an otherName."""
    draft.other_names = [(o, value if o == oid else v) for o, v in draft.other_names]


def setting(**values: object) -> Change:
    """Set fields of the draft."""

    def change(draft: Draft, _issuers: Issuers) -> None:
        for name, value in values.items():
            setattr(draft, name, value)

    return change


def text(oid: str, value: str) -> Change:
    """Replace an attribute by a text."""
    return lambda draft, _issuers: set_name(draft, oid, utf8_string(value))


def raw(oid: str, value: bytes) -> Change:
    """Replace an attribute by any DER."""
    return lambda draft, _issuers: set_name(draft, oid, value)


def more_text(oid: str, added: str) -> Change:
    """Append to an attribute."""

    def change(draft: Draft, _issuers: Issuers) -> None:
        old = next(value for name, value in draft.other_names if name == oid)
        set_name(draft, oid, utf8_string(old[2:].decode() + added))

    return change


def missing(oid: str) -> Change:
    """Leave an attribute out."""

    def change(draft: Draft, _issuers: Issuers) -> None:
        draft.other_names = [(o, v) for o, v in draft.other_names if o != oid]

    return change


def repeated(oid: str, value: str = "") -> Change:
    """Give an attribute twice, the second time with another value if there is one."""

    def change(draft: Draft, _issuers: Issuers) -> None:
        draft.other_names += [
            (o, utf8_string(value) if value else v) for o, v in draft.other_names if o == oid
        ]

    return change


def extra(extension: x509.ExtensionType, *, critical: bool) -> Change:
    """Add an extension."""
    return lambda draft, _issuers: draft.extra.append((extension, critical))


def left_out(kind: type[x509.ExtensionType]) -> Change:
    """Leave an extension out."""
    return lambda draft, _issuers: draft.left_out.add(kind.oid)


def critical(kind: type[x509.ExtensionType]) -> Change:
    """Mark an extension critical that is not."""
    return lambda draft, _issuers: draft.critical.add(kind.oid)


def usages(*names: str) -> Change:
    """Set exactly these usages."""
    return lambda draft, _issuers: setattr(draft, "usages", set(names))


def valid(*, begins: timedelta | None = None, ends: timedelta | None = None) -> Change:
    """Move the ends of the validity, relative to the authority's instant."""

    def change(draft: Draft, _issuers: Issuers) -> None:
        at = draft.not_before + YEAR
        draft.not_before = draft.not_before if begins is None else at + begins
        draft.not_after = draft.not_after if ends is None else at + ends

    return change


def issued_by(name: str, *, claims: str = "") -> Change:
    """Let another authority sign; ``claims`` = whom the certificate names."""

    def change(draft: Draft, issuers: Issuers) -> None:
        draft.issuer = getattr(issuers, name)
        draft.named_issuer = getattr(issuers, claims) if claims else None

    return change


def key(make: Callable[[], CertificatePublicKeyTypes]) -> Change:
    """Give the holder another key."""
    return lambda draft, _issuers: setattr(draft, "key", make())


def rsa_key(bits: int = 2048, exponent: int = 65537) -> Change:
    """Give the holder a key of other numbers; nobody holds its private part."""

    def make() -> rsa.RSAPublicKey:
        modulus = card_key(0).public_key().public_numbers().n
        longer = (modulus << max(bits - 2048, 0) | 1) >> max(2048 - bits, 0) | 1
        return rsa.RSAPublicNumbers(exponent, longer).public_key()

    return key(make)


def patched(old: str, new: str) -> Change:
    """Replace bytes of the signed DER once, given as hex; its length stays."""
    before, after = bytes.fromhex(old), bytes.fromhex(new)

    def patch(data: bytes) -> bytes:
        if before not in data or len(before) != len(after):
            raise LookupError(old)
        return data.replace(before, after, 1)

    return setting(patch=patch)


def patched_all(old: str, new: str) -> Change:
    """Replace bytes of the signed DER wherever they stand."""
    before, after = bytes.fromhex(old), bytes.fromhex(new)
    return setting(patch=lambda data: data.replace(before, after))
