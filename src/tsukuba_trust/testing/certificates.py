"""Certificates with the profile of the My Number Card, from test authorities.

A ``Draft`` says everything that a certificate will; changing a field before ``make`` is how
defects are made.

:source: jpki.md 3.1–3.3
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, Hash
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
)

UNIT: Final = {"sign": "JPKI for digital signature", "auth": "JPKI for user authentication"}
_AGENCY: Final = "Japan Agency for Local Authority Information Systems"
_UNIT_JA: Final = {"sign": "公的個人認証サービス署名用", "auth": "公的個人認証サービス利用者証明用"}
_USAGES: Final = (
    "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
    "key_cert_sign crl_sign encipher_only decipher_only"
)
_CPS: Final = "http://www.jpki.go.jp/cps.html"
_OCSP: Final = "http://ocsp.test.invalid"
_SHA256_OID: Final = bytes.fromhex("06092a864886f70d01010b0500")
_SHA1_OID: Final = bytes.fromhex("06092a864886f70d0101050500")
_SHA1_DIGEST_INFO: Final = bytes.fromhex("3021300906052b0e03021a05000414")


@dataclass(frozen=True, slots=True)
class Issuer:
    """A test authority's certificate with its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)

    @property
    def key_id(self) -> bytes:
        return x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()).digest


@dataclass(frozen=True, slots=True)
class Issuers:
    """Who signs: the two authorities, and two who may not.

    :param not_authority: self-signed like an authority, but CA:FALSE and without keyCertSign
    :param stranger: an authority with the same names that nobody pins
    """

    sign: Issuer
    auth: Issuer
    not_authority: Issuer
    stranger: Issuer


@dataclass(slots=True)
class Draft:
    """A certificate before it is signed.

    :param other_names: (type OID, DER of the value), in order
    :param usages: names of ``cryptography``'s KeyUsage that are set
    :param extra: further extensions with their critical flag
    :param named_issuer: what the AuthorityKeyIdentifier names; None = the signer
    :param issuer_name: None = the signer's; ``authority_key`` None = as it should be
    :param left_out: extensions that are missing; ``critical`` = those that are critical besides
    :param padded: None = PKCS#1 v1.5, as it should be
    :param patch: changes the signed DER
    """

    purpose: str
    issuer: Issuer
    key: CertificatePublicKeyTypes
    serial: int
    subject: x509.Name
    not_before: datetime
    not_after: datetime
    policies: list[str]
    usages: set[str]
    other_names: list[tuple[str, bytes]]
    locality: tuple[str, str]
    policy_critical: bool = True
    usage_critical: bool = True
    client_auth: bool = False
    sha1: bool = False
    extra: list[tuple[x509.ExtensionType, bool]] = field(default_factory=list)
    named_issuer: Issuer | None = None
    issuer_name: x509.Name | None = None
    authority_key: x509.AuthorityKeyIdentifier | None = None
    extended: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH
    left_out: set[x509.ObjectIdentifier] = field(default_factory=set)
    critical: set[x509.ObjectIdentifier] = field(default_factory=set)
    hashed: SHA256 | SHA384 | SHA512 = field(default_factory=SHA256)
    padded: padding.PSS | None = None
    patch: Callable[[bytes], bytes] = bytes
    appended: bytes = b""

    def make(self) -> bytes:
        """Sign it and return the DER."""
        if self.sha1:
            return _sha1_signed(self.builder().sign(self.issuer.key, SHA256()), self.issuer.key)
        made = self.builder().sign(self.issuer.key, self.hashed, rsa_padding=self.padded)
        return self.patch(made.public_bytes(Encoding.DER)) + self.appended

    def builder(self) -> x509.CertificateBuilder:
        """Return the certificate with the extensions in the order of real ones."""
        signer = self.issuer.certificate.subject
        builder = (
            _builder(self.subject, self.issuer_name or signer, self.key, self.serial)
            .not_valid_before(self.not_before)
            .not_valid_after(self.not_after)
        )
        for extension, critical in self._extensions():
            builder = builder.add_extension(extension, critical)
        return builder

    def _extensions(self) -> list[tuple[x509.ExtensionType, bool]]:
        named = self.named_issuer or self.issuer
        authority = self.authority_key or x509.AuthorityKeyIdentifier(
            named.key_id,
            [x509.DirectoryName(named.certificate.subject)],
            named.certificate.serial_number,
        )
        found: list[tuple[x509.ExtensionType, bool]] = [
            (key_usage(self.usages), self.usage_critical)
        ]
        if self.client_auth:
            found.append((x509.ExtendedKeyUsage([self.extended]), False))
        if self.other_names:
            names = [x509.OtherName(x509.ObjectIdentifier(o), v) for o, v in self.other_names]
            found.append((x509.SubjectAlternativeName(names), False))
        if self.policies:
            found.append((_policies(self.policies), self.policy_critical))
        found.append((x509.IssuerAlternativeName([_japanese(self.purpose)]), False))
        found.append((_crl(self.purpose, self.locality), False))
        if self.client_auth:
            found.append((_ocsp(), False))
        found.append((authority, False))
        found.append((x509.SubjectKeyIdentifier.from_public_key(self.key), False))
        return [
            (extension, critical or extension.oid in self.critical)
            for extension, critical in found + self.extra
            if extension.oid not in self.left_out
        ]


def make_issuer(
    organisation: str,
    purpose: str,
    key: rsa.RSAPrivateKey,
    not_before: datetime,
    not_after: datetime,
    *,
    authority: bool = True,
) -> Issuer:
    """Make a self-signed authority; ``authority=False`` leaves CA and keyCertSign out."""
    name = directory_name(("C", "JP"), ("O", organisation), ("OU", UNIT[purpose]), ("OU", _AGENCY))
    serial = int.from_bytes(_digest(key)[:4], "big") | 1
    builder = (
        _builder(name, name, key.public_key(), serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(
            key_usage({"key_cert_sign", "crl_sign"} if authority else {"digital_signature"}), True
        )
        .add_extension(x509.SubjectAlternativeName([_japanese(purpose)]), False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )
    return Issuer(builder.sign(key, SHA256()), key)


def directory_name(*parts: tuple[str, str]) -> x509.Name:
    """Return a name: C as PrintableString, all others as UTF8String."""
    oids = {
        "C": NameOID.COUNTRY_NAME,
        "O": NameOID.ORGANIZATION_NAME,
        "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "L": NameOID.LOCALITY_NAME,
        "CN": NameOID.COMMON_NAME,
    }
    return x509.Name([x509.NameAttribute(oids[kind], value) for kind, value in parts])


def key_usage(usages: set[str]) -> x509.KeyUsage:
    """Return a KeyUsage with these set and no others."""
    return x509.KeyUsage(**{name: name in usages for name in _USAGES.split()})


def utf8_string(text: str) -> bytes:
    """Return the DER of a UTF8String of at most 65,535 bytes."""
    return der_string(0x0C, text.encode("utf-8"))


def der_string(tag: int, content: bytes) -> bytes:
    """Return the DER of a string type."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _builder(
    subject: x509.Name, issuer: x509.Name, key: CertificatePublicKeyTypes, serial: int
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    return builder.public_key(key).serial_number(serial)


def _digest(key: rsa.RSAPrivateKey) -> bytes:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest


def _policies(oids: list[str]) -> x509.CertificatePolicies:
    found = [x509.PolicyInformation(x509.ObjectIdentifier(oid), [_CPS]) for oid in oids]
    return x509.CertificatePolicies(found)


def _japanese(purpose: str) -> x509.DirectoryName:
    name = directory_name(
        ("C", "JP"),
        ("O", "公的個人認証サービス"),
        ("OU", _UNIT_JA[purpose]),
        ("OU", "地方公共団体情報システム機構"),
    )
    return x509.DirectoryName(name)


def _crl(purpose: str, locality: tuple[str, str]) -> x509.CRLDistributionPoints:
    name = directory_name(
        ("C", "JP"),
        ("O", "JPKI-TEST"),
        ("OU", UNIT[purpose]),
        ("OU", "CRL Distribution Points"),
        ("OU", locality[0]),
        ("CN", f"{locality[1]} CRLDP"),
    )
    point = x509.DistributionPoint([x509.DirectoryName(name)], None, None, None)
    return x509.CRLDistributionPoints([point])


def _ocsp() -> x509.AuthorityInformationAccess:
    place = x509.UniformResourceIdentifier(_OCSP)
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)]
    )


def _sha1_signed(made: x509.Certificate, key: rsa.RSAPrivateKey) -> bytes:
    """Sign again with SHA-1, which the library rightly refuses to do: RFC 8017 by hand."""
    signed = made.tbs_certificate_bytes.replace(_SHA256_OID, _SHA1_OID)
    digest = Hash(SHA1())  # noqa: S303 - a weak certificate is what is wanted
    digest.update(signed)
    numbers = key.private_numbers()
    size = key.key_size // 8
    info = _SHA1_DIGEST_INFO + digest.finalize()
    padded = b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info
    modulus = numbers.public_numbers.n
    value = pow(int.from_bytes(padded, "big"), numbers.d, modulus).to_bytes(size, "big")
    algorithm = der_string(0x30, _SHA1_OID)
    return der_string(0x30, signed + algorithm + der_string(0x03, b"\0" + value))
