"""A private PostgreSQL server for the tests: own folder, unix socket only, flushes to disk.

It runs as the user ``postgres`` when the tests run as root, because the server refuses
root. Nothing listens on the network, and everything goes with the temporary folder.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = (Path("/usr/lib/postgresql"), Path("/usr/local/pgsql"))
START_TIMEOUT_S = 60


def programs() -> Path | None:
    """Return the folder of the newest installed server's programs."""
    found = [path.parent for root in PROGRAMS for path in root.glob("**/bin/initdb")]
    return max(found, key=lambda path: (len(str(path)), str(path)), default=None)


def why_not() -> str:
    """Return why there is no server here, empty when there is one."""
    if programs() is None:
        return "no PostgreSQL server installed"
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            return "tests run as root and there is no setpriv to become postgres"
        if not any(user.pw_name == "postgres" for user in pwd.getpwall()):
            return "tests run as root and there is no user postgres"
    return ""


def _as_server_user(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres", "postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env"]


@contextmanager
def server() -> Iterator[str]:
    """Run a server and give the URL of its database ``postgres``, without the driver's name."""
    binaries = programs()
    assert binaries is not None
    # A short path: the name of a unix socket has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="tt-pg-", dir="/tmp"))
    become = _as_server_user(folder)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*become, str(binaries / program), *arguments],
            cwd=folder, capture_output=True, text=True, timeout=START_TIMEOUT_S, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    try:
        run("initdb", "-D", str(data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = (
            f"-k {folder} -c listen_addresses='' -c unix_socket_permissions=0777 "
            "-c fsync=on -c synchronous_commit=on -c full_page_writes=on "
            "-c max_connections=100 -c shared_buffers=16MB"
        )
        log = str(folder / "log")
        run("pg_ctl", "-D", str(data), "-w", "-l", log, "-o", options, "start")
        try:
            yield f"postgresql://tests@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
