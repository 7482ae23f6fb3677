"""A voting host that means harm, and a card that is none: the reader's command stays calm."""

import base64
import http.server
import json
import threading
import traceback
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519

from card_desk import OneReader
from tsukuba_trust.card import reader, service
from tsukuba_trust.cli import card_terminal
from tsukuba_trust.errors import Refused, TrustError, Unavailable
from tsukuba_trust.jpki.signature import registration_text
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_faults import Faults
from tsukuba_trust.testing.emulated_card_pins import PASSWORD
from tsukuba_trust.testing.keys import new_key
from tsukuba_trust.testing.people import FOREIGN_RESIDENT

ATTEMPT = "0123456789abcdef" * 2
ESCAPES = "\x1b]0;owned\x07\x1b[2J\r\u202eabc"
SAID = {"texts": [{"locale": "en", "text": ESCAPES}]}


class Host(http.server.BaseHTTPRequestHandler):
    """Answers what a test wants; ``answers`` maps the asked field to its value."""

    link = '</graphql>; rel="graphql"'
    status = 200
    location = ""
    answers: dict
    body: bytes | None = None

    def do_GET(self):
        self.send_response(self.status)
        if self.location:
            self.send_header("Location", self.location)
        self.send_header("Link", self.link)
        self.end_headers()

    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"])).decode()
        name = "completeIdentification" if "mutation" in query else "identificationRequest"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body or json.dumps({"data": {name: self.answers[name]}}).encode())

    def log_message(self, *_words):
        pass


@contextmanager
def host(**changes):
    kind = type("This", (Host,), {"answers": {}, **changes})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield kind, f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def address(where):
    return service.read_address(f"http://{where}/a/{ATTEMPT}")


def asks(where, **changes):
    text = registration_text("A vote", "board.example/vote", where, ATTEMPT, bytes(32))
    challenge = {"__typename": "AppChallenge", "text": text, "require": "sign"}
    title = {"texts": [{"locale": "en", "text": "A vote"}]}
    whole = {"votingHost": where, "locale": "en", "digits": True, "title": title}
    return {"__typename": "IdentificationRequest", **whole, "challenge": challenge, **changes}


def returns(where, **changes):
    leads = f"http://{where}/return?election=vote#{ATTEMPT}.abcDEF_-09"
    return {"__typename": "CompleteIdentificationSuccess", "returnAddress": leads, **changes}


def code_of(call, *words):
    with pytest.raises(TrustError) as caught:
        call(*words)
    return caught.value.code


@pytest.mark.parametrize(
    "typed",
    [f"https://[vote/a/{ATTEMPT}", f"https://vote.example\u2100/a/{ATTEMPT}", "https://[::1/a/"],
)
def test_what_is_no_address_at_all_is_refused(typed):
    assert code_of(service.read_address, typed) == "address_invalid"


@pytest.mark.parametrize(
    "link",
    [
        "",
        '<http://[>; rel="graphql"',
        '<http://vote.example/graphql>; rel="graphql"',
        '<file:///etc/passwd>; rel="graphql"',
        '</graphql>; rel="other"',
    ],
)
def test_a_page_that_names_no_safe_service_is_refused(link):
    with host(link=link) as (_, where):
        assert code_of(service.Service, address(where)) == "address_invalid"


def test_a_redirect_of_the_page_is_not_followed():
    with host() as (_, other), host(status=302, location=f"http://{other}/") as (_, where):
        assert code_of(service.Service, address(where)) == "service_unavailable"


@pytest.mark.parametrize(
    "changes",
    [
        {"votingHost": None},
        {"challenge": None},
        {"title": {"texts": 1}},
        {"title": {"texts": [{"locale": "en", "text": 1}]}},
        {"locale": []},
    ],
)
def test_a_request_of_another_form_is_told_as_that(changes):
    with host() as (kind, where):
        kind.answers = {"identificationRequest": asks(where, **changes)}
        assert code_of(service.Service(address(where)).request) == "service_unavailable"


@pytest.mark.parametrize("body", [b"[" * 200_000, b"[]", b"\xff", b"{}", b"{" * 2_000_000])
def test_an_answer_without_sense_is_told_as_that(body):
    with host(body=body) as (_, where):
        assert code_of(service.Service(address(where)).request) == "service_unavailable"


def test_a_title_that_would_push_the_warning_away_is_refused():
    with host() as (kind, where):
        title = {"texts": [{"locale": "en", "text": "A vote " * 1000}]}
        kind.answers = {"identificationRequest": asks(where, title=title)}
        assert code_of(service.Service(address(where)).request) == "text_unexpected"


def test_a_text_that_names_another_host_is_not_signed():
    with host() as (kind, where):
        kind.answers = {"identificationRequest": asks("vote.example")}
        assert code_of(service.Service(address(where)).request) == "text_unexpected"


@pytest.mark.parametrize(
    "changes",
    [
        {"returnAddress": "http://vote.example/return#" + ATTEMPT + ".abc"},
        {"returnAddress": "{here}/return#" + ATTEMPT[::-1] + ".abc"},
        {"returnAddress": "{here}/return#" + ATTEMPT + "."},
        {"returnAddress": "{here}/return?x=\x1b[2J#" + ATTEMPT + ".abc"},
        {"returnAddress": "{here}/return#" + ATTEMPT + ".abc\x1b[2J"},
        {"returnAddress": "{here}/return#" + ATTEMPT + ".abc\n"},
        {"returnAddress": "{here}/elsewhere#" + ATTEMPT + ".abc"},
        {"returnAddress": "http://[/return"},
        {"digits": "123456\x1b[2J"},
        {"digits": "call 029"},
    ],
)
def test_a_return_that_is_not_this_votes_is_neither_opened_nor_shown(changes):
    with host() as (kind, where):
        whole = {"digits": "123456", **changes}
        if "returnAddress" in whole:
            whole["returnAddress"] = whole["returnAddress"].replace("{here}", f"http://{where}")
        kind.answers = {"completeIdentification": returns(where, **whole)}
        code = code_of(service.Service(address(where)).complete, {})
        assert code in ("return_unexpected", "service_unavailable")
        kind.answers = {"completeIdentification": returns(where, digits="123456")}
        assert service.Service(address(where)).complete({}).digits == "123456"


def test_words_of_a_service_do_nothing_to_the_terminal(capsys):
    error = service.ServiceRefused("refused", {"en": (ESCAPES, ESCAPES)})
    card_terminal.Terminal("en").explain(error)
    said = capsys.readouterr().err
    assert "owned" in said
    assert not set("\x1b\x07\r\u202e") & set(said)


def test_a_title_does_nothing_to_the_terminal(capsys):
    text = registration_text("A vote", "board.example/vote", "vote.example", ATTEMPT, bytes(32))
    card_terminal.Terminal("en").asked(service.Asked(text, "sign", ESCAPES, "en", digits=False))
    assert not set("\x1b\x07\r\u202e") & set(capsys.readouterr().out)


def test_a_refusal_in_words_of_another_form_is_told_as_that():
    refusal = {"__typename": "Refusal", "code": "X", "message": {"texts": None}, "help": SAID}
    with host() as (kind, where):
        kind.answers = {"identificationRequest": refusal}
        with pytest.raises(Unavailable):
            service.Service(address(where)).request()


class Answering(OneReader):
    """A card that says the same to everything."""

    def __init__(self, answer):
        self.answer = answer

    def transmit(self, _apdu):
        return self.answer


@pytest.mark.parametrize(
    "answer", [b"", b"\x90", b"\x90\x00", b"\xff" * 300, b"\x61\xff", b"\x6c\x00", b"\x30\x83" * 5]
)
def test_a_strange_card_is_told_before_any_password(answer):
    with pytest.raises(Refused):
        reader.Card(Answering(answer)).open()


def changed(whole_card, old, new):
    assert old in whole_card
    return whole_card.replace(old, new)


@pytest.fixture(scope="module")
def whole():
    return TestAuthority(datetime.now(UTC)).whole_card(FOREIGN_RESIDENT)


@pytest.fixture(scope="module")
def certificate(whole):
    return whole.sign.certificate


def quiet(error, whole):
    """Whether an error, all it came from and its trace say nothing of password or certificate."""
    said = "".join(traceback.format_exception(error)) + repr(error)
    secrets = (PASSWORD, PASSWORD.encode().hex(), repr(PASSWORD.encode())[2:-1])
    der = whole.sign.certificate
    parts = (repr(der[40:60])[2:-1], der[40:60].hex(), base64.b64encode(der[42:63]).decode())
    return not any(one in said for one in (*secrets, *parts, FOREIGN_RESIDENT.name))


def signs(card):
    ours = reader.Card(OneReader(card))
    ours.open()
    ours.unlock(PASSWORD.encode())
    return ours.sign("text")


def test_no_error_of_a_card_that_leaves_tells_password_or_certificate(whole):
    found = 0
    for commands in range(1, 40):
        card = EmulatedCard(whole, faults=Faults(remove_after=commands))
        card.insert()
        try:
            signed = signs(card)
        except TrustError as error:
            assert quiet(error, whole)
            found += 1
        else:
            assert repr(signed) == "Signed()"
    assert found > 10


def test_no_error_of_a_wrong_signature_tells_password_or_certificate(whole):
    card = EmulatedCard(replace(whole, sign=replace(whole.sign, key=new_key())))
    with pytest.raises(Refused) as caught:
        signs(card)
    assert caught.value.code == "card_signature_wrong"
    assert quiet(caught.value, whole)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07"),  # a version that there is not
        (bytes.fromhex("06092a864886f70d010101"), bytes.fromhex("06092a864886f70d010109")),
        (b"\x30", b"\x31"),
    ],
    ids=["version", "key", "all"],
)
def test_a_certificate_that_no_library_knows_is_one_clear_error(certificate, old, new):
    strange = changed(certificate, old, new)
    assert code_of(reader.check, strange, bytes(256), b"text") == "card_signature_wrong"


def test_a_key_of_another_kind_signs_nothing(certificate):
    found = x509.load_der_x509_certificate(certificate)
    assert found.public_key() is not None
    key = ed25519.Ed25519PrivateKey.generate()
    assert code_of(reader.check, certificate, key.sign(b"text"), b"text") == "card_signature_wrong"
