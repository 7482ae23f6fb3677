"""Attack J08: people one after another at one kiosk, in a real Chromium, with real readers."""

import subprocess
import threading
import time
from pathlib import Path

import pytest
from kiosk_hands import SWITCHES, Hands, kiosk_at, until
from terminals import PROGRAM

from card_desk import served
from tsukuba_trust.card import kiosk as kiosk_module
from tsukuba_trust.card.chromium import MEMORY, PREFIX
from tsukuba_trust.services.casting import Casting
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_pins import PASSWORD
from tsukuba_trust.testing.people import people

pytestmark = pytest.mark.browser
SOON_S = 2.0
NOTHING = """(async () => JSON.stringify([
  history.length <= 2,
  localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
  (await caches.keys()).length, document.cookie,
  document.querySelector("main").dataset.screen,
]))()"""

DOWNLOAD = """(() => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["left"]));
  link.download = "left.txt";
  link.click();
})()"""
LATER = "(() => { const now = Date.now; Date.now = () => now() + 6 * 60_000; })()"


@pytest.fixture(scope="module")
def world(card_reader_environment, tmp_path_factory):
    with served(tmp_path_factory.mktemp("kiosk") / "state") as made:
        yield made


@pytest.fixture(scope="module")
def hands(world):
    with kiosk_at(world) as made:
        yield made


@pytest.fixture
def holder(insert, world):
    """Give a function that lays a resident's card on the reader."""

    def put(person):
        card = EmulatedCard(world.authority.whole_card(people(7, person + 1)[person]))
        return insert(card)

    return put


def ballots(world):
    return world.types().count("BallotAccepted")


def leaves_nothing(hands: Hands, before: Path) -> None:
    """Check a fresh visit, and the machine, for anything of the one before."""
    pipe = hands.visit.chromium.pipe
    assert hands.profile != before
    assert not before.exists()
    assert hands.js(NOTHING) == '[true,0,0,0,0,"","V2"]'
    assert pipe.call("Storage.getCookies")["cookies"] == []
    pages = [one for one in pipe.call("Target.getTargets")["targetInfos"] if one["type"] == "page"]
    assert [one["targetId"] for one in pages] == [hands.visit.page._target]
    entries = pipe.call("Page.getNavigationHistory", hands.visit.page.session)["entries"]
    assert {one["url"].partition("?")[0] for one in entries} <= {
        "about:blank",
        hands.visit.page._address.partition("?")[0],
    }
    hands.js("history.back()")
    time.sleep(0.3)
    assert "receipt" not in (hands.js("document.body.innerText") or "").lower()
    hands.js("history.forward()")
    hands.sees("V2")
    pipe.call("Browser.grantPermissions", permissions=["clipboardReadWrite"])
    assert hands.js("navigator.clipboard.readText().catch(() => '')") in ("", None)
    for folder in (hands.profile, Path.home() / "Downloads", Path.home(), Path.cwd()):
        assert not list(folder.glob("left.txt"))
    assert not list(Path("/var/spool/cups").glob("d*"))


def test_j08_three_voters_leave_nothing_whenever_the_card_is_taken_away(hands, holder, world):
    cast = ballots(world)
    first = hands.comes().profile
    link = holder(1)
    hands.chooses()
    hands.js(DOWNLOAD)
    hands.js("navigator.clipboard.writeText('left')")
    time.sleep(0.5)
    assert not list(first.rglob("left*"))
    link.remove()  # on V3, with a choice made
    assert hands.is_gone(SOON_S) < SOON_S
    second = hands.comes().profile
    leaves_nothing(hands, first)
    link = holder(2)
    hands.chooses()
    hands.identifies()
    hands.press("#card-link")
    said = hands.reads_desk("Tries left for the password: 5 of 5")
    assert "voting host: " in said
    link.remove()  # on V5, with the password's page open
    assert hands.is_gone(SOON_S) < SOON_S
    third = hands.comes().profile
    leaves_nothing(hands, second)
    link = holder(3)
    votes(hands)
    assert ballots(world) == cast + 1
    link.remove()  # on V7
    assert hands.is_gone(SOON_S) < SOON_S
    hands.comes()
    leaves_nothing(hands, third)
    hands.last = None


def votes(hands, password=PASSWORD):
    hands.chooses()
    hands.identifies()
    hands.press("#card-link")
    hands.types_password(password)
    hands.sees("V7")


def test_j08_finish_ends_the_visit_and_the_card_has_to_be_taken(hands, holder, world):
    hands.comes()
    link = holder(4)
    votes(hands)
    before = hands.profile
    hands.press("#finish")
    assert hands.is_gone(SOON_S) < SOON_S
    until(lambda: hands.visit is not hands.last)
    time.sleep(0.5)
    assert hands.visit.page.screen() == ""  # no vote begins while the card still lies there
    link.remove()
    hands.comes()
    leaves_nothing(hands, before)
    hands.last = None


def test_j08_five_minutes_without_a_step_end_the_visit(hands, holder, world):
    hands.comes()
    hands.chooses()
    hands.js(LATER)
    hands.is_gone(10)  # the page looks every five seconds
    hands.comes()
    hands.last = None


def test_j08_a_visit_without_a_step_ends_even_when_its_page_says_nothing(
    hands, holder, world, monkeypatch
):
    hands.comes()
    hands.chooses()
    hands.js("window.step = () => {}; setInterval(() => window.step(''), 50)")  # not the page's
    time.sleep(SOON_S)
    assert hands.visit is hands.last
    monkeypatch.setattr(kiosk_module, "LONGEST_IDLE_S", SOON_S)
    hands.is_gone(2 * SOON_S)
    hands.comes()
    time.sleep(2 * SOON_S)  # whom nobody has touched goes on
    assert hands.visit is hands.last
    hands.last = None


def test_j08_a_deep_link_from_a_frame_is_not_heard(hands, holder, world):
    hands.comes()
    hands.js(
        "(() => { const frame = document.createElement('iframe');"
        f" frame.src = 'tsukuba-trust-card:{'0' * 32}'; document.body.append(frame); }})()"
    )
    time.sleep(0.5)
    assert hands.visit._worker is None
    ends(hands)


def test_j08_a_kiosk_that_is_stopped_leaves_no_browser_and_no_profile(world, hands):
    before = set(MEMORY.glob(f"{PREFIX}*"))
    address = f"http://{world.settings.voting_host}/{world.slug}"
    switches = [word for switch in SWITCHES for word in ("--switch", switch)]
    process = subprocess.Popen([PROGRAM, "card", "--kiosk", address, *switches])
    try:
        until(lambda: set(MEMORY.glob(f"{PREFIX}*")) - before)
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
    assert not set(MEMORY.glob(f"{PREFIX}*")) - before


@pytest.fixture
def slow_cast(monkeypatch):
    """Hold every cast back until the event is set."""
    go_on, begun = threading.Event(), threading.Event()
    plain = Casting.cast

    def cast(self, *arguments, **words):
        begun.set()
        go_on.wait(30)
        return plain(self, *arguments, **words)

    monkeypatch.setattr(Casting, "cast", cast)
    yield begun, go_on
    go_on.set()


def sends(hands):
    hands.chooses()
    hands.identifies()
    hands.press("#card-link")
    hands.types_password(PASSWORD)
    hands.sees("V6")


def test_j08_removal_while_a_ballot_is_sent_blanks_at_once_and_lets_it_arrive(
    hands, holder, world, slow_cast
):
    begun, go_on = slow_cast
    cast = ballots(world)
    hands.comes()
    link = holder(5)
    sends(hands)
    assert begun.wait(20)
    link.remove()
    until(lambda: hands.js("getComputedStyle(document.documentElement).display") == "none", SOON_S)
    time.sleep(SOON_S)
    assert hands.visit is hands.last
    assert hands.profile.exists()
    go_on.set()
    hands.is_gone(SOON_S + 1)
    assert ballots(world) == cast + 1
    hands.comes()
    hands.last = None


def test_j08_a_ballot_that_gets_no_answer_does_not_hold_the_kiosk(
    hands, holder, world, slow_cast, monkeypatch
):
    monkeypatch.setattr(kiosk_module, "LONGEST_SENDING_S", 1.0)
    begun, go_on = slow_cast
    cast = ballots(world)
    hands.comes()
    link = holder(6)
    sends(hands)
    assert begun.wait(20)
    link.remove()
    hands.is_gone(SOON_S + 1)
    assert ballots(world) == cast
    go_on.set()
    until(lambda: ballots(world) == cast + 1)  # it had arrived whole, or not at all
    hands.comes()
    hands.last = None


def test_j08_the_page_goes_to_no_other_host(hands, world):
    hands.comes()
    hands.js(f"location.href = 'http://{world.settings.portal_host}/'")
    until(lambda: not hands.visit.page.is_ours())
    assert until(lambda: hands.js("document.body && location.protocol")) == "chrome-error:"
    ends(hands)


def ends(hands):
    """Let the page say that it is finished; its visit ends."""
    hands.visit.chromium.pipe.tell("Page.navigate", hands.visit.page.session, url="about:blank")
    hands.visit._stopped.set()
    hands.visit.chromium.pipe.events.put(None)
    hands.is_gone(5)


def test_j08_a_page_of_another_host_is_heard_by_nobody_and_gets_no_token(hands, world, monkeypatch):
    hands.comes()
    page = hands.visit.page
    monkeypatch.setattr(
        page,
        "_guard",
        lambda paused: page._pipe.tell(
            "Fetch.continueRequest", page.session, requestId=paused["requestId"]
        ),
    )
    hands.js(f"location.href = 'http://{world.settings.portal_host}/'")
    until(lambda: not page.is_ours())
    hands.js(f"location.href = 'tsukuba-trust-card:{'0' * 32}'")
    time.sleep(0.5)
    assert hands.visit._worker is None
    assert not page.give("0" * 32 + ".token")
    time.sleep(0.3)
    assert "token" not in (hands.js("location.href") or "")
    ends(hands)
