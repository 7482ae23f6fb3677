"""The exception tree: four branches, each with a stable code.

Every edge maps the branches to its own language in one file: the command line
to one line and an exit status, the API to refusal data, a page to a text.
"""

import unicodedata

SILENT = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))  # categories without a glyph


class TrustError(Exception):
    """What this package raises on purpose.

    :param code: stable, lower snake case, never translated; tests, clients and
        documentation name it
    :param detail: one line for the person at the edge; never a choice, a
        credential, a name or card data
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Refused(TrustError):
    """The voter, officer or caller can be told, and can do something about it.

    :param tries_left: how often it may be tried again, where tries are counted
    """

    def __init__(self, code: str, detail: str = "", *, tries_left: int | None = None) -> None:
        super().__init__(code, detail)
        self.tries_left = tries_left


class Rejected(TrustError):
    """A cryptographic check failed.

    :param step: the check that failed, by its name in the documentation
    """

    def __init__(self, code: str, detail: str = "", *, step: str = "") -> None:
        super().__init__(code, detail)
        self.step = step or code


class BallotRejected(Rejected):
    """A ballot that its own proofs, signature or form refute."""


class Misconfigured(TrustError):
    """The installation or an election file is wrong; stops the start.

    :param where: file, key or plugin that is at fault
    """

    def __init__(self, code: str, detail: str = "", *, where: str = "") -> None:
        super().__init__(code, f"{where}: {detail}" if where else detail)
        self.where = where


class Unavailable(TrustError):
    """An outside system does not answer; trying again may help.

    :param retry_after_s: when trying again may help; None where the edge decides
    """

    def __init__(self, code: str, detail: str = "", *, retry_after_s: int | None = None) -> None:
        super().__init__(code, detail)
        self.retry_after_s = retry_after_s


def one_line(text: str) -> str:
    """Return a text of unknown origin as it may stand in one line of a terminal.

    What shows nothing but does something (line feeds, escape sequences, marks that turn the
    direction of writing, bytes that are no text) is written as its escape.
    """
    return "".join(
        sign.encode("unicode_escape").decode() if unicodedata.category(sign) in SILENT else sign
        for sign in text
    )
