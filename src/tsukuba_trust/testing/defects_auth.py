"""What can be wrong with a user-authentication certificate in particular."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from tsukuba_trust.testing.certificates import utf8_string
from tsukuba_trust.testing.defect_changes import (
    ADDRESS,
    NAME,
    Defect,
    critical,
    issued_by,
    left_out,
    setting,
    usages,
)

_USAGE: Final = "cert_wrong_key_usage"
_NOT_ALLOWED: Final = "cert_attributes_not_allowed"
_POLICY: Final = "cert_wrong_policy"
_ARC: Final = "1.2.392.200149.8.5.1"

AUTH_DEFECTS: Final[Mapping[str, Defect]] = MappingProxyType(
    {
        "sign_issuer": Defect("cert_wrong_purpose", issued_by("sign")),
        "sign_policy": Defect(_POLICY, setting(policies=[f"{_ARC}.1.20"])),
        "auth_policy_3": Defect(_POLICY, setting(policies=[f"{_ARC}.3.3"])),
        "auth_policy_31": Defect(_POLICY, setting(policies=[f"{_ARC}.3.31"])),
        "auth_policy_of_tests": Defect(_POLICY, setting(policies=[f"{_ARC}.2.30"])),
        "non_repudiation": Defect(_USAGE, usages("digital_signature", "content_commitment")),
        "only_non_repudiation": Defect(_USAGE, usages("content_commitment")),
        "no_client_authentication": Defect(_USAGE, left_out(x509.ExtendedKeyUsage)),
        "server_authentication": Defect(_USAGE, setting(extended=ExtendedKeyUsageOID.SERVER_AUTH)),
        "any_extended_usage": Defect(
            _USAGE, setting(extended=ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
        ),
        "extended_usage_critical": Defect(
            "cert_unknown_critical_extension", critical(x509.ExtendedKeyUsage)
        ),
        "name_given": Defect(_NOT_ALLOWED, setting(other_names=[(NAME, utf8_string("筑波"))])),
        "address_given": Defect(_NOT_ALLOWED, setting(other_names=[(ADDRESS, utf8_string("市"))])),
        "unknown_attribute_given": Defect(
            _NOT_ALLOWED, setting(other_names=[("1.2.3.4", utf8_string("x"))])
        ),
    }
)
