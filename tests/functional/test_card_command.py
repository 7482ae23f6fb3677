"""``tsukuba-trust card`` answers an attempt of a real voting host with an emulated card."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from card_desk import OneReader, served, started, token_in
from tsukuba_trust.card import secrecy, service
from tsukuba_trust.cli import card_terminal, main
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_faults import Faults
from tsukuba_trust.testing.emulated_card_pins import PASSWORD
from tsukuba_trust.testing.people import people


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with served(tmp_path_factory.mktemp("card") / "state") as made:
        yield made


class Desk:
    """What somebody at the command types, and what she saw."""

    def __init__(self, monkeypatch, world, person=1, **faults):
        whole = world.authority.whole_card(people(7, person + 1)[person])
        self.card = EmulatedCard(whole, faults=Faults(**faults))
        self.opened, self.typed, self.asked = [], [PASSWORD], 0
        self.can_open = True
        monkeypatch.setattr(card_terminal, "Readers", OneReader(self.card))
        monkeypatch.setattr(card_terminal, "hidden", self._type)
        monkeypatch.setattr(card_terminal.webbrowser, "open", self._open)
        monkeypatch.setattr(secrecy, "keep_memory_private", lambda: None)

    def _type(self, _question):
        self.asked += 1
        return self.typed.pop(0)

    def _open(self, address):
        self.opened.append(address)
        return self.can_open

    def run(self, address, *words, says=""):
        return CliRunner().invoke(main, ["card", address, *words], input=says)


@pytest.fixture
def desk(monkeypatch, world):
    return Desk(monkeypatch, world)


def test_a_card_answers_and_the_voting_page_opens_again(desk, world):
    booth, address = started(world)
    done = desk.run(address)
    assert done.exit_code == 0, done.output
    (opened,) = desk.opened
    assert opened.startswith(f"http://{world.settings.voting_host}/return")
    assert f"#{booth.attempt}." in opened
    assert booth.claim(token_in(opened))["__typename"] == "ClaimIdentificationSuccess"
    assert PASSWORD not in done.output


@pytest.mark.parametrize(
    ("locale", "sentence"), [("ja", "ご自身で"), ("en", "you opened this voting page yourself")]
)
def test_it_shows_what_is_signed_and_what_it_means_in_the_language_of_the_page(
    desk, world, locale, sentence
):
    booth, address = started(world, locale)
    done = desk.run(address)
    assert sentence in done.output
    for line in booth.request()["challenge"]["text"].split("\n"):
        assert line in done.output


def test_j06_the_tries_that_are_left_are_shown_before_each_password(desk, world):
    _, address = started(world, "en")
    desk.typed = ["WRONG999", "ABC12", "tsukuba１２３"]
    done = desk.run(address)
    assert done.exit_code == 0, done.output
    assert done.output.count("5 of 5") == 1
    assert done.output.count("4 of 5") == 2  # the form that no card has cost nothing
    assert desk.card.pins.left("sign") == 5


def test_j06_the_last_try_is_used_only_when_the_holder_says_so(desk, world):
    _, address = started(world, "en")
    desk.typed = ["WRONG999"] * 4 + [PASSWORD]
    done = desk.run(address, says="n\n")
    assert done.exit_code == 1
    assert "error: card_last_try" in done.output
    assert desk.asked == 4
    assert desk.card.pins.left("sign") == 1
    assert desk.run(address, says="y\n").exit_code == 0
    assert desk.card.pins.left("sign") == 5


def test_j06_a_locked_card_is_told_with_what_to_do(desk, world):
    _, address = started(world, "en")
    desk.typed = ["WRONG999"] * 5
    done = desk.run(address, says="y\n")
    assert done.exit_code == 1
    assert "error: card_locked" in done.output
    assert "city office" in done.output
    assert desk.opened == []


def test_digits_are_shown_only_where_no_browser_opens(desk, world):
    booth, address = started(world, "en")
    assert "Type this only" not in desk.run(address).output
    desk.can_open, desk.typed = False, [PASSWORD]
    done = desk.run(address)
    digits = done.output.split("open in front of you: ")[1][:7].replace(" ", "")
    assert booth.claim(digits)["__typename"] == "ClaimIdentificationSuccess"
    assert "Never tell anybody" in done.output


def test_without_digits_the_address_is_shown(monkeypatch, tmp_path):
    with served(tmp_path / "state", cross_device=False) as world:
        desk = Desk(monkeypatch, world)
        booth, address = started(world, "en")
        done = desk.run(address, "--no-browser")
        shown = done.output.split("you are voting: ")[1].strip()
        assert booth.claim(token_in(shown))["__typename"] == "ClaimIdentificationSuccess"


@pytest.mark.parametrize(
    "address",
    [
        "0123456789abcdef0123456789abcdef",
        "http://vote.example/a/0123456789abcdef0123456789abcdef",
        "https://vote.example/a/0123456789abcdef",
        "https://vote.example/a/0123456789ABCDEF0123456789ABCDEF",
        "https://vote.example/a/0123456789abcdef0123456789abcdef?x=1",
        "https://vote.example/b/0123456789abcdef0123456789abcdef",
        "https://somebody@vote.example/a/0123456789abcdef0123456789abcdef",
        "ftp://vote.example/a/0123456789abcdef0123456789abcdef",
    ],
)
def test_anything_but_the_line_of_a_voting_page_is_refused(desk, address):
    done = desk.run(address)
    assert done.exit_code == 1
    assert "error: address_invalid" in done.output


def test_a_page_that_waits_for_no_card_is_refused(desk, world):
    address = f"http://{world.settings.voting_host}/a/{'0' * 32}"
    done = desk.run(address, "--lang", "en")
    assert "error: unknown_attempt" in done.output
    assert len(done.output.splitlines()) >= 3  # what happened, what to do, the code


def test_what_the_service_refuses_is_told_in_its_own_words(monkeypatch, world):
    desk = Desk(monkeypatch, world)
    expired = world.card(1, defect="expired")
    desk.card = EmulatedCard(
        type(world.authority.whole_card(people(7, 2)[1]))(
            expired.person, expired, expired, expired.certificate, expired.certificate
        )
    )
    monkeypatch.setattr(card_terminal, "Readers", OneReader(desk.card))
    _, address = started(world, "en")
    done = desk.run(address)
    assert "error: cert_expired" in done.output
    assert "Renew it at the city office" in done.output


@pytest.mark.parametrize(
    ("faults", "code"),
    [({"other_card": True}, "not a My Number Card"), ({"remove_after": 5}, "could not be read")],
    ids=["another card", "removed"],
)
def test_what_the_holder_can_mend_is_told_and_tried_again(monkeypatch, world, faults, code):
    desk = Desk(monkeypatch, world, **faults)
    _, address = started(world, "en")
    done = desk.run(address, says="\n")  # Enter once, then the input ends
    assert code in done.output
    assert done.output.count("Put your My Number Card") == 2
    assert desk.opened == []


def text_of(world, **changes):
    booth, _ = started(world)
    text = booth.request()["challenge"]["text"]
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    return text, booth.attempt


@pytest.mark.parametrize(
    "change",
    [
        ("voting host: localhost", "voting host: elsewhere"),
        ("attempt: ", "attempt:  "),
        ("election: ", "election: \u202e"),
        ("\nbinding: ", "\nand I owe him 1,000,000 yen\nbinding: "),
        ("binding: ", "binding: 00"),
        ("登録", "契約"),
    ],
)
def test_a_card_signs_nothing_but_a_registration(world, change):
    text, attempt = text_of(world, change=change)
    with pytest.raises(Refused) as caught:
        service.checked(text, world.settings.voting_host, attempt)
    assert caught.value.code == "text_unexpected"


def test_a_registration_of_another_attempt_is_not_signed(world):
    text, attempt = text_of(world)
    assert service.checked(text, world.settings.voting_host, attempt) == text
    with pytest.raises(Refused):
        service.checked(text, world.settings.voting_host, "0" * 32)


def test_a_return_address_elsewhere_is_not_opened(desk, world, monkeypatch):
    _, address = started(world)
    asked = service.Service._ask

    def elsewhere(self, query, variables, name):
        found = asked(self, query, variables, name)
        if name == "completeIdentification":
            found = {**found, "returnAddress": "https://elsewhere.example/return#" + "0" * 32}
        return found

    monkeypatch.setattr(service.Service, "_ask", elsewhere)
    done = desk.run(address)
    assert "error: return_unexpected" in done.output
    assert desk.opened == []


def test_a_service_that_does_not_answer_is_told(desk, monkeypatch):
    monkeypatch.setattr(service, "TIMEOUT_S", 1)
    done = desk.run("http://localhost:1/a/" + "0" * 32)
    assert done.exit_code == 2
    assert "error: service_unavailable" in done.output


def test_the_page_of_an_attempt_names_the_portal(world):
    address = service.read_address(f"http://{world.settings.voting_host}/a/{'0' * 32}")
    made = service.Service(address)
    assert made._endpoint == f"http://{world.settings.portal_host}/graphql"


def test_the_process_leaves_no_core_file_and_cannot_be_attached_to():
    script = (
        "import ctypes, resource\n"
        "from tsukuba_trust.card.secrecy import PR_GET_DUMPABLE, keep_memory_private\n"
        "ask = lambda: ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)\n"
        "before = ask()\n"
        "keep_memory_private()\n"
        "print(before, ask(), *resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split() == ["1", "0", "0", "0"], done.stderr


def test_a_password_that_would_be_seen_is_not_asked_for(monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda *_words: (_ for _ in ()).throw(EOFError))
    with pytest.raises(Misconfigured) as caught:
        card_terminal.hidden("?")
    assert caught.value.code == "terminal_missing"


def test_the_command_loads_neither_web_nor_database():
    script = (
        "import sys\n"
        "import tsukuba_trust.cli.card, tsukuba_trust.cli.card_terminal\n"
        "print(sorted({'pyramid', 'sqlalchemy', 'smartcard'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
