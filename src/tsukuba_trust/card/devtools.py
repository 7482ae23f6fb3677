"""A client of Chromium's DevTools protocol over two file descriptors: no port, no name.

:source: https://chromedevtools.github.io/devtools-protocol/, ``--remote-debugging-pipe``:
    JSON messages that end in a zero byte
"""

import itertools
import json
import os
import queue
import threading
from dataclasses import dataclass
from typing import Any, Final

from tsukuba_trust.errors import Unavailable

PATIENCE_S: Final = 10.0
BLOCK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Event:
    """What the browser tells.

    :param session: of the page that it concerns, or empty
    """

    session: str
    method: str
    params: Any


class Pipe:
    """Commands and events of one browser; commands may come from several threads.

    :param reading: file descriptor of the browser's answers; likewise ``writing``
    """

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing
        self._numbers = itertools.count(1)
        self._waiting: dict[int, queue.SimpleQueue[Any]] = {}
        self._lock = threading.Lock()
        self._closed = False
        self.events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def tell(self, method: str, session: str = "", **params: Any) -> None:
        """Send a command whose result nobody waits for.

        :raises Unavailable: ``browser_gone``
        """
        self._send(method, session, params, None)

    def call(
        self, method: str, session: str = "", *, patience_s: float = PATIENCE_S, **params: Any
    ) -> Any:
        """Send a command and return its result.

        :raises Unavailable: ``browser_gone``: also when it does not answer in time;
            ``browser_refused``
        """
        answer: queue.SimpleQueue[Any] = queue.SimpleQueue()
        number = self._send(method, session, params, answer)
        try:
            found = answer.get(timeout=patience_s)
        except queue.Empty:
            found = None
        finally:
            self._waiting.pop(number, None)
        if found is None:
            raise Unavailable("browser_gone", method)
        if "error" in found:
            raise Unavailable("browser_refused", f"{method}: {found['error'].get('message')}")
        return found["result"]

    def _send(
        self, method: str, session: str, params: Any, answer: "queue.SimpleQueue[Any] | None"
    ) -> int:
        message: dict[str, Any] = {"method": method, "params": params}
        if session:
            message["sessionId"] = session
        with self._lock:
            if self._closed:
                raise Unavailable("browser_gone", method)
            number = next(self._numbers)
            if answer is not None:
                self._waiting[number] = answer
            self._write(json.dumps({"id": number, **message}).encode("ascii") + b"\0", method)
        return number

    def _write(self, data: bytes, method: str) -> None:
        try:
            while data:
                data = data[os.write(self._writing, data) :]
        except OSError:
            raise Unavailable("browser_gone", method) from None

    def _read(self) -> None:
        held = b""
        while block := self._block():
            *whole, held = (held + block).split(b"\0")
            for message in whole:
                self._take(json.loads(message))
        with self._lock:
            self._closed = True
            for answer in list(self._waiting.values()):
                answer.put(None)
            os.close(self._reading)
            os.close(self._writing)
        self.events.put(None)

    def _block(self) -> bytes:
        try:
            return os.read(self._reading, BLOCK)
        except OSError:
            return b""

    def _take(self, message: Any) -> None:
        if "id" in message:
            if (answer := self._waiting.get(message["id"])) is not None:
                answer.put(message)
        else:
            session = message.get("sessionId", "")
            self.events.put(Event(session, message["method"], message.get("params", {})))
