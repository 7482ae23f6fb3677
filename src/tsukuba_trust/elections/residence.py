"""Does a signing certificate's address lie in the municipality? (jpki.md section 7)

The raw string is judged code point by code point, before any normalisation: what
matches exactly is accepted, what is close goes to the counter, the rest lives
elsewhere. Nothing is repaired silently.

:source: jpki.md section 7; JIS X 0402 municipality codes
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tsukuba_trust.errors import Refused


@dataclass(frozen=True, slots=True)
class Residence:
    """How a municipality's addresses begin, and what a clerk must look at.

    :param prefix: all of JIS level 1, so never substituted
    :param close: what a folded address that may be meant begins with
    :param elsewhere: what a folded address begins with that only looks close
    :param locality: prefecture and municipality in romaji, as the certificate writes them
    """

    prefix: str
    close: tuple[str, ...]
    elsewhere: tuple[str, ...]
    locality: str


RESIDENCES: Final[Mapping[str, Residence]] = {
    "08220": Residence(
        prefix="茨城県つくば市",
        close=("茨城県つくば", "つくば", "茨城県筑波", "筑波"),
        elsewhere=("茨城県つくばみらい市", "つくばみらい市"),
        locality="Ibaraki-ken/Tsukuba-shi",
    )
}
_JAPAN: Final = re.compile(r"(?:東京都|北海道|(?:京都|大阪)府|[^\s]{2,3}県)")
_OLD_FORMS: Final = str.maketrans({"縣": "県"})
_HIRAGANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def check_residence(code: str, attributes: Mapping[str, str]) -> None:
    """Check an address of a validated signing certificate.

    :param code: municipality, a key of ``RESIDENCES``
    :param attributes: ``address`` and ``address_flags`` as in the certificate, and, where
        the provider gives them, ``subject_locality`` and ``crl_locality``
    :raises Refused: ``counter_needed`` (a clerk must look) or ``not_tsukuba``
    """
    rule = RESIDENCES[code]
    address = attributes.get("address", "")
    flags = attributes.get("address_flags", "")
    if not address:
        raise Refused("counter_needed", "the certificate gives no address")
    if not address.startswith(rule.prefix):
        if is_close(rule, address, flags):
            raise Refused("counter_needed", "the address needs a look")
        raise Refused("not_tsukuba", "the certificate's address is elsewhere")
    exact = len(flags) == len(address) and set(flags[: len(rule.prefix)]) == {"0"}
    if not exact or len(address) == len(rule.prefix):
        raise Refused("counter_needed", "the address needs a look")
    _check_follower(rule, address)
    _check_subject(rule, attributes)


def _check_follower(rule: Residence, address: str) -> None:
    """Refuse a mark that changes the prefix's last character (variation selector, dakuten)."""
    follower = address[len(rule.prefix)]
    if unicodedata.category(follower) in ("Mn", "Mc", "Me", "Cf", "Cc"):
        raise Refused("counter_needed", "the address needs a look")


def _check_subject(rule: Residence, attributes: Mapping[str, str]) -> None:
    """Compare with subject and CRL, which the same authority wrote at issue."""
    for name in ("subject_locality", "crl_locality"):
        if attributes.get(name, rule.locality) != rule.locality:
            raise Refused("counter_needed", "address and issuer's words differ")


def is_close(rule: Residence, address: str, flags: str) -> bool:
    """Tell whether an address that does not match may still be one of the municipality.

    Close are: a substituted character where the prefix differs, an address that does not
    look like one in Japan (people abroad, since 2024-05-27), and after folding (half
    width, decomposed, old characters, variation selectors) a missing prefecture or the
    old name.
    """
    marks = flags.ljust(len(rule.prefix), "0")
    pairs = zip(address.ljust(len(rule.prefix)), rule.prefix, marks, strict=False)
    if all(found == expected or mark != "0" for found, expected, mark in pairs):
        return True
    folded = fold(address)
    if folded.startswith(rule.elsewhere):
        return False
    return folded.startswith(rule.close) or _JAPAN.match(folded) is None


def fold(address: str) -> str:
    """Return a form for comparison with a clerk's eye only, never as a proof."""
    plain = unicodedata.normalize("NFKC", address).translate(_OLD_FORMS)
    kept = (c for c in plain if unicodedata.category(c) not in ("Mn", "Cf", "Cc", "Zs"))
    return "".join(kept).translate(_HIRAGANA)
