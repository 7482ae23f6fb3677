"""What an emulated card does wrong when it is asked to.

:source: jpki.md 2.5, 2.6, 8
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Final

from tsukuba_trust.errors import Refused

NEVER: Final = -1
DROPS: Final = ("counted", "uncounted")


class CardRemoved(Exception):
    """The card is no longer in the reader; no answer came."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Everything off is a card that behaves.

    :param remove_after: the card leaves the field when this many commands were answered
        since it was put in; -1 = it stays
    :param drop_in_verify: "" or the link is lost inside VERIFY, the try being "counted" or
        "uncounted"
    :param first_fails: the first command after power-up is answered ``6F00``
    :param other_card: no JPKI application on it, as a driver's licence
    :param delay_ms: before every answer
    :param blocked_status: of VERIFY when no try is left; the sources differ
    :param short_status: of a read that ends before its Le
    :param filler: bytes FF behind each certificate, as real files may have
    :param get_response: answers with data come as ``61xx`` and are fetched by GET RESPONSE
    :param exact_length: a Le larger than what is there is answered ``6Cxx``
    :param cut_answers: answers are one byte long, as from a broken reader
    :param unblocked_by_reset: a reset gives all tries back
    :param forgets_on_reset: a reset forgets who is verified; the surveyed card does not
    """

    remove_after: int = NEVER
    drop_in_verify: str = ""
    first_fails: bool = False
    other_card: bool = False
    delay_ms: int = 0
    blocked_status: int = 0x6984
    short_status: int = 0x9000
    filler: int = 0
    get_response: bool = False
    exact_length: bool = False
    cut_answers: bool = False
    unblocked_by_reset: bool = False
    forgets_on_reset: bool = False


def read_faults(words: Iterable[str]) -> Faults:
    """Read faults as a command's options say them: ``first_fails``, ``remove_after=7`` …

    :raises Refused: ``fault_unknown``
    """
    defaults = {field.name: field.default for field in fields(Faults)}
    chosen: dict[str, Any] = {}
    for word in words:
        name, _, value = word.partition("=")
        try:
            chosen[name] = _value(defaults[name], value)
        except (KeyError, ValueError):
            known = ", ".join(sorted(defaults))
            raise Refused("fault_unknown", f"{word}; there are: {known}") from None
    return Faults(**chosen)


def _value(default: object, value: str) -> bool | int | str:
    match default:
        case bool() if not value:
            return True
        case bool():
            raise ValueError
        case int():
            return int(value, 0)
    if value not in DROPS:
        raise ValueError
    return value
