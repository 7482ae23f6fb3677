"""Services of other houses for tests: a real ``openssl ocsp``, and an HTTP server that lies.

Everything listens on 127.0.0.1 and ends with its block.
"""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tsukuba_trust.testing.authority import TestAuthority

PATIENCE_S = 20
Answer = Callable[[BaseHTTPRequestHandler, bytes], tuple[int, Mapping[str, str], bytes]]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%y%m%d%H%M%SZ")


def write_index(
    path: Path, valid: list[int], revoked: Mapping[int, datetime] = MappingProxyType({})
) -> None:
    """Write OpenSSL's list of issued certificates; what is not in it is unknown."""
    until = _stamp(datetime.now(UTC) + timedelta(days=900))
    lines = [f"V\t{until}\t\t{serial:08X}\tunknown\t/CN=x{serial}" for serial in valid]
    lines += [
        f"R\t{until}\t{_stamp(at)},superseded\t{serial:08X}\tunknown\t/CN=x{serial}"
        for serial, at in revoked.items()
    ]
    path.write_text("".join(line + "\n" for line in lines), encoding="ascii")


@contextmanager
def openssl_responder(
    folder: Path,
    authority: TestAuthority,
    valid: list[int],
    revoked: Mapping[int, datetime] = MappingProxyType({}),
    *,
    purpose: str = "sign",
    may_answer: bool = True,
    options: tuple[str, ...] = ("-nmin", "5"),
) -> Iterator[str]:
    """Run OpenSSL's own responder for an authority and give its address."""
    program = shutil.which("openssl")
    assert program is not None
    folder.mkdir(parents=True, exist_ok=True)
    index, port = folder / "index.txt", free_port()
    write_index(index, valid, revoked)
    responder = authority.ocsp_responder(purpose, may_answer=may_answer)
    (folder / "signer.pem").write_bytes(responder.certificate.public_bytes(Encoding.PEM))
    key = responder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "signer.key").write_bytes(key)
    (folder / "ca.pem").write_bytes(
        authority.issuer(purpose).certificate.public_bytes(Encoding.PEM)
    )
    command = [
        program, "ocsp", "-port", str(port), "-index", str(index), "-CA", str(folder / "ca.pem"),
        "-rsigner", str(folder / "signer.pem"), "-rkey", str(folder / "signer.key"),
        "-ignore_err", *options,
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_for(port, folder / "log")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_S)


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while b"waiting for OCSP" not in log.read_bytes():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)


@contextmanager
def http_service(answer: Answer) -> Iterator[str]:
    """Answer every request as a function says; give the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def do_GET(self) -> None:
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            status, headers, data = answer(self, body)
            with suppress(OSError):
                self.send_response(status)
                for name, value in {"Content-Length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            """A caller that hangs up is what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE_S)


def fixed(data: bytes, status: int = 200, **headers: str) -> Answer:
    """Answer the same to everything."""
    return lambda _handler, _body: (status, headers, data)


def serial_of(certificate: bytes) -> int:
    return x509.load_der_x509_certificate(certificate).serial_number
