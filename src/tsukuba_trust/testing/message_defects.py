"""What can be wrong with a card's CMS message, each with the ground on which it is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.certificates import der_string
from tsukuba_trust.testing.messages import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    Message,
    digest,
    signer,
)

TIME: Final = "2a864886f70d010905"
NONSENSE: Final = b"\x05\0"
MALFORMED: Final = "cms_malformed"
UNKNOWN: Final = "cms_unknown_algorithm"
_SHA1: Final = bytes.fromhex("300906052b0e03021a0500")
_MD5: Final = bytes.fromhex("300c06082a864886f70d02050500")
_SHA384: Final = bytes.fromhex("300d06096086480165030402020500")
_SHA512: Final = bytes.fromhex("300d06096086480165030402030500")
_SHA1_RSA: Final = bytes.fromhex("300d06092a864886f70d0101050500")
_SHA512_RSA: Final = bytes.fromhex("300d06092a864886f70d01010d0500")
_PSS: Final = bytes.fromhex("300b06092a864886f70d01010a")
_ECDSA: Final = bytes.fromhex("300a06082a8648ce3d040302")
_RSA_NO_NULL: Final = bytes.fromhex("300b06092a864886f70d010101")


@dataclass(frozen=True, slots=True)
class Context:
    """What a change may need.

    :param text: the registration text; ``other`` = somebody else's card
    """

    text: str
    other: TestCard


Change = Callable[[Message, Context], None]


@dataclass(frozen=True, slots=True)
class MessageDefect:
    """A change to a message and the reason it must be refused for."""

    reason: str
    change: Change


def _set(**values: object) -> Change:
    def change(message: Message, _context: Context) -> None:
        for name, value in values.items():
            setattr(message, name, value)

    return change


def _signer(**values: object) -> Change:
    def change(message: Message, _context: Context) -> None:
        for name, value in values.items():
            setattr(message.signers[0], name, value)

    return change


def _algorithms(digest_identifier: bytes) -> Change:
    def change(message: Message, _context: Context) -> None:
        message.digests = [digest_identifier]
        message.signers[0].digest = digest_identifier

    return change


def _values(kind: str, *values: bytes) -> Change:
    def change(message: Message, _context: Context) -> None:
        found = message.signers[0].attributes or []
        message.signers[0].attributes = [
            (k, list(values) if k == kind else old) for k, old in found
        ]

    return change


def _more(*attributes: tuple[str, list[bytes]]) -> Change:
    return lambda message, _context: (message.signers[0].attributes or []).extend(attributes)


def _without(kind: str) -> Change:
    def change(message: Message, _context: Context) -> None:
        found = message.signers[0].attributes or []
        message.signers[0].attributes = [item for item in found if item[0] != kind]

    return change


def _backwards(message: Message, _context: Context) -> None:
    (message.signers[0].attributes or []).reverse()
    message.signers[0].ordered = False


def _content(*, wrapped: bool = True) -> Change:
    def change(message: Message, context: Context) -> None:
        text = der_string(0x04, context.text.encode())
        message.content = der_string(0xA0, text) if wrapped else text

    return change


def _content_of_another_text(message: Message, _context: Context) -> None:
    other = "あなたの一票 / another text"
    message.content = der_string(0xA0, der_string(0x04, other.encode()))
    _values(MESSAGE_DIGEST, der_string(0x04, digest(other)))(message, _context)


def _extra_signer(message: Message, context: Context) -> None:
    message.signers.append(signer(context.other, context.text))
    message.certificates.append(context.other.certificate)


def _extra_signer_first(message: Message, context: Context) -> None:
    _extra_signer(message, context)
    message.signers.reverse()


def _same_signer_twice(message: Message, _context: Context) -> None:
    message.signers *= 2


def _other_certificate(message: Message, context: Context) -> None:
    message.certificates = [context.other.certificate]


def _certificate_twice(message: Message, _context: Context) -> None:
    message.certificates *= 2


def _many_certificates(message: Message, context: Context) -> None:
    message.certificates += [context.other.certificate] * 4


def _another_key(message: Message, context: Context) -> None:
    message.signers[0].card = context.other


def _names_another(message: Message, context: Context) -> None:
    message.signers[0].named = signer(context.other, context.text).named


def _other_text(text: str) -> Change:
    return lambda message, context: _values(
        MESSAGE_DIGEST, der_string(0x04, digest(context.text + text))
    )(message, context)


def _signs_the_text(message: Message, context: Context) -> None:
    message.signers[0].signed = context.text.encode()


def _signs_the_context_tag(message: Message, _context: Context) -> None:
    """Sign the attributes as they stand in the message, [0] instead of SET OF."""
    one = message.signers[0]
    place = one.make().find(b"\xa0", len(one.version + one.named + one.digest))
    length = one.make()[place + 1] + 2
    one.signed = one.make()[place : place + length]


def _text_without_attributes(message: Message, context: Context) -> None:
    message.signers[0].attributes = None
    message.signers[0].signed = context.text.encode()


_TYPE = der_string(0x06, bytes.fromhex("2a864886f70d010701"))
_OTHER_TYPE = der_string(0x06, bytes.fromhex("2a864886f70d010702"))

MESSAGE_DEFECTS: Final[Mapping[str, MessageDefect]] = MappingProxyType(
    {
        name: MessageDefect(reason, change)
        for name, (reason, change) in {
            "byte_appended": (MALFORMED, _set(behind=b"\0")),
            "message_appended": (MALFORMED, _set(behind=b"\x30\0")),
            "padded_to_a_megabyte": ("cms_too_large", _set(behind=bytes(1_000_000))),
            "enveloped_data": ("cms_not_signed_data", _set(kind="2a864886f70d010703")),
            "plain_data": ("cms_not_signed_data", _set(kind="2a864886f70d010701")),
            "version_3": ("cms_version", _set(version=b"\2\1\3")),
            "version_0": ("cms_version", _set(version=b"\2\1\0")),
            "version_long": ("cms_version", _set(version=b"\2\2\0\1")),
            "version_text": (MALFORMED, _set(version=b"\x0c\x011")),
            "no_digest_algorithm": ("cms_digests_differ", _set(digests=[])),
            "two_digest_algorithms": (
                "cms_digests_differ",
                _set(digests=[_SHA1, bytes.fromhex("300d06096086480165030402010500")]),
            ),
            "digest_outside_differs": ("cms_digests_differ", _set(digests=[_SHA384])),
            "digest_inside_differs": ("cms_digests_differ", _signer(digest=_SHA384)),
            "sha1_digest": ("cms_weak_digest", _algorithms(_SHA1)),
            "md5_digest": ("cms_weak_digest", _algorithms(_MD5)),
            "sha384_digest": (UNKNOWN, _algorithms(_SHA384)),
            "sha512_digest": (UNKNOWN, _algorithms(_SHA512)),
            "sha1_signature": (UNKNOWN, _signer(algorithm=_SHA1_RSA)),
            "sha512_signature": (UNKNOWN, _signer(algorithm=_SHA512_RSA)),
            "pss_signature": (UNKNOWN, _signer(algorithm=_PSS)),
            "ecdsa_signature": (UNKNOWN, _signer(algorithm=_ECDSA)),
            "rsa_without_null": (UNKNOWN, _signer(algorithm=_RSA_NO_NULL)),
            "content_attached": ("cms_content_attached", _content()),
            "content_not_wrapped": ("cms_content_attached", _content(wrapped=False)),
            "content_empty": ("cms_content_attached", _set(content=b"\xa0\0")),
            "content_of_another_text": ("cms_content_attached", _content_of_another_text),
            "content_of_another_type": (
                "cms_content_type",
                _set(content_type="2a864886f70d0109100104"),
            ),
            "no_certificates": ("cms_certificate_missing", _set(certificates=[])),
            "only_another_certificate": ("cms_signer_unknown", _other_certificate),
            "certificate_twice": ("cms_signer_ambiguous", _certificate_twice),
            "many_certificates": ("cms_too_many_certificates", _many_certificates),
            "certificate_nonsense": (MALFORMED, _set(certificates=[NONSENSE])),
            "certificate_of_another_kind": (MALFORMED, _set(certificates=[b"\xa2\0"])),
            "revocation_lists": ("cms_lists_attached", _set(lists=b"\xa1\0")),
            "something_between": (MALFORMED, _set(lists=NONSENSE)),
            "no_signer": ("cms_signer_missing", _set(signers=[])),
            "extra_signer": ("cms_extra_signer", _extra_signer),
            "extra_signer_first": ("cms_extra_signer", _extra_signer_first),
            "same_signer_twice": ("cms_extra_signer", _same_signer_twice),
            "signer_by_key": ("cms_signer_by_key", _signer(named=der_string(0x80, bytes(20)))),
            "signer_names_another": ("cms_signer_unknown", _names_another),
            "signer_names_nobody": ("cms_signer_unknown", _signer(named=b"\x30\0")),
            "signer_version_3": ("cms_version", _signer(version=b"\2\1\3")),
            "signer_version_text": (MALFORMED, _signer(version=b"\x0c\x011")),
            "unsigned_attributes": ("cms_unsigned_attributes", _signer(behind=b"\xa1\0")),
            "signer_trailing": (MALFORMED, _signer(behind=NONSENSE)),
            "no_signed_attributes": ("cms_signed_attributes_missing", _text_without_attributes),
            "empty_signed_attributes": ("cms_attribute_missing", _signer(attributes=[])),
            "no_content_type": ("cms_attribute_missing", _without(CONTENT_TYPE)),
            "no_message_digest": ("cms_attribute_missing", _without(MESSAGE_DIGEST)),
            "content_type_twice": ("cms_attribute_repeated", _more((CONTENT_TYPE, [_TYPE]))),
            "message_digest_twice": (
                "cms_attribute_repeated",
                _more((MESSAGE_DIGEST, [der_string(4, bytes(32))])),
            ),
            "time_twice": ("cms_attribute_repeated", _more((TIME, [_TYPE]), (TIME, [_TYPE]))),
            "two_content_types": ("cms_attribute_value", _values(CONTENT_TYPE, _TYPE, _TYPE)),
            "two_digests": (
                "cms_attribute_value",
                _values(MESSAGE_DIGEST, der_string(4, bytes(32)), der_string(4, bytes(32))),
            ),
            "no_content_type_value": ("cms_attribute_value", _values(CONTENT_TYPE)),
            "digest_as_text": (
                "cms_attribute_value",
                _values(MESSAGE_DIGEST, der_string(0x0C, b"0" * 32)),
            ),
            "content_type_other": ("cms_content_type", _values(CONTENT_TYPE, _OTHER_TYPE)),
            "attributes_unsorted": ("cms_attributes_unsorted", _backwards),
            "digest_empty": ("cms_other_text", _values(MESSAGE_DIGEST, b"\4\0")),
            "digest_short": (
                "cms_other_text",
                _values(MESSAGE_DIGEST, der_string(4, bytes(31))),
            ),
            "text_with_newline": ("cms_other_text", _other_text("\n")),
            "text_with_more": ("cms_other_text", _other_text("\nbinding: 00")),
            "another_key": ("signature_invalid", _another_key),
            "signature_over_the_text": ("signature_invalid", _signs_the_text),
            "signature_over_the_tag": ("signature_invalid", _signs_the_context_tag),
            "signature_over_nothing": ("signature_invalid", _signer(signed=b"")),
        }.items()
    }
)
