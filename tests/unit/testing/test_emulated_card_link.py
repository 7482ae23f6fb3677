"""The emulated card's way into a virtual reader, against a reader made of one socket."""

import socket
import threading
from datetime import UTC, datetime

import pytest

from tsukuba_trust.errors import Unavailable
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_faults import Faults
from tsukuba_trust.testing.emulated_card_files import AID, ATR
from tsukuba_trust.testing.emulated_card_link import ReaderLink, inserted
from tsukuba_trust.testing.people import FOREIGN_RESIDENT

OFF, ON, RESET, ASK_ATR = b"\0", b"\1", b"\2", b"\4"
SELECT_AP = b"\x00\xa4\x04\x0c\x0a" + AID
WHOLE = TestAuthority(datetime(2026, 11, 22, tzinfo=UTC)).whole_card(FOREIGN_RESIDENT)
PATIENCE_S = 5


class Reader:
    """What vpcd is to a card: a server for one."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.card = None
        self.greeting = ON

    def greet(self):
        self.card, _ = self.server.accept()
        self.card.settimeout(PATIENCE_S)
        self.say(self.greeting)

    def say(self, message):
        self.card.sendall(len(message).to_bytes(2, "big") + message)

    def ask(self, message):
        self.say(message)
        return self.hear()

    def hear(self):
        head = self.card.recv(2, socket.MSG_WAITALL)
        return self.card.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL) if head else None


@pytest.fixture
def reader():
    found = Reader()
    thread = threading.Thread(target=found.greet, daemon=True)
    thread.start()
    yield found
    thread.join(PATIENCE_S)
    if found.card is not None:
        found.card.close()
    found.server.close()


def put(reader, **faults):
    card = EmulatedCard(WHOLE, faults=Faults(**faults))
    return inserted(card, port=reader.port, patience_s=PATIENCE_S)


def test_the_card_is_in_when_the_reader_has_powered_it(reader):
    with put(reader) as link:
        assert not link.out.is_set()
    assert link.out.is_set()


def test_it_says_its_atr_as_often_as_it_is_asked(reader):
    with put(reader):
        assert [reader.ask(ASK_ATR) for _ in range(3)] == [ATR] * 3


def test_power_and_reset_are_not_answered_and_commands_are(reader):
    with put(reader):
        for control in (OFF, ON, RESET, b"\x7f"):
            reader.say(control)
        assert reader.ask(SELECT_AP).hex() == "9000"


def test_a_command_in_pieces_is_put_together(reader):
    with put(reader):
        for byte in len(SELECT_AP).to_bytes(2, "big") + SELECT_AP:
            reader.card.sendall(bytes([byte]))
        assert reader.hear().hex() == "9000"


def test_an_empty_message_is_answered_and_the_link_stays(reader):
    with put(reader):
        assert reader.ask(b"").hex() == "6700"
        assert reader.ask(SELECT_AP).hex() == "9000"


def test_taking_the_card_out_closes_the_link(reader):
    with put(reader):
        pass
    assert reader.hear() is None


def test_a_card_that_leaves_mid_way_closes_the_link_without_an_answer(reader):
    with put(reader, remove_after=1) as link:
        assert reader.ask(SELECT_AP).hex() == "9000"
        assert reader.ask(SELECT_AP) is None
        assert link.out.wait(PATIENCE_S)


def test_a_reader_that_goes_away_ends_the_link(reader):
    with put(reader) as link:
        reader.card.shutdown(socket.SHUT_RDWR)
        assert link.out.wait(PATIENCE_S)


def test_without_a_reader_it_says_so():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unavailable, match=r"reader_missing: 127\.0\.0\.1"):
        ReaderLink(EmulatedCard(WHOLE), port=port).insert(PATIENCE_S)


def test_a_reader_with_another_card_in_it_says_nothing():
    with socket.create_server(("127.0.0.1", 0)) as busy:
        link = ReaderLink(EmulatedCard(WHOLE), port=busy.getsockname()[1])
        with pytest.raises(Unavailable, match="reader_occupied"):
            link.insert(patience_s=0.1)
    assert link.out.is_set()


def test_a_reader_that_never_powers_the_card_does_not_count(reader):
    reader.greeting = OFF
    card = EmulatedCard(WHOLE)
    with (
        pytest.raises(Unavailable, match="reader_occupied"),
        inserted(card, port=reader.port, patience_s=0.2),
    ):
        pass
