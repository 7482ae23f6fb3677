"""A real demo in a process of its own, a real Chromium, and a phone that answers."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tsukuba_trust.cli import phone as phone_command
from tsukuba_trust.errors import Refused
from tsukuba_trust.testing.demo_cards import PASSWORD, Cards

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("tsukuba-trust")
CHROMIUM = "/usr/bin/chromium"
SWITCHES = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
PATIENCE_MS = 30_000
FIELDS = ("administration", "mobility", "healthcare")
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Demo:
    """A demo that runs: its addresses, its folder, its cards."""

    port: int
    home: Path
    process: subprocess.Popen[str]

    @property
    def portal(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def folder(self) -> Path:
        return next(self.home.glob("mock-*"))

    @property
    def slug(self) -> str:
        return self.folder.name

    @property
    def booth(self) -> str:
        return f"http://localhost:{self.port}/{self.slug}"

    def answer(self, address: str, person: str = "resident-1", password: str = PASSWORD) -> Any:
        """Answer an attempt as a phone does; give its digits and return address."""
        endpoint, attempt = phone_command.find(address)
        asked = phone_command.ask(
            endpoint, phone_command.QUERY, {"attempt": attempt}, "identificationRequest"
        )
        cards = Cards(self.folder / "cards")
        response = cards.sign(person, password, asked["challenge"]["text"])
        given = {"input": {"attempt": attempt, "response": response}}
        return phone_command.ask(endpoint, phone_command.MUTATION, given, "completeIdentification")

    def refused(self, address: str, person: str, password: str = PASSWORD) -> str:
        """Answer an attempt and return the code of the refusal."""
        with pytest.raises(Refused) as caught:
            self.answer(address, person, password)
        return caught.value.code

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([PROGRAM, *words], capture_output=True, text=True, cwd=ROOT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_demo(home: Path, *words: str) -> Demo:
    port = free_port()
    process = subprocess.Popen(
        [PROGRAM, "demo", "--port", str(port), "--home", str(home), *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    demo = Demo(port, home, process)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(demo.portal, timeout=2)
        except OSError:
            time.sleep(0.2)
        else:
            return demo
    process.kill()
    raise AssertionError("the demo did not start")


def stop_demo(demo: Demo) -> None:
    demo.process.send_signal(signal.SIGINT)
    try:
        demo.process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        demo.process.kill()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = start_demo(tmp_path_factory.mktemp("demo"))
    yield running
    stop_demo(running)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield launched
        launched.close()


@dataclass
class Visitor:
    """Somebody with a browser of her own; every console message and error is kept."""

    demo: Demo
    context: BrowserContext
    said: list[str] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("page", self._listen)
        self.context.on("request", self._sent)
        self.page = self.context.new_page()

    def _listen(self, page: Page) -> None:
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    def _sent(self, request: Any) -> None:
        self.requests.append(request)

    def sees(self, screen: str, page: Page | None = None) -> None:
        found = (page or self.page).locator(f'main[data-screen="{screen}"]')
        expect(found).to_be_visible(timeout=PATIENCE_MS)

    def begin(self, language: str = "en", **query: str) -> None:
        words = "&".join(f"{key}={value}" for key, value in {"lang": language, **query}.items())
        self.page.goto(f"{self.demo.booth}?{words}")
        self.sees("V2")
        self.page.click("#start")

    def choose(self, contest: str, option: int) -> None:
        self.page.click(f"#field-{contest}")
        self.sees("V3")
        self.page.check(f"#option-{option}")
        self.page.click("#next")
        self.sees("hub")

    def seal(self) -> None:
        self.page.click("#to-confirm")
        self.sees("V4")
        self.page.click("#confirm")
        self.sees("send")

    def to_identity(self, *choices: tuple[str, int], language: str = "en") -> str:
        """Choose, seal and send; return the address that a phone reads."""
        self.begin(language)
        for contest, option in choices:
            self.choose(contest, option)
        self.seal()
        self.page.click("#send")
        self.sees("V5")
        return self.page.inner_text("#device-address")

    def type_digits(self, digits: str) -> None:
        if not self.page.locator("#digits").is_visible():
            self.page.click("#have-digits")
        self.page.fill("#digits", digits)
        self.page.click("#send-digits")

    def receipts(self, page: Page | None = None) -> int:
        return (page or self.page).locator(".receipt").count()


@pytest.fixture
def visitor(demo: Demo, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    made: list[Visitor] = []

    def new(**options: Any) -> Visitor:
        options.setdefault("viewport", PHONE)
        options.setdefault("timezone_id", "Asia/Tokyo")
        where = options.pop("demo", demo)
        made.append(Visitor(where, browser.new_context(**options)))
        return made[-1]

    yield new
    for one in made:
        one.context.close()


def digits_of(answer: Any) -> str:
    return re.sub(r"\D", "", answer["digits"])


_TIMES: dict[str, float] = {}


@pytest.fixture
def told(record_testsuite_property: Callable[[str, object], None]) -> Callable[[str, float], None]:
    """Report how long a vote took from V1's start to V7; nothing is asserted."""

    def tell(what: str, seconds: float) -> None:
        _TIMES[what] = seconds
        record_testsuite_property(f"start to receipt: {what}", round(seconds, 1))

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for what, seconds in _TIMES.items():
        terminalreporter.write_line(f"from V1's start to the receipts: {seconds:.1f} s ({what})")
