"""Every ground on which a card's certificate or message is refused; public and stable.

``docs/card-reasons.md`` says the same for people; a test keeps the two together. Logs and officers
see the ground; the voter sees the page of ``refusal.py``.

:source: jpki.md 4
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CERTIFICATE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cert_too_large": "more than 4,096 bytes",
        "cert_malformed": "not strict DER, not version 3, a field of another form, or bytes behind",
        "cert_unknown_issuer": "the authority that it names by key and serial number is not pinned",
        "cert_wrong_purpose": "issued by the authority of the other kind of certificate",
        "cert_issuer_not_authority": "what is pinned is not an authority (CA:TRUE, keyCertSign)",
        "cert_issuer_name": "the issuer's name is not that of the pinned authority",
        "cert_weak_algorithm": "signed with MD2, MD5 or SHA-1",
        "cert_algorithms_differ": "one algorithm is named inside, another beside the signature",
        "cert_unknown_algorithm": "another algorithm or kind of key than this card's rules name",
        "cert_weak_key": "RSA with fewer than 2,048 or more than 4,096 bits, or e is not 65537",
        "cert_bad_signature": "the authority did not sign these bytes",
        "cert_expired": "its validity has ended",
        "cert_not_yet_valid": "its validity has not begun",
        "cert_issuer_not_valid": "the authority's validity has ended or not begun",
        "cert_wrong_policy": "the policies are not exactly the one of this kind",
        "cert_policy_not_critical": "the policy is not marked critical",
        "cert_wrong_key_usage": "the usages are not exactly those of this kind, or not critical",
        "cert_unknown_critical_extension": "a critical extension that is not read here",
        "cert_is_authority": "it could issue certificates itself",
        "cert_attribute_missing": "one of the six attributes is missing",
        "cert_attribute_repeated": "an attribute stands there twice",
        "cert_attribute_encoding": "an attribute is no UTF8String, empty, or not printable",
        "cert_flags_mismatch": "the flags are not one 0 or 1 per character",
        "cert_birth_date_malformed": "the birth date is not nine digits, or there is no such day",
        "cert_attributes_not_allowed": "an authentication certificate with a name or address",
    }
)
MESSAGE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cms_too_large": "more than 16,384 bytes",
        "cms_malformed": "not strict DER, a part of another form, or bytes behind",
        "cms_not_signed_data": "another kind of message than SignedData",
        "cms_version": "another version than 1",
        "cms_digests_differ": "the digest algorithms outside and inside are not one and the same",
        "cms_content_attached": "it brings a text along; only ours is looked at, so it may not",
        "cms_content_type": "its content is said to be something else than data",
        "cms_certificate_missing": "no certificate",
        "cms_too_many_certificates": "more than four certificates",
        "cms_lists_attached": "revocation lists, which nobody asked for",
        "cms_signer_missing": "no signer",
        "cms_extra_signer": "more than one signer",
        "cms_signer_by_key": "the signer is not named by issuer and serial number",
        "cms_signer_unknown": "no certificate has the signer's issuer and serial number",
        "cms_signer_ambiguous": "several certificates have them",
        "cms_signed_attributes_missing": "no signed attributes",
        "cms_unsigned_attributes": "attributes that nobody signed",
        "cms_attributes_unsorted": "the signed attributes are not in the order of DER",
        "cms_attribute_repeated": "a signed attribute stands there twice",
        "cms_attribute_missing": "contentType or messageDigest is missing",
        "cms_attribute_value": "contentType or messageDigest has not one value of its type",
        "cms_weak_digest": "MD5 or SHA-1",
        "cms_unknown_algorithm": "another algorithm than this card's rules name",
        "cms_other_text": "the digest of another text than this attempt's registration text",
    }
)
ANSWER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "my_number_given": "the answer holds a 12-digit My Number, which nobody may ask for",
        "response_malformed": "the answer has other fields, or is not canonical base64",
        "signature_invalid": "the card did not sign this attempt's registration text",
    }
)
STATUS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cert_revoked": "revoked, for instance after a move",
        "cert_status_unknown": "the service asked does not know it",
    }
)
REASONS: Final[Mapping[str, str]] = MappingProxyType({**ANSWER, **CERTIFICATE, **MESSAGE, **STATUS})
