"""A kiosk that runs in a thread, and the hands of the people in front of it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from tsukuba_trust.card import kiosk as kiosk_module
from tsukuba_trust.card.kiosk import Kiosk, Visit
from tsukuba_trust.card.kiosk_page import BoothPage, kiosk_address
from tsukuba_trust.card.pcsc import Readers
from tsukuba_trust.errors import TrustError
from web_world import WebWorld

PATIENCE_S = 20
CHROMIUM = "/usr/bin/chromium"
SWITCHES = ("--headless=new", "--no-sandbox", "--disable-gpu")


def until(true: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """Wait until something is true, and return it."""
    end = time.monotonic() + patience_s
    while not (found := true()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
    return found


# Where there is nothing but loopback Chromium believes that it is offline.
ONLINE = "Object.defineProperty(Navigator.prototype, 'onLine', { get: () => true })"


class OnlinePage(BoothPage):
    """The page of a kiosk on a machine whose only network is its own."""

    def open(self) -> None:
        self._pipe.call("Page.addScriptToEvaluateOnNewDocument", self.session, source=ONLINE)
        super().open()


class Hands:
    """Somebody in front of the kiosk: sees screens, presses, types, never more than a page."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk
        self.last: Visit | None = None

    @property
    def visit(self) -> Visit:
        assert self._kiosk.visit is not None
        return self._kiosk.visit

    @property
    def profile(self) -> Any:
        return self.visit.chromium.profile

    def comes(self) -> "Hands":
        """Wait for a fresh visit that shows the first screen."""
        until(lambda: self._kiosk.visit is not None and self._kiosk.visit is not self.last)
        self.last = self.visit
        self.sees("V2")
        return self

    def js(self, expression: str, session: str = "") -> Any:
        """Ask the page; None while it does not answer."""
        try:
            found = self.visit.chromium.pipe.call(
                "Runtime.evaluate",
                session or self.visit.page.session,
                expression=expression,
                awaitPromise=True,
                userGesture=True,
                returnByValue=True,
            )
        except TrustError:
            return None
        return found["result"].get("value")

    def sees(self, screen: str) -> None:
        until(lambda: self.visit.page.screen() == screen)

    def press(self, selector: str) -> None:
        until(lambda: self.js(f"document.querySelector('{selector}') !== null"))
        self.js(f"document.querySelector('{selector}').click()")

    def chooses(self) -> None:
        """Choose the first option of the first field."""
        self.press("#start")
        self.sees("hub")
        self.press("#field-administration")
        self.sees("V3")
        self.press("#option-0")

    def identifies(self) -> None:
        """Go on from a choice to the page that asks for the card."""
        self.press("#next")
        self.press("#to-confirm")
        self.sees("V4")
        self.press("#confirm")
        self.sees("send")
        self.press("#send")
        self.sees("V5")

    @property
    def desk(self) -> str:
        """Session of the page of the card, empty while there is none."""
        desk = self.visit._desk
        return desk.session if desk is not None else ""

    def reads_desk(self, wanted: str) -> str:
        text = "document.body.innerText"
        until(lambda: self.desk and wanted in (self.js(text, self.desk) or ""))
        return str(self.js(text, self.desk))

    def types_password(self, password: str) -> None:
        field = "document.getElementById('password')"
        ready = f"{field} !== null && !document.forms[0].inert"
        until(lambda: self.desk and self.js(ready, self.desk))
        self.js(f"{field}.value = '{password}'; document.forms[0].requestSubmit()", self.desk)

    def is_gone(self, seconds: float) -> float:
        """Wait until this visit's browser and profile are gone; return how long it took."""
        assert self.last is not None
        began = time.monotonic()
        until(lambda: not self.last.chromium.profile.exists(), seconds)
        return time.monotonic() - began


@contextmanager
def kiosk_at(world: WebWorld) -> Iterator[Hands]:
    """Run a kiosk for a served election; give hands."""
    address = f"http://{world.settings.voting_host}/{world.slug}?lang=en"
    kiosk = Kiosk(kiosk_address(address), Readers, CHROMIUM, SWITCHES, "en")
    thread = threading.Thread(target=kiosk.run, daemon=True)
    with patch.object(kiosk_module, "BoothPage", OnlinePage):
        thread.start()
        try:
            yield Hands(kiosk)
        finally:
            kiosk.over.set()
            thread.join(timeout=30)
