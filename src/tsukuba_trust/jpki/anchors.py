"""The authorities that are believed: pinned by digest, chosen by key, never by name.

A folder holds ``anchors.toml`` and the PEM files that it names. The list that ships with
the program is the list of genuine pins; an authority of another folder that is not
on it is a test authority, and refused unless a setting allows it.

:source: jpki.md 3.3
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256

from tsukuba_trust.data import data_dir
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.jpki.memory import Memory
from tsukuba_trust.jpki.profile import CARD, PROFILES, PURPOSES, Profile, profile
from tsukuba_trust.jpki.signature import family_of

LIST: Final = "anchors.toml"
_FIELDS: Final = {
    "purpose",
    "generation",
    "card",
    "file",
    "sha256",
    "valid_from",
    "valid_until",
    "source",
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """One authority.

    :param sha256: of its DER, lower-case hex
    :param key_id: its SubjectKeyIdentifier; with the serial what a card's certificate names
    :param genuine: whether the shipped list pins it
    :param card: generation of the cards that it issues: which entries of ``PROFILES`` hold
    :param subject: DER of its name, which its certificates carry as issuer
    :param family: of its key: "rsa-pkcs1v15", "ecdsa", or empty for any other
    :param authority: whether it may issue certificates: CA:TRUE and keyCertSign, both critical
    :param not_before: first instant of validity, aware UTC; ``not_after`` likewise the last
    :param memory: of what its accepted certificates have in common
    """

    purpose: str
    certificate: x509.Certificate
    sha256: str
    key_id: bytes
    genuine: bool
    card: str = CARD
    serial: int = field(init=False)
    authority: bool = field(init=False)
    subject: bytes = field(init=False, repr=False)
    key: CertificatePublicKeyTypes = field(init=False, repr=False)
    family: str = field(init=False)
    not_before: datetime = field(init=False)
    not_after: datetime = field(init=False)
    memory: Memory = field(init=False, repr=False, compare=False, default_factory=Memory)

    def __post_init__(self) -> None:
        known: dict[str, object] = {
            "family": family_of(self.certificate.public_key()),
            "authority": is_authority(self.certificate),
            "serial": self.certificate.serial_number,
            "subject": self.certificate.subject.public_bytes(),
            "key": self.certificate.public_key(),
            "not_before": self.certificate.not_valid_before_utc,
            "not_after": self.certificate.not_valid_after_utc,
        }
        for name, value in known.items():
            object.__setattr__(self, name, value)


Anchors: TypeAlias = tuple[Anchor, ...]


def load_anchors(
    folder: Path | None = None,
    *,
    allow_test: bool = False,
    profiles: tuple[Profile, ...] = PROFILES,
) -> Anchors:
    """Load and check the authorities of a folder.

    :param folder: None = the genuine ones that ship with the program
    :param allow_test: whether authorities outside the shipped list are taken
    :param profiles: the cards that are known
    :raises Misconfigured: ``anchors_missing``, ``anchors_unreadable``, ``anchor_unpinned``,
        ``anchor_digest``, ``anchor_validity``, ``anchor_not_authority``, ``anchor_card`` or
        ``anchor_test``
    """
    shipped = data_dir("config") / "trust"
    folder = folder or shipped
    pins = {str(entry["sha256"]) for entry in _read_list(shipped)}
    entries = [entry for entry in _read_list(folder) if "file" in entry]
    _check_no_strangers(folder, {str(entry["file"]) for entry in entries})
    anchors = tuple(_load(folder, entry, pins) for entry in entries)
    for anchor in anchors:
        _check_card(anchor, profiles, folder)
        if not anchor.genuine and not allow_test:
            raise Misconfigured(
                "anchor_test", f"{anchor.sha256} is not on the shipped list", where=str(folder)
            )
    return anchors


def is_authority(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate may issue others: CA:TRUE and keyCertSign, both critical."""
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return basic.critical and basic.value.ca and usage.critical and usage.value.key_cert_sign


def anchor(
    purpose: str, certificate: x509.Certificate, *, genuine: bool, card: str = CARD
) -> Anchor:
    """Make an anchor of a certificate.

    :param card: generation of the cards that it issues
    :raises Misconfigured: ``anchor_not_authority``: no SubjectKeyIdentifier to be chosen by
    """
    try:
        key_id = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        raise Misconfigured("anchor_not_authority", "no subjectKeyIdentifier") from None
    digest = certificate.fingerprint(SHA256()).hex()
    return Anchor(purpose, certificate, digest, key_id.value.digest, genuine, card)


def _read_list(folder: Path) -> list[Mapping[str, Any]]:
    path = folder / LIST
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["anchor"]
    except FileNotFoundError:
        raise Misconfigured("anchors_missing", "no such file", where=str(path)) from None
    except (OSError, ValueError, KeyError) as error:
        detail = f"{type(error).__name__}: {error}".split("\n")[0]
        raise Misconfigured("anchors_unreadable", detail, where=str(path)) from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Misconfigured("anchors_unreadable", "[[anchor]] entries expected", where=str(path))
    for entry in entries:
        _check_entry(entry, path)
    return entries


def _check_entry(entry: Mapping[str, Any], path: Path) -> None:
    """Check the fields of an entry; one without a file is a pin only."""
    required = {"purpose", "sha256"} | ({"valid_from", "valid_until"} if "file" in entry else set())
    if not required <= set(entry) <= _FIELDS or entry["purpose"] not in PURPOSES:
        raise Misconfigured("anchors_unreadable", "fields or purpose of an entry", where=str(path))
    name = entry.get("file", "x")
    if not isinstance(name, str) or Path(name).name != name:
        raise Misconfigured("anchors_unreadable", "file is a name in this folder", where=str(path))


def _check_no_strangers(folder: Path, named: set[str]) -> None:
    for path in sorted(folder.glob("*.pem")):
        if path.name not in named:
            raise Misconfigured("anchor_unpinned", f"{LIST} does not name it", where=str(path))


def _load(folder: Path, entry: Mapping[str, Any], pins: set[str]) -> Anchor:
    path = folder / str(entry["file"])
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Misconfigured("anchors_unreadable", type(error).__name__, where=str(path)) from None
    digest = certificate.fingerprint(SHA256()).hex()
    if digest != entry["sha256"]:
        raise Misconfigured("anchor_digest", f"the file has {digest}", where=str(path))
    if (entry["valid_from"], entry["valid_until"]) != _validity(certificate):
        raise Misconfigured("anchor_validity", "the list says another period", where=str(path))
    if not is_authority(certificate):
        raise Misconfigured("anchor_not_authority", "CA:TRUE, keyCertSign", where=str(path))
    card = str(entry.get("card", CARD))
    return anchor(str(entry["purpose"]), certificate, genuine=digest in pins, card=card)


def _check_card(anchor: Anchor, profiles: tuple[Profile, ...], folder: Path) -> None:
    try:
        profile(anchor.purpose, anchor.card, profiles)
    except LookupError:
        detail = f"no rules for {anchor.purpose} certificates of card {anchor.card}"
        raise Misconfigured("anchor_card", detail, where=str(folder)) from None


def _validity(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc
