"""What a kiosk shows of the card: a page of its own over the voting page, from no server.

The password is typed here, goes through a pipe to this process, and to the card. The voting
page cannot see this page: it is another tab of no origin.
"""

import json
import queue
import threading
from collections.abc import Callable
from html import escape
from typing import Any, Final

from tsukuba_trust.card import words
from tsukuba_trust.card.answering import MOST_TRIES
from tsukuba_trust.card.devtools import Event, Pipe
from tsukuba_trust.card.service import Asked
from tsukuba_trust.errors import Refused, TrustError

IDLE_S: Final = 180.0
TELL: Final = "tell"
MEND: Final = frozenset({"card_wrong_password", "password_form"})
_STYLE: Final = (
    "body{font:1.5rem/1.6 sans-serif;margin:0 auto;max-width:48rem;padding:2rem}"
    "pre{white-space:pre-wrap;border:2px solid;padding:1rem}"
    "input,button{font:inherit;padding:.75rem;min-height:3rem}button{margin:1rem 1rem 0 0}"
    "[role=alert]{border-inline-start:.5rem solid #c00;padding-inline-start:1rem}"
)
# A form without a dialog goes nowhere; it can be used as soon as somebody listens.
_FORM: Final = "<form method=dialog autocomplete=off inert>"
_SCRIPT: Final = """{
const form = document.forms[0], field = document.getElementById("password");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  tell(JSON.stringify({ answer: field?.value ?? "yes" }));
  form.reset();
});
document.getElementById("stop")?.addEventListener("click", () => tell('{"answer":null}'));
form?.removeAttribute("inert");
(field ?? document.querySelector("button"))?.focus();
}"""


class KioskDesk:
    """Asks the holder of a card in a kiosk's browser.

    :param make: makes an empty page and returns its target
    :param stopped: set when the visit is over
    """

    def __init__(
        self, pipe: Pipe, make: Callable[[], str], stopped: threading.Event, lang: str = ""
    ) -> None:
        self._pipe, self._make, self._stopped = pipe, make, stopped
        self._wished = lang
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._target = self.session = self._problem = self._text = ""
        self.speak("")

    def speak(self, locale: str) -> None:
        """Go over to a language, unless the operator has chosen one."""
        self.language = words.language_of(self._wished, locale)
        self.say = words.speaker(self.language)

    def hear(self, event: Event) -> None:
        """Take what was typed or pressed."""
        if event.method == "Runtime.bindingCalled" and event.session == self.session:
            self._answers.put(json.loads(event.params["payload"]).get("answer"))

    def asked(self, asked: Asked) -> None:
        self.speak(asked.locale)
        meaning = "".join(f"<p>{escape(self.say(one))}</p>" for one in words.MEANING)
        self._text = f"<h2>{escape(asked.title)}</h2>{meaning}<pre>{escape(asked.text)}</pre>"

    def wait(self) -> None:
        self.show(f"<p role=status>{escape(self.say(words.PUT_IN))}</p>")

    def password(self, purpose: str, left: int) -> str:
        tries = self.say(words.TRIES, left=left, most=MOST_TRIES[purpose])
        label = escape(self.say(words.WHICH[purpose]))
        self.show(
            f"{self._text}{self._problem}<p id=tries>{escape(tries)}</p>{_FORM}"
            f"<p><label for=password>{label}</label></p>"
            "<input type=password id=password autocomplete=off>"
            f"{self._buttons(words.SIGN, words.STOP)}</form>"
        )
        typed = self._answer()
        self._problem = ""
        self.show(f"<p role=status>{escape(self.say(words.WORKING))}</p>")
        return typed

    def last(self) -> bool:
        question = f"<p role=alert>{escape(self.say(words.LAST))}</p>"
        self.show(f"{question}{_FORM}{self._buttons(words.YES, words.STOP)}</form>")
        return bool(self._answer())

    def told(self, error: TrustError) -> None:
        self._problem = self._told(error)
        if error.code not in MEND:
            self.show(f"{self._problem}{_FORM}{self._buttons(words.RETRY, words.STOP)}</form>")
            self._answer()
            self._problem = ""

    def end(self, error: TrustError) -> None:
        """Tell what ended it, and wait until it was read."""
        back = f"{_FORM}<button type=submit id=back>{escape(self.say(words.BACK))}</button></form>"
        self.show(self._told(error) + back)
        self._answer()

    def close(self) -> None:
        """Take the page away: the voting page is in front again."""
        if self._target:
            self._pipe.call("Target.closeTarget", targetId=self._target)
            self._target = self.session = ""

    def show(self, content: str) -> None:
        """Show something in the page over the voting page."""
        if not self._target:
            self._open()
        title = escape(self.say(words.TITLE))
        html = (
            f'<!DOCTYPE html><html lang="{self.language}"><head><title>{title}</title>'
            f"<style>{_STYLE}</style></head><body><main data-screen=card><h1>{title}</h1>"
            f"{content}</main></body></html>"
        )
        frame = self._pipe.call("Page.getFrameTree", self.session)["frameTree"]["frame"]["id"]
        self._pipe.call("Page.setDocumentContent", self.session, frameId=frame, html=html)
        self._pipe.call("Runtime.evaluate", self.session, expression=_SCRIPT)

    def _open(self) -> None:
        self._target = self._make()
        attached: Any = self._pipe.call(
            "Target.attachToTarget", targetId=self._target, flatten=True
        )
        self.session = attached["sessionId"]
        self._pipe.call("Runtime.enable", self.session)
        self._pipe.call("Runtime.addBinding", self.session, name=TELL)
        self._pipe.call("Target.activateTarget", targetId=self._target)

    def _told(self, error: TrustError) -> str:
        what, then = words.problem(error, self.language, self.say)
        said = f"<p>{escape(what)}</p><p>{escape(then)}</p>" if what else ""
        return f"<div role=alert>{said}<p><code>{escape(error.code)}</code></p></div>"

    def _buttons(self, go: str, stop: str) -> str:
        return (
            f"<p><button type=submit id=go>{escape(self.say(go))}</button>"
            f"<button type=button id=stop>{escape(self.say(stop))}</button></p>"
        )

    def _answer(self) -> str:
        """Wait for the holder.

        :raises Refused: ``stopped``: by the holder, by the end of the visit, or by idleness
        """
        waited = 0.0
        while not self._stopped.is_set() and waited < IDLE_S:
            try:
                answer = self._answers.get(timeout=0.2)
            except queue.Empty:
                waited += 0.2
                continue
            if answer is not None:
                return answer
            break
        raise Refused("stopped")
