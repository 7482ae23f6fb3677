"""How a rule complains about an election file: code, key, detail."""

from collections.abc import Callable
from typing import NoReturn, TypeAlias

from tsukuba_trust.errors import Misconfigured

Complain: TypeAlias = Callable[[str, str, str], NoReturn]


def complain(name: str) -> Complain:
    """Return a function (code, key, detail) that raises Misconfigured for this file."""

    def fail(code: str, key: str, detail: str) -> NoReturn:
        raise Misconfigured(code, detail, where=f"{name}: {key}")

    return fail
