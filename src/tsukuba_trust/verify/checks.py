"""Named checks of the auditor's programme.

A check is a module-level function that raises ``Rejected`` and returns nothing. The
decorator writes its name and step (board.md section 2.5) into one table, so that
documentation lists all of them and a test can take each away, one at a time, and
show that its broken record is then accepted (attack P03).
"""

from collections.abc import Callable
from typing import ParamSpec

P = ParamSpec("P")

CHECKS: dict[str, str] = {}  # "module.function" -> step, in the order of definition


def check(step: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Register a check under its step, for instance ``9.5``."""

    def register(function: Callable[P, None]) -> Callable[P, None]:
        CHECKS[f"{function.__module__}.{function.__name__}"] = step
        return function

    return register
