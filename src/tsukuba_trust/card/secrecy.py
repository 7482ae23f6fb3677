"""Keeps this process's memory to itself: no core file, no debugger of the same user."""

import ctypes
import resource
import sys
from typing import Final

from tsukuba_trust.errors import Misconfigured

PR_GET_DUMPABLE: Final = 3
PR_SET_DUMPABLE: Final = 4


def keep_memory_private() -> None:
    """Forbid core files and, on Linux, attaching to this process.

    :raises Misconfigured: ``memory_not_private``
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux" and ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise Misconfigured("memory_not_private", "prctl")
