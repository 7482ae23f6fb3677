"""The emulated card behind the real PC/SC stack: pcscd, its virtual reader, pyscard."""

import socket
from contextlib import contextmanager

import pytest
from smartcard.Exceptions import CardConnectionException, NoCardException
from smartcard.scard import (
    SCARD_LEAVE_CARD,
    SCARD_SHARE_EXCLUSIVE,
    SCARD_SHARE_SHARED,
    SCARD_UNPOWER_CARD,
)
from smartcard.System import readers

from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_faults import Faults
from tsukuba_trust.testing.emulated_card_files import AID
from tsukuba_trust.testing.emulated_card_pins import PASSWORD, PIN

SELECT_AP = b"\x00\xa4\x04\x0c\x0a" + AID
ASK_SIGN = bytes.fromhex("0020009b")
READ_SIGN = bytes.fromhex("00b0810004")  # four bytes of the signing certificate
SHARING_VIOLATION, NOT_TRANSACTED, REMOVED = 0x8010000B, 0x80100016, 0x80100069


@contextmanager
def connected(mode=SCARD_SHARE_EXCLUSIVE, then=SCARD_UNPOWER_CARD, reader=0):
    connection = readers()[reader].createConnection()

    def transmit(command):
        data, first, second = connection.transmit(list(command))
        return bytes(data).hex() + f"{first:02x}{second:02x}"

    try:
        connection.connect(mode=mode, disposition=then)
        yield transmit
    finally:
        connection.release()


def verify(transmit, password=PASSWORD):
    transmit(SELECT_AP)
    return transmit(ASK_SIGN + bytes([len(password)]) + password.encode())


def code(error):
    return error.value.hresult & 0xFFFFFFFF


def test_in_here_there_is_nothing_but_loopback(card_reader_environment):
    assert [name for _, name in socket.if_nameindex()] == ["lo"]


def test_pcscd_has_two_readers(card_reader_environment):
    assert [str(reader) for reader in readers()] == ["Virtual PCD 00 00", "Virtual PCD 00 01"]


def test_an_empty_reader_says_that_it_is_empty(card_reader_environment):
    with pytest.raises(NoCardException), connected():
        pass


def test_the_second_reader_takes_a_card_of_its_own(insert, whole_card):
    insert(EmulatedCard(whole_card), reader=1)
    with connected(reader=1) as transmit:
        assert transmit(SELECT_AP) == "9000"
    with pytest.raises(NoCardException), connected(reader=0):
        pass


def test_wrong_passwords_are_counted_through_the_whole_stack(insert, card):
    insert(card)
    with connected() as transmit:
        assert [verify(transmit, "WRONG1"), verify(transmit, PASSWORD.lower())] == ["63c4", "63c3"]
        assert transmit(ASK_SIGN) == "63c3"
        assert verify(transmit) == "9000"
        assert transmit(ASK_SIGN) == "63c5"


def test_who_shares_the_card_reads_what_another_opened(insert, card):
    insert(card)
    with connected(SCARD_SHARE_SHARED, SCARD_LEAVE_CARD) as first:
        verify(first)
        with connected(SCARD_SHARE_SHARED, SCARD_LEAVE_CARD) as second:
            second(SELECT_AP)
            assert second(READ_SIGN).endswith("9000")


def test_who_leaves_the_card_powered_leaves_it_open(insert, card):
    insert(card)
    with connected(then=SCARD_LEAVE_CARD) as transmit:
        verify(transmit)
    with connected() as transmit:
        transmit(SELECT_AP)
        assert transmit(READ_SIGN).endswith("9000")


def test_who_takes_its_power_closes_it(insert, card):
    insert(card)
    with connected() as transmit:
        verify(transmit)
    with connected() as transmit:
        transmit(SELECT_AP)
        assert transmit(READ_SIGN) == "6982"


def test_nobody_else_gets_at_an_exclusive_card(insert, card):
    insert(card)
    with connected(), pytest.raises(CardConnectionException) as error, connected():
        pass
    assert code(error) == SHARING_VIOLATION


def test_a_card_that_leaves_mid_way_is_a_removed_card(insert, whole_card):
    insert(EmulatedCard(whole_card, faults=Faults(remove_after=1)))
    with connected() as transmit:
        assert transmit(SELECT_AP) == "9000"
        with pytest.raises(CardConnectionException, match="no valid response"):
            transmit(ASK_SIGN)  # the virtual reader says "done" and nothing else
        with pytest.raises(CardConnectionException) as error:
            transmit(ASK_SIGN)
    assert code(error) in (REMOVED, NOT_TRANSACTED)


def test_a_link_lost_inside_verify_leaves_the_try_counted(insert, whole_card):
    card = EmulatedCard(whole_card, faults=Faults(drop_in_verify="counted"))
    link = insert(card)
    with connected() as transmit, pytest.raises(CardConnectionException):
        verify(transmit, "WRONG1")
    assert link.out.wait(5)
    insert(card)
    with connected() as transmit:
        transmit(SELECT_AP)
        assert transmit(ASK_SIGN) == "63c4"


def test_the_log_of_pcscd_holds_no_command(insert, card, card_reader_environment, opensc):
    insert(card)
    with connected() as transmit:
        verify(transmit)
    opensc("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", PIN)
    log = card_reader_environment.log.read_text(errors="replace").replace(" ", "").upper()
    assert PASSWORD.encode().hex().upper() not in log and PASSWORD not in log
    assert AID.hex().upper() not in log
