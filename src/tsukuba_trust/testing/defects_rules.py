"""What can be wrong with issuer, algorithm, validity, policy and usage of a signing certificate."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from tsukuba_trust.testing.certificates import Draft, Issuers, directory_name
from tsukuba_trust.testing.defect_changes import (
    SECOND,
    Change,
    Defect,
    critical,
    extra,
    issued_by,
    key,
    left_out,
    patched_all,
    rsa_key,
    setting,
    usages,
    valid,
)

_ARC: Final = "1.2.392.200149.8.5.1"
_SIGN, _AUTH = f"{_ARC}.1.20", f"{_ARC}.3.30"
_ANY: Final = "2.5.29.32.0"
_RSA_SHA256: Final = "2a864886f70d01010b"
_UNKNOWN: Final = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\0")
_STRANGE_NAME: Final = directory_name(("C", "JP"), ("O", "JPKI-TEST"), ("OU", "another"))
_BOTH: Final = ("digital_signature", "content_commitment")
_PSS: Final = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=32)


def _names(*, key_id: bool = True, serial: int = 0, name: bool = True) -> Change:
    """Let the AuthorityKeyIdentifier name something else."""

    def change(draft: Draft, issuers: Issuers) -> None:
        issuer = issuers.sign
        numbered = [x509.DirectoryName(issuer.certificate.subject if name else _STRANGE_NAME)]
        draft.authority_key = x509.AuthorityKeyIdentifier(
            issuer.key_id if key_id else issuer.key_id[::-1],
            None if serial < 0 else numbered,
            None if serial < 0 else issuer.certificate.serial_number + serial,
        )

    return change


def _without_key_id(draft: Draft, issuers: Issuers) -> None:
    certificate = issuers.sign.certificate
    draft.authority_key = x509.AuthorityKeyIdentifier(
        None, [x509.DirectoryName(certificate.subject)], certificate.serial_number
    )


_ISSUERS: Final = {
    "unknown_root": Defect("cert_unknown_issuer", issued_by("stranger")),
    "issuer_name_borrowed": Defect("cert_bad_signature", issued_by("stranger", claims="sign")),
    "auth_issuer": Defect("cert_wrong_purpose", issued_by("auth")),
    "auth_issuer_claims_sign": Defect("cert_issuer_name", issued_by("auth", claims="sign")),
    "issuer_not_authority": Defect("cert_issuer_not_authority", issued_by("not_authority")),
    "issuer_other_name": Defect("cert_issuer_name", setting(issuer_name=_STRANGE_NAME)),
    "authority_other_name": Defect("cert_issuer_name", _names(name=False)),
    "authority_other_key": Defect("cert_unknown_issuer", _names(key_id=False)),
    "authority_other_serial": Defect("cert_unknown_issuer", _names(serial=1)),
    "authority_without_serial": Defect("cert_unknown_issuer", _names(serial=-1)),
    "authority_without_key": Defect("cert_unknown_issuer", _without_key_id),
    "authority_unnamed": Defect("cert_unknown_issuer", left_out(x509.AuthorityKeyIdentifier)),
}
_ALGORITHMS: Final = {
    "sha1": Defect("cert_weak_algorithm", setting(sha1=True)),
    "md5": Defect("cert_weak_algorithm", patched_all(_RSA_SHA256, "2a864886f70d010104")),
    "md2": Defect("cert_weak_algorithm", patched_all(_RSA_SHA256, "2a864886f70d010102")),
    "sha384": Defect("cert_unknown_algorithm", setting(hashed=SHA384())),
    "sha512": Defect("cert_unknown_algorithm", setting(hashed=SHA512())),
    "pss": Defect("cert_unknown_algorithm", setting(padded=_PSS)),
    "key_of_512_bits_less": Defect("cert_weak_key", rsa_key(1536)),
    "small_key": Defect("cert_weak_key", rsa_key(1024)),
    "nearly_2048": Defect("cert_weak_key", rsa_key(2047)),
    "huge_key": Defect("cert_weak_key", rsa_key(8192)),
    "small_exponent": Defect("cert_weak_key", rsa_key(exponent=3)),
    "exponent_17": Defect("cert_weak_key", rsa_key(exponent=17)),
    "exponent_65539": Defect("cert_weak_key", rsa_key(exponent=65539)),
    "elliptic_key": Defect(
        "cert_unknown_algorithm", key(lambda: ec.generate_private_key(ec.SECP384R1()).public_key())
    ),
    "elliptic_key_p256": Defect(
        "cert_unknown_algorithm", key(lambda: ec.generate_private_key(ec.SECP256R1()).public_key())
    ),
    "edwards_key": Defect(
        "cert_unknown_algorithm", key(lambda: ed25519.Ed25519PrivateKey.generate().public_key())
    ),
}
_VALIDITY: Final = {
    "expired": Defect("cert_expired", valid(ends=-timedelta(days=1))),
    "expired_by_a_second": Defect("cert_expired", valid(ends=-SECOND)),
    "not_yet_valid": Defect("cert_not_yet_valid", valid(begins=timedelta(days=1))),
    "not_yet_valid_by_a_second": Defect("cert_not_yet_valid", valid(begins=SECOND)),
}
_NEAR: Final = {
    "test_policy": f"{_ARC}.0.20",  # of J-LIS's own test environment
    "auth_policy": _AUTH,
    "policy_19": f"{_ARC}.1.19",
    "policy_21": f"{_ARC}.1.21",
    "policy_2": f"{_ARC}.1.2",
    "policy_200": f"{_ARC}.1.200",
    "policy_longer": f"{_SIGN}.1",
    "policy_shorter": f"{_ARC}.1",
    "policy_other_kind": f"{_ARC}.2.20",
    "policy_other_kind_10": f"{_ARC}.10.20",
    "policy_other_arc": "1.2.392.200149.8.6.1.1.20",
    "policy_other_body": "1.2.392.200148.8.5.1.1.20",
    "policy_other_country": "1.2.391.200149.8.5.1.1.20",
    "any_policy": _ANY,
}
_POLICIES: Final = {
    **{k: Defect("cert_wrong_policy", setting(policies=[oid])) for k, oid in _NEAR.items()},
    "two_policies": Defect("cert_wrong_policy", setting(policies=[_SIGN, _AUTH])),
    "policy_and_any": Defect("cert_wrong_policy", setting(policies=[_SIGN, _ANY])),
    "any_and_policy": Defect("cert_wrong_policy", setting(policies=[_ANY, _SIGN])),
    "no_policy": Defect("cert_wrong_policy", setting(policies=[])),
    "policy_not_critical": Defect("cert_policy_not_critical", setting(policy_critical=False)),
}
_USAGE: Final = {
    "no_non_repudiation": usages("digital_signature"),
    "no_digital_signature": usages("content_commitment"),
    "no_usage": usages(),
    "may_encipher_keys": usages(*_BOTH, "key_encipherment"),
    "may_encipher_data": usages(*_BOTH, "data_encipherment"),
    "may_agree": usages(*_BOTH, "key_agreement"),
    "may_sign_certificates": usages(*_BOTH, "key_cert_sign"),
    "may_sign_lists": usages(*_BOTH, "crl_sign"),
    "may_only_encipher": usages(*_BOTH, "key_agreement", "encipher_only"),
    "may_only_decipher": usages(*_BOTH, "key_agreement", "decipher_only"),
    "usage_not_critical": setting(usage_critical=False),
    "usage_missing": left_out(x509.KeyUsage),
}
_CRITICAL: Final = {
    "unknown_critical_extension": extra(_UNKNOWN, critical=True),
    "critical_constraints": extra(x509.BasicConstraints(ca=False, path_length=None), critical=True),
    "critical_authority": extra(x509.BasicConstraints(ca=True, path_length=None), critical=True),
    "critical_inhibit": extra(x509.InhibitAnyPolicy(0), critical=True),
    "critical_policy_constraints": extra(x509.PolicyConstraints(0, None), critical=True),
    "critical_name_constraints": extra(
        x509.NameConstraints([x509.DNSName("example.test")], None), critical=True
    ),
    "critical_extended_usage": extra(
        x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.4")]), critical=True
    ),
    "critical_names": critical(x509.SubjectAlternativeName),
    "critical_issuer_names": critical(x509.IssuerAlternativeName),
    "critical_lists": critical(x509.CRLDistributionPoints),
    "critical_authority_key": critical(x509.AuthorityKeyIdentifier),
    "critical_subject_key": critical(x509.SubjectKeyIdentifier),
}

RULE_DEFECTS: Final[Mapping[str, Defect]] = MappingProxyType(
    {
        **_ISSUERS,
        **_ALGORITHMS,
        **_VALIDITY,
        **_POLICIES,
        **{k: Defect("cert_wrong_key_usage", change) for k, change in _USAGE.items()},
        **{k: Defect("cert_unknown_critical_extension", c) for k, c in _CRITICAL.items()},
        "authority_itself": Defect(
            "cert_is_authority",
            extra(x509.BasicConstraints(ca=True, path_length=None), critical=False),
        ),
    }
)
