"""A reader for card tests: pcscd and its virtual reader, in a namespace of their own.

The process that calls ``enter`` moves into a mount and a network namespace; everything that
it starts afterwards (pcscd, server, browser) is in them, and vpcd's open port leads nowhere
else. Needs Linux, and root or user namespaces. Run as a program this is the probe.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PROGRAMS = ("pcscd", "opensc-tool", "pkcs15-tool", "pkcs11-tool")
SOCKET = Path("/run/pcscd/pcscd.comm")
PORT = 0x8C7B
CONFIG = f"""FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:0x{PORT:X}
LIBPATH {DRIVER}
CHANNELID 0x{PORT:X}
"""
NEW_MOUNTS, NEW_USER, NEW_NETWORK = 0x00020000, 0x10000000, 0x40000000
RECURSIVE, PRIVATE = 0x4000, 1 << 18
SET_FLAGS, UP = 0x8914, 0x1
PATIENCE_S = 10
EMPTY, PRESENT = 0x10, 0x20  # winscard.h: SCARD_STATE_EMPTY, SCARD_STATE_PRESENT
NOTICED_S = 30


def why_not() -> str:
    """Return why card tests cannot run here; empty = they can. The probe does the thing."""
    missing = [name for name in PROGRAMS if shutil.which(name, path=_path()) is None]
    if missing:
        return f"no {missing[0]}"
    if not DRIVER.exists():
        return "no virtual reader (vsmartcard-vpcd)"
    try:
        import_module("smartcard")
    except ImportError as error:
        return f"no pyscard ({error})"
    command = (sys.executable, __file__)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stderr.strip().splitlines() or ["it said nothing"]
    return "" if done.returncode == 0 else f"no virtual reader came up: {said[-1]}"


def enter() -> None:
    """Move this thread, and all that it starts, into namespaces of their own.

    :raises OSError: the kernel does not allow it
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def call(name: str, *parameters: object) -> None:
        if getattr(libc, name)(*parameters) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"{name}: {os.strerror(number)}")

    user, group = os.getuid(), os.getgid()
    try:
        call("unshare", NEW_MOUNTS | NEW_NETWORK)
    except OSError:
        call("unshare", NEW_USER | NEW_MOUNTS | NEW_NETWORK)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    call("mount", b"none", b"/", None, RECURSIVE | PRIVATE, None)
    for own in (b"/run", b"/dev/shm"):  # pcscd's socket; profiles of kiosks
        call("mount", b"tmpfs", own, b"tmpfs", 0, b"mode=1777")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))


@contextmanager
def running_pcscd(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run pcscd with two virtual readers, without systemd; its log never holds commands.

    :param folder: for configuration and log
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "readers").mkdir()
    (folder / "readers" / "vpcd").write_text(CONFIG)
    command = [str(shutil.which("pcscd", path=_path())), "--foreground", "--config"]
    with (folder / "pcscd.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, str(folder / "readers")], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(process, folder / "pcscd.log")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)


def wait_for(*wanted: int) -> None:
    """Wait until each reader is in the state that is wanted of it; 0 = in any.

    :raises RuntimeError: pcscd does not say so in time
    """
    from smartcard import scard

    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    try:
        _, names = scard.SCardListReaders(context, [])
        states = [(name, scard.SCARD_STATE_UNAWARE) for name in sorted(names)]
        until = time.monotonic() + NOTICED_S
        while not all(
            not want or state & want for want, (_, state) in zip(wanted, states, strict=True)
        ):
            left = until - time.monotonic()
            if left < 0:
                raise RuntimeError(f"the readers are not as they should be: {states}")
            _, found = scard.SCardGetStatusChange(context, int(left * 1000) + 1, states)
            states = [(name, state) for name, state, _ in found]
    finally:
        scard.SCardReleaseContext(context)


def _wait_for(process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while not (SOCKET.exists() and _listens()):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"pcscd does not run: {log.read_text()[-500:]}")
        time.sleep(0.02)


def _listens() -> bool:
    """Ask the kernel and not the port: a connection would be a card."""
    listening, port = "0A", f":{PORT:04X}"
    rows = [line.split() for line in Path("/proc/thread-self/net/tcp").read_text().splitlines()]
    return any(row[1].endswith(port) and row[3] == listening for row in rows[1:])


def _path() -> str:
    """Return where programs are: pcscd stands in sbin, which is not on everyone's path."""
    return os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))


def _probe() -> None:
    import tempfile

    enter()
    with tempfile.TemporaryDirectory() as folder, running_pcscd(Path(folder) / "pcscd"):
        from smartcard.System import readers

        if not readers():
            raise RuntimeError("pcscd lists no reader")


if __name__ == "__main__":
    _probe()
