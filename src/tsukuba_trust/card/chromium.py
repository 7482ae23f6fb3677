"""A Chromium of its own for one voter: a fresh profile in memory, gone with the voter."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tsukuba_trust.card.devtools import Pipe
from tsukuba_trust.errors import Misconfigured, Unavailable

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - wanted for being a memory file system
PREFIX: Final = "tsukuba-trust-kiosk-"
HELD: Final = "held"  # locked as long as its kiosk lives
SCHEME: Final = "tsukuba-trust-card"
ABOVE: Final = 10  # file descriptors that cannot collide with 3 and 4
SWITCHES: Final = (
    *("--remote-debugging-pipe", "--kiosk", "--no-first-run", "--no-default-browser-check"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *(
        "--disable-extensions",
        "--disable-pinch",
        "--disable-breakpad",
        "--disable-session-crashed-bubble",
    ),
    *(
        "--disk-cache-size=1",
        "--password-store=basic",
        "--disable-quic",
        "--deny-permission-prompts",
    ),
    *(
        "--disable-features=Translate,MediaRouter,DialMediaRouteProvider",
        "--overscroll-history-navigation=0",
    ),
)
# No printing, no saving, no password or form memory; our own scheme never leaves the browser.
PREFERENCES: Final = {
    "protocol_handler": {"excluded_schemes": {SCHEME: True}},
    "printing": {"enabled": False},
    "download_restrictions": 3,  # all of them
    "credentials_enable_service": False,
    "autofill": {"profile_enabled": False, "credit_card_enabled": False},
    "translate": {"enabled": False},
}
LOCAL_STATE: Final = {"select_file_dialogs": {"allowed": False}}
GONE_S: Final = 2.0


class Chromium:
    """One browser with one profile.

    :param program: its path
    :param switches: further ones, for this machine
    """

    def __init__(self, program: str, switches: Sequence[str] = ()) -> None:
        self.profile = _new_profile()
        self._held = (self.profile / HELD).open("wb")
        fcntl.flock(self._held, fcntl.LOCK_EX)
        try:
            self.process, self.pipe = _start(program, self.profile, switches)
        except BaseException:
            self._held.close()
            shutil.rmtree(self.profile, ignore_errors=True)
            raise

    def close(self) -> None:
        """End the browser with all its processes, and delete everything it had.

        :raises Unavailable: ``profile_left``: something of the voter may still be there
        """
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.process, 0)
        self._held.close()
        until = time.monotonic() + GONE_S
        while self.profile.exists():
            shutil.rmtree(self.profile, ignore_errors=True)
            if time.monotonic() > until:
                raise Unavailable("profile_left", str(self.profile))


def delete_leftovers() -> None:
    """Delete profiles that a killed kiosk of this user has left; a living one holds its own."""
    for folder in MEMORY.glob(f"{PREFIX}*"):
        if folder.stat().st_uid != os.getuid():
            continue
        with contextlib.suppress(OSError), (folder / HELD).open("wb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def _new_profile() -> Path:
    if not _is_memory(MEMORY):
        raise Misconfigured("no_memory_filesystem", "a tmpfs is wanted", where=str(MEMORY))
    profile = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY))
    (profile / "Default").mkdir()
    (profile / "tmp").mkdir()
    (profile / HELD).touch()
    (profile / "Local State").write_text(json.dumps(LOCAL_STATE), encoding="ascii")
    (profile / "Default" / "Preferences").write_text(json.dumps(PREFERENCES), encoding="ascii")
    return profile


def _is_memory(folder: Path) -> bool:
    lines = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    return any(line.split()[1:3] == [str(folder), "tmpfs"] for line in lines)


def _start(program: str, profile: Path, switches: Sequence[str]) -> tuple[int, Pipe]:
    """Start the browser; it reads commands from descriptor 3 and writes answers to 4."""
    commands, answers = os.pipe(), os.pipe()
    reading, writing = (fcntl.fcntl(end, fcntl.F_DUPFD, ABOVE) for end in (commands[0], answers[1]))
    words = [program, *SWITCHES, f"--user-data-dir={profile}", *switches, "about:blank"]
    home = {name: str(profile) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    null = os.open(os.devnull, os.O_RDWR)
    try:
        process = os.posix_spawn(
            program,
            words,
            {**os.environ, **home, "TMPDIR": str(profile / "tmp")},
            file_actions=[
                *((os.POSIX_SPAWN_DUP2, null, stream) for stream in (0, 1, 2)),
                (os.POSIX_SPAWN_DUP2, reading, 3),
                (os.POSIX_SPAWN_DUP2, writing, 4),
            ],
            setpgroup=0,
        )
    except OSError as error:
        os.close(commands[1])
        os.close(answers[0])
        raise Misconfigured("browser_missing", str(error), where=program) from None
    finally:
        for descriptor in (commands[0], answers[1], reading, writing, null):
            os.close(descriptor)
    return process, Pipe(answers[0], commands[1])
