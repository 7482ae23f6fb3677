"""The reader against the emulated card, command by command."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tsukuba_trust.card import reader as reader_module
from tsukuba_trust.card.password import fold
from tsukuba_trust.card.reader import APPLICATION, Card, total_of
from tsukuba_trust.errors import Refused
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_faults import CardRemoved, Faults
from tsukuba_trust.testing.emulated_card_pins import PASSWORD, PIN
from tsukuba_trust.testing.people import people

AT = datetime(2025, 3, 1, 3, 0, tzinfo=UTC)
RIGHT = PASSWORD.encode()
TEXT = "つくば\ntext"
ROOM = Path(reader_module.__file__).parent
VERIFY = b"\x00\x20\x00\x80"


@pytest.fixture(scope="module")
def authority():
    return TestAuthority(AT)


@pytest.fixture(scope="module")
def whole(authority):
    return authority.whole_card(people(7, 2)[1])


class Wire:
    """A connection that keeps what went over it, and knows no other application."""

    def __init__(self, card):
        self.card, self.sent = card, []

    def transmit(self, apdu):
        self.sent.append(apdu)
        if apdu[:3] == b"\x00\xa4\x04":
            assert apdu[5:] == APPLICATION, "another application was asked for"
        try:
            return self.card.transmit(apdu)
        except CardRemoved:
            raise Refused("card_unreadable", "removed") from None

    @property
    def tried(self):
        return [apdu for apdu in self.sent if apdu[:4] == VERIFY and len(apdu) > 4]


def reader(whole, purpose="sign", **faults):
    wire = Wire(EmulatedCard(whole, faults=Faults(**faults), pause=lambda _seconds: None))
    return Card(wire, purpose), wire


def code(caught):
    return caught.value.code, caught.value.tries_left


def test_it_signs_with_the_signing_key(whole):
    card, wire = reader(whole)
    card.open()
    assert card.tries() == 5
    card.unlock(RIGHT)
    signed = card.sign(TEXT)
    assert signed.certificate == whole.sign.certificate
    assert signed.signature == whole.sign.sign(TEXT)
    assert len(wire.tried) == 1


def test_it_logs_in_with_the_other_key(whole):
    card, _ = reader(whole, "auth")
    card.open()
    assert card.certificate() == whole.auth.certificate
    card.unlock(PIN.encode())
    assert card.sign(TEXT).signature == whole.auth.sign(TEXT)


@pytest.mark.parametrize("purpose", ["sign", "auth"])
def test_it_reads_the_authorities_without_any_password(whole, purpose):
    card, _ = reader(whole, purpose)
    card.open()
    wanted = whole.sign_authority if purpose == "sign" else whole.auth_authority
    assert card.authority() == wanted


@pytest.mark.parametrize(
    "faults",
    [
        {"first_fails": True},
        {"get_response": True},
        {"exact_length": True},
        {"short_status": 0x6282},
        {"filler": 7},
    ],
    ids=str,
)
def test_it_understands_every_dialect_of_real_cards(whole, faults):
    card, wire = reader(whole, **faults)
    card.open()
    card.unlock(RIGHT)
    assert card.sign(TEXT).certificate == whole.sign.certificate
    assert len(wire.tried) == 1


def test_no_other_application_is_ever_selected(whole):
    card, wire = reader(whole)
    card.open()
    card.unlock(RIGHT)
    card.sign(TEXT)
    names = {apdu[5:] for apdu in wire.sent if apdu[:3] == b"\x00\xa4\x04"}
    assert names == {APPLICATION}


def test_the_names_of_other_applications_stand_nowhere_in_the_room():
    for path in ROOM.glob("*.py"):
        assert "d392100031" not in path.read_text(encoding="utf-8").lower()


def test_j06_the_tries_are_asked_before_each_attempt_and_cost_none(whole):
    card, wire = reader(whole)
    card.open()
    for _ in range(7):
        assert card.tries() == 5
    for left in (4, 3):
        with pytest.raises(Refused) as caught:
            card.unlock(b"WRONG999")
        assert code(caught) == ("card_wrong_password", left)
    places = [place for place, apdu in enumerate(wire.sent) if apdu in wire.tried]
    assert [wire.sent[place - 1] for place in places] == [VERIFY, VERIFY]
    card.unlock(RIGHT)
    assert card.tries() == 5


def test_j06_it_stops_before_the_last_try(whole):
    card, wire = reader(whole)
    card.open()
    for _ in range(4):
        with pytest.raises(Refused):
            card.unlock(b"WRONG999")
    with pytest.raises(Refused) as caught:
        card.unlock(RIGHT)
    assert code(caught) == ("card_last_try", 1)
    assert len(wire.tried) == 4
    card.unlock(RIGHT, last=True)
    assert card.tries() == 5


def test_j06_the_last_wrong_try_and_every_later_one_say_locked(whole):
    card, wire = reader(whole)
    card.open()
    for _ in range(4):
        with pytest.raises(Refused):
            card.unlock(b"WRONG999")
    with pytest.raises(Refused) as caught:
        card.unlock(b"WRONG999", last=True)
    assert code(caught) == ("card_locked", 0)
    with pytest.raises(Refused) as caught:
        card.unlock(RIGHT, last=True)
    assert code(caught) == ("card_locked", 0)
    assert len(wire.tried) == 5


@pytest.mark.parametrize(("fault", "left"), [("counted", 4), ("uncounted", 5)])
def test_a_card_that_leaves_while_the_password_is_compared_is_not_asked_again(whole, fault, left):
    card, wire = reader(whole, drop_in_verify=fault)
    card.open()
    wrong = b"WRONG999"
    with pytest.raises(Refused) as caught:
        card.unlock(wrong)
    assert code(caught) == ("card_try_unknown", None)
    assert len(wire.tried) == 1
    wire.card.insert()
    card.open()
    assert card.tries() == left


def test_no_part_of_an_answer_is_asked_for_around_a_password(whole):
    class More:
        def __init__(self):
            self.sent = []

        def transmit(self, apdu):
            self.sent.append(apdu)
            if apdu == VERIFY:
                return b"\x63\xc5"
            return b"\x61\x10" if apdu[:4] == VERIFY else b"\x90\x00"

    wire = More()
    with pytest.raises(Refused) as caught:
        Card(wire).unlock(RIGHT)
    assert caught.value.code == "card_unreadable"
    assert wire.sent[-1][:4] == VERIFY


def test_removal_at_any_command_is_one_clear_error(whole):
    card, wire = reader(whole)
    card.open()
    card.unlock(RIGHT)
    card.sign(TEXT)
    for count in range(len(wire.sent)):
        card, other = reader(whole, remove_after=count)
        with pytest.raises(Refused) as caught:
            card.open()
            card.unlock(RIGHT)
            card.sign(TEXT)
        assert caught.value.code in ("card_unreadable", "card_try_unknown")
        assert len(other.tried) <= 1


def test_another_card_and_a_broken_reader_are_told_apart(whole):
    card, _ = reader(whole, other_card=True)
    with pytest.raises(Refused) as caught:
        card.open()
    assert caught.value.code == "card_other"
    card, _ = reader(whole, cut_answers=True)
    with pytest.raises(Refused) as caught:
        card.open()
    assert caught.value.code == "card_unreadable"


def test_a_card_without_signing_certificate_is_told_before_any_password(whole):
    card, wire = reader(replace(whole, sign=None))
    with pytest.raises(Refused) as caught:
        card.open()
    assert caught.value.code == "card_no_certificate"
    assert wire.tried == []


def test_a_signature_by_another_key_never_leaves_the_reader(whole, authority):
    cards = (authority.card(person) for person in people(8, 40))
    key = next(card.key for card in cards if card.key is not whole.sign.key)
    card, _ = reader(replace(whole, sign=replace(whole.sign, key=key)))
    card.open()
    card.unlock(RIGHT)
    with pytest.raises(Refused) as caught:
        card.sign(TEXT)
    assert caught.value.code == "card_signature_wrong"


@pytest.mark.parametrize(
    ("head", "total"),
    [("30820604", 1544), ("30810504"[:4] + "ff04", 258), ("307f0000", 129), ("30827ffc", 0x8000)],
)
def test_the_length_is_read_as_der_has_it(head, total):
    assert total_of(bytes.fromhex(head)) == total


@pytest.mark.parametrize(
    "head", ["31820604", "30800000", "30830100", "30820004", "30810504", "30827ffd", "3082", ""]
)
def test_what_is_no_certificate_is_refused(head):
    with pytest.raises(Refused) as caught:
        total_of(bytes.fromhex(head))
    assert caught.value.code == "card_unreadable"


@pytest.mark.parametrize("typed", ["TSUKUBA123", "tsukuba123", "ｔｓｕＫＵＢＡ１２３"])
def test_lower_case_and_full_width_letters_are_folded(typed):
    assert fold(typed, "sign") == b"TSUKUBA123"


@pytest.mark.parametrize(
    "typed", ["ABC12", "A" * 17, "ABC 123", "ABC-123", "ÄBC123", "straße", "①②③④⑤⑥", "", "ABC123\n"]
)
def test_a_form_that_no_card_holds_is_refused_and_not_repeated(typed):
    with pytest.raises(Refused) as caught:
        fold(typed, "sign")
    assert caught.value.code == "password_form"
    assert not typed or typed not in str(caught.value)


def test_the_other_password_has_four_digits():
    assert fold("１２３４", "auth") == b"1234"
    for typed in ("12345", "ABCD", "123"):
        with pytest.raises(Refused):
            fold(typed, "auth")
