"""A kiosk: one fresh browser per voter, gone with her card (voting-flow 10).

The command owns the browser. A visit ends when the card is taken away, when the page says
that it is finished or idle, when nobody has done a step for ten minutes whatever the page
says, or when the browser ends; only while a ballot is on its way the
browser lives on, blank, until the answer has come or 20 seconds are over.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

from tsukuba_trust.card.answering import answer
from tsukuba_trust.card.chromium import Chromium, delete_leftovers
from tsukuba_trust.card.devtools import Event
from tsukuba_trust.card.kiosk_desk import KioskDesk
from tsukuba_trust.card.kiosk_page import IDENTIFYING, SENDING, BoothPage
from tsukuba_trust.card.service import Answered, Service, read_address
from tsukuba_trust.card.transport import Transport
from tsukuba_trust.card.words import LEFT, TAKE
from tsukuba_trust.errors import Refused, TrustError

POLL_S: Final = 0.1
LONGEST_SENDING_S: Final = 20.0
LONGEST_IDLE_S: Final = 600.0  # the page itself ends sooner, as long as it lives
FINISH: Final = "finish"
BROWSER: Final = ("browser_gone", "browser_refused")  # what ends a visit, and no more


class Source(Protocol):
    """The machine's readers, as ``pcsc.Readers`` has them."""

    def with_card(self) -> str | None: ...

    def wait(self, until: Callable[[], bool]) -> str | None: ...

    def connect(self, reader: str) -> contextlib.AbstractContextManager[Transport]: ...

    def close(self) -> None: ...


class Kiosk:
    """Visits one after the other, for ever.

    :param address: of the vote, as ``kiosk_address`` returns it
    :param readers: opens the machine's readers; each thread has its own
    """

    def __init__(
        self,
        address: str,
        readers: Callable[[], Source],
        program: str,
        switches: Sequence[str] = (),
        lang: str = "",
    ) -> None:
        self._address, self._readers, self._lang = address, readers, lang
        self._program, self._switches = program, ("--incognito", *switches)
        self.over = threading.Event()
        self.visit: Visit | None = None

    def run(self) -> None:
        """Receive voters until ``over`` is set."""
        delete_leftovers()
        while not self.over.is_set():
            chromium = Chromium(self._program, self._switches)
            try:
                self.visit = Visit(chromium, self._address, self._readers, self._lang)
                self.visit.run(self.over)
            finally:
                chromium.close()


class Visit:
    """One voter's time at a kiosk."""

    def __init__(
        self, chromium: Chromium, address: str, readers: Callable[[], Source], lang: str
    ) -> None:
        self.chromium = chromium
        self._pipe, self._open, self._lang = chromium.pipe, readers, lang
        self._readers: Source | None = None
        self.page = BoothPage(self._pipe, address)
        self._stopped = threading.Event()
        self._worker: threading.Thread | None = None
        self._desk: KioskDesk | None = None
        self._answered: queue.SimpleQueue[Answered] = queue.SimpleQueue()
        self._given = self._seen = False
        self._stepped: float | None = None

    def run(self, over: threading.Event) -> None:
        """Serve the voter; return when the visit is over."""
        try:
            self._without_card(over)
            self.page.open()
            while not over.is_set() and self._goes_on():
                pass
        except TrustError as error:
            if error.code not in BROWSER:
                raise
        finally:
            self._stopped.set()
            self._drop_readers()

    def _without_card(self, over: threading.Event) -> None:
        """Wait until what the voter before has left is taken away."""
        if not self._has_card():
            return
        desk = self._new_desk()
        desk.show(f"<p>{desk.say(TAKE)}</p><p>{desk.say(LEFT)}</p>")
        while self._has_card() and not over.is_set():
            time.sleep(POLL_S)
        desk.close()

    def _goes_on(self) -> bool:
        """Do what there is to do; return whether the visit goes on."""
        asked = self._hear()
        if asked == FINISH:
            return False
        if asked:
            self._begin(asked)
        self._give()
        held = self._has_card()
        if (self._seen and not held) or self._is_left():
            self._finish_sending()
            return False
        self._seen = held
        return True

    def _is_left(self) -> bool:
        """Whether somebody has begun and then done nothing for too long."""
        return self._stepped is not None and time.monotonic() - self._stepped > LONGEST_IDLE_S

    def _hear(self) -> str:
        try:
            event: Event | None = self._pipe.events.get(timeout=POLL_S)
        except queue.Empty:
            return ""
        if event is None:
            return FINISH
        if event.method == "Runtime.bindingCalled":
            self._stepped = time.monotonic()
        if self._desk is not None:
            self._desk.hear(event)
        return self.page.take(event)

    def _finish_sending(self) -> None:
        """Let a ballot that is on its way arrive, with nothing to be seen of it."""
        until = time.monotonic() + LONGEST_SENDING_S
        while time.monotonic() < until:
            screen = self.page.screen()
            if screen != SENDING and not (screen == IDENTIFYING and self._given):
                return
            self.page.blank()
            if self._hear() == FINISH:
                return

    def _begin(self, attempt: str) -> None:
        """Let the card answer an attempt of the page, beside the page."""
        if self._worker is not None and self._worker.is_alive():
            return
        self._desk = self._new_desk()
        self._worker = threading.Thread(
            target=self._answer, args=(attempt, self._desk), daemon=True
        )
        self._worker.start()

    def _answer(self, attempt: str, desk: KioskDesk) -> None:
        with contextlib.suppress(TrustError):  # the holder stopped, or the visit is over
            try:
                service = Service(read_address(f"{self.page.origin}/a/{attempt}"))
                answered = answer(service, self._card, desk)
                desk.close()
                self._answered.put(answered)
            except TrustError as error:
                if error.code not in ("stopped", *BROWSER):
                    desk.end(error)
                raise
            finally:
                desk.close()

    @contextmanager
    def _card(self) -> Iterator[Transport]:
        readers = self._open()
        try:
            found = readers.wait(self._stopped.is_set)
            if found is None:
                raise Refused("stopped")
            with readers.connect(found) as connection:
                yield connection
        finally:
            readers.close()

    def _give(self) -> None:
        with contextlib.suppress(queue.Empty):
            answered = self._answered.get_nowait()
            self._given = self.page.give(answered.address.partition("#")[2])

    def _new_desk(self) -> KioskDesk:
        return KioskDesk(self._pipe, self.page.make_beside, self._stopped, self._lang)

    def _has_card(self) -> bool:
        """Whether a card lies on the reader; a reader that is gone holds none."""
        try:
            if self._readers is None:
                self._readers = self._open()
            return self._readers.with_card() is not None
        except TrustError as error:
            if error.code == "card_extra_missing":
                raise
            self._drop_readers()
            return False

    def _drop_readers(self) -> None:
        readers: Any = self._readers
        self._readers = None
        if readers is not None:
            readers.close()
