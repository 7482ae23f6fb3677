"""The card command at a terminal of its own, and who sits there."""

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("tsukuba-trust")
PATIENCE_S = 20


class Typist:
    """Reads and types at a terminal."""

    def __init__(self, process: "subprocess.Popen[bytes]", terminal: int) -> None:
        self.process, self._terminal, self.seen = process, terminal, ""

    def sees(self, wanted: str) -> str:
        until = time.monotonic() + PATIENCE_S
        while wanted not in self.seen:
            if not select.select([self._terminal], [], [], max(0, until - time.monotonic()))[0]:
                raise AssertionError(f"{wanted!r} not in {self.seen}")
            try:
                self.seen += os.read(self._terminal, 4096).decode(errors="replace")
            except OSError:  # the program has ended
                assert wanted in self.seen, self.seen
        return self.seen

    def types(self, text: str) -> None:
        os.write(self._terminal, f"{text}\n".encode())

    def types_hidden(self, text: str) -> None:
        """Type a password as soon as the terminal shows no letters any more."""
        self.sees("Signature password")
        until = time.monotonic() + PATIENCE_S
        while termios.tcgetattr(self._terminal)[3] & termios.ECHO:
            assert time.monotonic() < until, "the password would be seen"
            time.sleep(0.01)
        self.types(text)

    def of_process(self, name: str) -> bytes:
        return Path(f"/proc/{self.process.pid}/{name}").read_bytes()


@contextmanager
def typing(*words: str, env: dict[str, str] | None = None) -> Iterator[Typist]:
    """Run the command at a terminal."""
    mine, its = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, *words],
        stdin=its,
        stdout=its,
        stderr=its,
        env={**os.environ, "LANG": "en_US.UTF-8", **(env or {})},
        start_new_session=True,
        # Passwords are asked at the controlling terminal, and only the child can take it; the
        # call takes no lock, so a thread of ours cannot leave it hanging.
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
    )
    os.close(its)
    try:
        yield Typist(process, mine)
    finally:
        process.kill()
        process.wait()
        os.close(mine)


def opened(log: Path) -> str:
    """Wait for the address that the default browser was given."""
    until = time.monotonic() + PATIENCE_S
    while not log.exists() and time.monotonic() < until:
        time.sleep(0.05)
    return log.read_text()
