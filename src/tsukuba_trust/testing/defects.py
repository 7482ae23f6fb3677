"""What can be wrong with a card's certificate, each with the ground on which it is refused.

A vendor's provider can be tried with the same table: ``authority.issue(person, defect=name)``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from tsukuba_trust.testing.certificates import Draft, Issuers, der_string, utf8_string
from tsukuba_trust.testing.keys import new_key

NAME, NAME_FLAGS, SEX, BIRTH_DATE, ADDRESS, ADDRESS_FLAGS = (
    f"1.2.392.200149.8.5.5.{number}" for number in range(1, 7)
)


@dataclass(frozen=True, slots=True)
class Defect:
    """A change to a draft and the reason it must be refused for."""

    reason: str
    change: Callable[[Draft, Issuers], None]


def set_name(draft: Draft, oid: str, value: bytes) -> None:
    """Replace the value of an otherName."""
    draft.other_names = [(o, value if o == oid else v) for o, v in draft.other_names]


def _set(**values: object) -> Callable[[Draft, Issuers], None]:
    def change(draft: Draft, _issuers: Issuers) -> None:
        for name, value in values.items():
            setattr(draft, name, value)

    return change


def _text(oid: str, text: str) -> Callable[[Draft, Issuers], None]:
    return lambda draft, _issuers: set_name(draft, oid, utf8_string(text))


def _raw(oid: str, value: bytes) -> Callable[[Draft, Issuers], None]:
    return lambda draft, _issuers: set_name(draft, oid, value)


def _expired(draft: Draft, _issuers: Issuers) -> None:
    draft.not_after = draft.not_before + timedelta(days=1)


def _not_yet(draft: Draft, _issuers: Issuers) -> None:
    draft.not_before = draft.not_after - timedelta(days=1)


def _issuer(name: str, *, claims: str = "") -> Callable[[Draft, Issuers], None]:
    def change(draft: Draft, issuers: Issuers) -> None:
        draft.issuer = getattr(issuers, name)
        draft.named_issuer = getattr(issuers, claims) if claims else None

    return change


def _small_key(draft: Draft, _issuers: Issuers) -> None:
    draft.key = new_key(bits=1024).public_key()


def _small_exponent(draft: Draft, _issuers: Issuers) -> None:
    draft.key = new_key(exponent=3).public_key()


def _elliptic_key(draft: Draft, _issuers: Issuers) -> None:
    draft.key = ec.generate_private_key(ec.SECP384R1()).public_key()


def _more_usages(*names: str) -> Callable[[Draft, Issuers], None]:
    return lambda draft, _issuers: draft.usages.update(names)


def _fewer_usages(name: str) -> Callable[[Draft, Issuers], None]:
    return lambda draft, _issuers: draft.usages.discard(name)


def _missing(oid: str) -> Callable[[Draft, Issuers], None]:
    def change(draft: Draft, _issuers: Issuers) -> None:
        draft.other_names = [(o, v) for o, v in draft.other_names if o != oid]

    return change


def _repeated(oid: str) -> Callable[[Draft, Issuers], None]:
    def change(draft: Draft, _issuers: Issuers) -> None:
        draft.other_names += [(o, v) for o, v in draft.other_names if o == oid]

    return change


def _critical(draft: Draft, _issuers: Issuers) -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\0")
    draft.extra = [(unknown, True)]


_SIGN_POLICY: Final = "1.2.392.200149.8.5.1.1.20"
_TEST_POLICY: Final = "1.2.392.200149.8.5.1.0.20"  # of J-LIS's own test environment
_AUTH_POLICY: Final = "1.2.392.200149.8.5.1.3.30"

DEFECTS: Final[Mapping[str, Defect]] = MappingProxyType(
    {
        "byte_appended": Defect("cert_malformed", _set(appended=b"\0")),
        "padded_to_a_megabyte": Defect("cert_too_large", _set(appended=bytes(1_000_000))),
        "unknown_root": Defect("cert_unknown_issuer", _issuer("stranger")),
        "issuer_name_borrowed": Defect("cert_bad_signature", _issuer("stranger", claims="sign")),
        "auth_issuer": Defect("cert_wrong_purpose", _issuer("auth")),
        "issuer_not_authority": Defect("cert_issuer_not_authority", _issuer("not_authority")),
        "sha1": Defect("cert_weak_algorithm", _set(sha1=True)),
        "small_key": Defect("cert_weak_key", _small_key),
        "small_exponent": Defect("cert_weak_key", _small_exponent),
        "elliptic_key": Defect("cert_unknown_algorithm", _elliptic_key),
        "expired": Defect("cert_expired", _expired),
        "not_yet_valid": Defect("cert_not_yet_valid", _not_yet),
        "test_policy": Defect("cert_wrong_policy", _set(policies=[_TEST_POLICY])),
        "auth_policy": Defect("cert_wrong_policy", _set(policies=[_AUTH_POLICY])),
        "two_policies": Defect("cert_wrong_policy", _set(policies=[_SIGN_POLICY, _AUTH_POLICY])),
        "no_policy": Defect("cert_wrong_policy", _set(policies=[])),
        "policy_not_critical": Defect("cert_policy_not_critical", _set(policy_critical=False)),
        "no_non_repudiation": Defect("cert_wrong_key_usage", _fewer_usages("content_commitment")),
        "no_digital_signature": Defect("cert_wrong_key_usage", _fewer_usages("digital_signature")),
        "may_sign_certificates": Defect("cert_wrong_key_usage", _more_usages("key_cert_sign")),
        "may_only_encipher": Defect(
            "cert_wrong_key_usage", _more_usages("key_agreement", "encipher_only")
        ),
        "usage_not_critical": Defect("cert_wrong_key_usage", _set(usage_critical=False)),
        "unknown_critical_extension": Defect("cert_unknown_critical_extension", _critical),
        "no_attributes": Defect("cert_attribute_missing", _set(other_names=[])),
        "address_missing": Defect("cert_attribute_missing", _missing(ADDRESS)),
        "name_repeated": Defect("cert_attribute_repeated", _repeated(NAME)),
        "name_not_utf8": Defect("cert_attribute_encoding", _raw(NAME, der_string(12, b"\xff"))),
        "name_printable": Defect("cert_attribute_encoding", _raw(NAME, der_string(19, b"TARO"))),
        "name_empty": Defect("cert_attribute_encoding", _text(NAME, "")),
        "name_with_newline": Defect("cert_attribute_encoding", _text(NAME, "筑波\n花子")),
        "name_flags_short": Defect("cert_flags_mismatch", _text(NAME_FLAGS, "0")),
        "address_flags_long": Defect("cert_flags_mismatch", _text(ADDRESS_FLAGS, "0" * 41)),
        "address_flags_strange": Defect("cert_flags_mismatch", _text(ADDRESS_FLAGS, "2" * 99)),
        "birth_date_short": Defect("cert_birth_date_malformed", _text(BIRTH_DATE, "31980021")),
        "birth_date_impossible": Defect(
            "cert_birth_date_malformed", _text(BIRTH_DATE, "319810229")
        ),
    }
)
