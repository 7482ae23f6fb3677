"""Status words of the card, as our errors. What is not known is an error, never a success.

:source: jpki.md section 2.6; ISO/IEC 7816-4
"""

from typing import Final

from tsukuba_trust.errors import Refused

OK: Final = 0x9000
END_OF_FILE: Final = 0x6282  # fewer bytes than were asked for, and that is all
INTERNAL: Final = 0x6F00
NOT_VERIFIED: Final = 0x6982
NOT_FOUND: Final = 0x6A82
BLOCKED: Final = frozenset({0x6983, 0x6984})
WRONG_LENGTH: Final = 0x6C  # the second byte is the right one
MORE: Final = 0x61  # the second byte is how much


def tries_in(status: int) -> int | None:
    """Return the tries that ``63Cn`` says, or None where a status says none."""
    return status & 0xF if status & 0xFFF0 == 0x63C0 else None


def failure(status: int, step: str) -> Refused:
    """Return the error of a status word that a step did not expect.

    :param step: what was being done, for the detail of the error
    """
    if status in BLOCKED:
        return Refused("card_locked", step, tries_left=0)
    code = "card_other" if status == NOT_FOUND else "card_unreadable"
    return Refused(code, f"{step}: {status:04x}")
