"""The booth's page in a kiosk's browser: heard, guarded, and given what is its own."""

import threading
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tsukuba_trust.card.chromium import SCHEME
from tsukuba_trust.card.devtools import Event, Pipe
from tsukuba_trust.card.service import is_safe
from tsukuba_trust.errors import Misconfigured, TrustError

QUICK_S: Final = 0.5  # a page that does not answer so soon is not waited for
SENDING: Final = "V6"
IDENTIFYING: Final = "V5"
_SCREEN: Final = "document.getElementById('main')?.dataset.screen ?? ''"
# In a world of its own, which the page's scripts cannot see: somebody is there.
STEP: Final = "step"
_STEPS: Final = """{
let last = -Infinity;
const seen = ({ timeStamp }) => { if (timeStamp > last + 1000) { last = timeStamp; step(""); } };
for (const kind of ["click", "keydown", "scroll"]) {
  addEventListener(kind, seen, { capture: true, passive: true });
}
}"""
_BLANK: Final = "document.documentElement.style.display = 'none'; document.title = ''"


def kiosk_address(typed: str) -> str:
    """Return the vote's address as a kiosk opens it.

    :raises Misconfigured: ``kiosk_address``
    """
    try:
        parts = urlsplit(typed)
    except ValueError:  # no address at all
        parts = urlsplit("")
    path = parts.path.strip("/")
    if not is_safe(parts.scheme, parts.hostname) or not path or "/" in path or "@" in parts.netloc:
        raise Misconfigured("kiosk_address", "https://<voting host>/<election> is wanted")
    query = urlencode({**dict(parse_qsl(parts.query)), "kiosk": "1"})
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, query, ""))


def origin_of(address: str) -> str:
    """Return scheme and host of an address, as browsers compare them."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.lower()}"


class BoothPage:
    """The page that a voter uses.

    :param address: of the vote, as ``kiosk_address`` returns it
    """

    def __init__(self, pipe: Pipe, address: str) -> None:
        self._pipe, self._address, self.origin = pipe, address, origin_of(address)
        targets = pipe.call("Target.getTargets")["targetInfos"]
        self._target = next(one["targetId"] for one in targets if one["type"] == "page")
        self._own, self._making = {self._target}, threading.Lock()
        attached = pipe.call("Target.attachToTarget", targetId=self._target, flatten=True)
        self.session = attached["sessionId"]
        pipe.call("Browser.setDownloadBehavior", behavior="deny")
        pipe.call("Page.enable", self.session)
        self._watch_steps()
        pipe.call("Fetch.enable", self.session, patterns=[{"resourceType": "Document"}])
        pipe.call("Target.setDiscoverTargets", discover=True)

    def _watch_steps(self) -> None:
        """Have the browser tell of every step, whatever the page itself does or fails to do."""
        call, page = self._pipe.call, self.session
        call("Runtime.enable", page)
        call("Runtime.addBinding", page, name=STEP, executionContextName=STEP)
        call("Page.addScriptToEvaluateOnNewDocument", page, source=_STEPS, worldName=STEP)

    def open(self) -> None:
        """Load the vote; its answer comes as events, which ``take`` must be given."""
        self._pipe.tell("Page.navigate", self.session, url=self._address)

    def make_beside(self) -> str:
        """Make a page of ours over this one and return its target; all others are closed."""
        with self._making:
            target: str = self._pipe.call("Target.createTarget", url="about:blank")["targetId"]
            self._own.add(target)
            return target

    def take(self, event: Event) -> str:
        """Deal with an event; return what the page asks of the card reader, or nothing."""
        params = event.params
        if event.method == "Target.targetCreated":
            self._close_foreign(params["targetInfo"])
        if event.session != self.session:
            return ""
        if event.method == "Fetch.requestPaused":
            self._guard(params)
        elif event.method == "Page.javascriptDialogOpening":
            self._pipe.tell("Page.handleJavaScriptDialog", self.session, accept=False)
        elif event.method == "Page.frameRequestedNavigation":
            scheme, _, asked = params["url"].partition(":")
            if scheme == SCHEME and params["frameId"] == self._target and self.is_ours():
                return str(asked)
        return ""

    def is_ours(self) -> bool:
        """Whether the page is, at this moment, one of the configured voting host."""
        return origin_of(self._own_address()) == self.origin

    def screen(self) -> str:
        """Return the name of the screen that is shown; empty where the page does not answer."""
        try:
            found = self._pipe.call(
                "Runtime.evaluate", self.session, patience_s=QUICK_S, expression=_SCREEN
            )
        except TrustError:
            return ""
        return str(found["result"].get("value", ""))

    def blank(self) -> None:
        """Show nothing any more; what the page is doing goes on."""
        self._pipe.tell("Runtime.evaluate", self.session, expression=_BLANK)

    def give(self, fragment: str) -> bool:
        """Give the page its token as the fragment of its own address, without loading it.

        :returns: False where the page is another host's; then nothing was given
        """
        own = self._own_address()
        if origin_of(own) != self.origin:
            return False
        self._pipe.tell("Page.navigate", self.session, url=f"{own}#{fragment}")
        return True

    def _own_address(self) -> str:
        """Return the address of the page without its fragment; empty where it has none."""
        try:
            tree = self._pipe.call("Page.getFrameTree", self.session, patience_s=QUICK_S)
        except TrustError:
            return ""
        frame = tree["frameTree"]["frame"]
        return str(frame["url"]) if frame["securityOrigin"] == self.origin else ""

    def _guard(self, paused: Any) -> None:
        """Let documents of the voting host through, and no other."""
        number = paused["requestId"]
        if origin_of(paused["request"]["url"]) == self.origin:
            self._pipe.tell("Fetch.continueRequest", self.session, requestId=number)
        else:
            reason = "BlockedByClient"
            self._pipe.tell("Fetch.failRequest", self.session, requestId=number, errorReason=reason)

    def _close_foreign(self, target: Any) -> None:
        with self._making:  # the browser tells of a page of ours before it is known as such
            foreign = target["type"] == "page" and target["targetId"] not in self._own
        if foreign:
            self._pipe.tell("Target.closeTarget", targetId=target["targetId"])
