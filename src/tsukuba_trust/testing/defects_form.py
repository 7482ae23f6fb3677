"""What can be wrong with the bytes of a certificate, whatever they say."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tsukuba_trust.testing.certificates import der_string
from tsukuba_trust.testing.defect_changes import Defect, patched, setting

MALFORMED: Final = "cert_malformed"


def _inserted(data: bytes) -> bytes:
    """Put something behind the extensions, inside the signed part."""
    body = _content(data)
    signed, rest = _first(body)
    return der_string(0x30, der_string(0x30, _content(signed) + b"\x05\0") + rest)


def _without_extensions(data: bytes) -> bytes:
    body = _content(data)
    signed, rest = _first(body)
    inside = _content(signed)
    place = inside.rindex(b"\xa3\x82")
    return der_string(0x30, der_string(0x30, inside[:place]) + rest)


def _fourth_part(data: bytes) -> bytes:
    return der_string(0x30, _content(data) + b"\x05\0")


def _indefinite(data: bytes) -> bytes:
    return b"\x30\x80" + _content(data) + b"\0\0"


def _long_length(data: bytes) -> bytes:
    content = _content(data)
    return b"\x30\x83" + len(content).to_bytes(3, "big") + content


def _signature(change: bytes) -> Defect:
    return Defect("cert_bad_signature", setting(patch=lambda data: data[: -len(change)] + change))


def _short_signature(data: bytes) -> bytes:
    content = _content(data)
    end = len(content) - 261  # 03 82 01 01 00 and 256 bytes
    return der_string(0x30, content[:end] + der_string(0x03, b"\0" + content[end + 5 : -1]))


def _unused_bit(data: bytes) -> bytes:
    return data[:-257] + b"\1" + data[-256:-1] + bytes([data[-1] & 0xFE])


def _content(data: bytes) -> bytes:
    return data[4:]  # certificates and their signed parts have lengths of two bytes


def _first(data: bytes) -> tuple[bytes, bytes]:
    end = 4 + int.from_bytes(data[2:4], "big")
    return data[:end], data[end:]


FORM_DEFECTS: Final[Mapping[str, Defect]] = MappingProxyType(
    {
        "byte_appended": Defect(MALFORMED, setting(appended=b"\0")),
        "element_appended": Defect(MALFORMED, setting(appended=b"\x05\0")),
        "padded_to_a_megabyte": Defect("cert_too_large", setting(appended=bytes(1_000_000))),
        "padded_to_4097": Defect("cert_too_large", setting(patch=lambda d: d.ljust(4097, b"\0"))),
        "cut": Defect(MALFORMED, setting(patch=lambda data: data[:-1])),
        "empty": Defect(MALFORMED, setting(patch=lambda _data: b"")),
        "indefinite_length": Defect(MALFORMED, setting(patch=_indefinite)),
        "length_too_long": Defect(MALFORMED, setting(patch=_long_length)),
        "part_inserted": Defect(MALFORMED, setting(patch=_inserted)),
        "part_behind": Defect(MALFORMED, setting(patch=_fourth_part)),
        "no_extensions": Defect(MALFORMED, setting(patch=_without_extensions)),
        "version_1": Defect(MALFORMED, patched("a003020102", "a003020100")),
        "version_2": Defect(MALFORMED, patched("a003020102", "a003020101")),
        "version_4": Defect(MALFORMED, patched("a003020102", "a003020103")),
        "serial_negative": Defect(MALFORMED, patched("a003020102020420", "a0030201020204a0")),
        "serial_padded": Defect(MALFORMED, patched("a003020102020420", "a003020102020400")),
        "serial_as_text": Defect(MALFORMED, patched("a003020102020420", "a0030201020c0420")),
        "critical_false_written": Defect(
            MALFORMED, patched("0603551d0f0101ff", "0603551d0f010100")
        ),
        "critical_maybe": Defect(MALFORMED, patched("0603551d0f0101ff", "0603551d0f010101")),
        "extension_twice": Defect(MALFORMED, patched("0603551d0e", "0603551d0f")),
        "usage_with_spare_bits": Defect(MALFORMED, patched("030206c0", "030206c1")),
        "subject_in_ia5": Defect(MALFORMED, patched("06035504030c", "060355040316")),
        "subject_not_utf8": Defect(
            MALFORMED, patched(b"Tsukuba-shi".hex(), b"Tsukuba\xffshi".hex())
        ),
        "unused_bit_in_signature": Defect(MALFORMED, setting(patch=_unused_bit)),
        "algorithms_differ": Defect(
            "cert_algorithms_differ", patched("2a864886f70d01010b0500", "2a864886f70d01010c0500")
        ),
        "signature_zero": _signature(bytes(256)),
        "signature_one": _signature(bytes(255) + b"\1"),
        "signature_high": _signature(b"\xff" * 256),
        "signature_last_byte": Defect(
            "cert_bad_signature", setting(patch=lambda d: d[:-1] + bytes([d[-1] ^ 1]))
        ),
        "signature_short": Defect("cert_bad_signature", setting(patch=_short_signature)),
        "subject_changed": Defect(
            "cert_bad_signature", patched(b"Tsukuba-shi".hex(), b"Tsukuba-cho".hex())
        ),
    }
)
