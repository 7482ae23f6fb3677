"""Running ``tsukuba-trust serve`` as a process of its own, for tests."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from web_world import WebWorld

PATIENCE_S = 60


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def get(port: int, path: str, host: str = "127.0.0.1:6543") -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        return answer.read().decode()


def wait_until_served(port: int) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return get(port, "/robots.txt", f"127.0.0.1:{port}")
        except OSError:
            assert time.monotonic() < deadline, "the service does not answer"
            time.sleep(0.1)


@contextmanager
def served(
    world: WebWorld, *options: str, internal: int = 0
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Serve a world's installation on a free port; its output goes to ``serve.log``."""
    ini, port = world.ini, free_port()
    if internal:
        text = ini.read_text().replace("internal_port = 0", f"internal_port = {internal}")
        ini.write_text(text)
    arguments = ["serve", "--settings", str(ini), "--listen", f"127.0.0.1:{port}", *options]
    script = "from tsukuba_trust.cli import main; main()"
    log = world.folder / "serve.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", script, *arguments], stdout=file, stderr=file
        )
        try:
            wait_until_served(port)
            yield port, process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE_S)
    assert process.returncode == 0, log.read_text(encoding="utf-8")


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes that a service forked."""
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(one) for one in path.read_text(encoding="ascii").split()]
