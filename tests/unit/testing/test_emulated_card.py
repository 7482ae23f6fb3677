"""The emulated card answers as jpki.md 2 and 8 say a real one does, command by command."""

import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from hypothesis import given
from hypothesis import strategies as st

from tsukuba_trust.errors import Refused
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_faults import CardRemoved, Faults, read_faults
from tsukuba_trust.testing.emulated_card_files import AID, DIGEST_INFO
from tsukuba_trust.testing.emulated_card_pins import PASSWORD, PIN
from tsukuba_trust.testing.people import FOREIGN_RESIDENT, Person

SELECT_AP = b"\x00\xa4\x04\x0c\x0a" + AID
ASK = bytes.fromhex("00200080")
DIGEST = DIGEST_INFO + bytes(range(32))
WHOLE = TestAuthority(datetime(2026, 11, 22, tzinfo=UTC)).whole_card(FOREIGN_RESIDENT)


def card_with(**faults):
    return EmulatedCard(WHOLE, faults=Faults(**faults), pause=lambda _seconds: None)


@pytest.fixture
def card():
    found = card_with()
    found.transmit(SELECT_AP)
    return found


def select(card, file):
    return card.transmit(b"\x00\xa4\x02\x0c\x02" + file.to_bytes(2, "big")).hex()


def read(card, offset=0, count=0):
    return card.transmit(b"\x00\xb0" + offset.to_bytes(2, "big") + bytes([count]))


def read_whole(card, file):
    assert select(card, file) == "9000"
    found = b""
    while not (answer := read(card, len(found))).endswith(b"\x6b\x00"):
        found += answer[:-2]
    return found


def verify(card, text, file=0x1B):
    assert select(card, file) == "9000"
    return card.transmit(ASK + bytes([len(text)]) + text.encode()).hex()


def left(card, file=0x1B):
    assert select(card, file) == "9000"
    return card.transmit(ASK).hex()


def sign(card, file=0x1A, form=0, data=DIGEST):
    assert select(card, file) == "9000"
    return card.transmit(bytes([0x80, 0x2A, form, 0x80, len(data)]) + data + b"\0")


def check(certificate, signature, pad=None, algorithm=None):
    key = x509.load_der_x509_certificate(certificate).public_key()
    key.verify(
        signature,
        bytes(range(32)),
        pad or padding.PKCS1v15(),
        algorithm or utils.Prehashed(SHA256()),
    )


def test_the_application_is_found_by_its_full_name(card):
    assert card.transmit(SELECT_AP).hex() == "9000"


@pytest.mark.parametrize(
    "name",
    [AID[:9], AID + b"\0", b"\xa0" * 10, bytes.fromhex("D3921000310001010408"), b""],
)
def test_no_other_name_is_an_application(card, name):
    assert card.transmit(bytes([0, 0xA4, 4, 0x0C, len(name)]) + name).hex() != "9000"


def test_before_an_application_is_selected_there_is_no_file():
    assert select(card_with(), 0x0001) == "6a82"


@pytest.mark.parametrize("file", [0x0000, 0x0003, 0x0100, 0x3F00])
def test_files_that_are_not_there_are_not_found(card, file):
    assert select(card, file) == "6a82"


def test_files_are_selected_with_p1_02_only(card):
    assert card.transmit(bytes.fromhex("00a4090c020001")).hex() == "6a86"


def test_selecting_the_master_file_does_nothing():
    card = card_with()
    assert card.transmit(bytes.fromhex("00a40000")).hex() == "6a86"
    card.transmit(SELECT_AP)
    assert card.transmit(bytes.fromhex("00a40000")).hex() == "9000"


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (0x02, WHOLE.sign_authority),
        (0x0A, WHOLE.auth.certificate),
        (0x0B, WHOLE.auth_authority),
        (0x08, b"\x8f\x8f\x00"),
    ],
)
def test_open_files_are_read_without_a_password(card, file, content):
    assert read_whole(card, file) == content


def test_the_token_calls_itself_a_plastic_card(card):
    found = read_whole(card, 0x06)
    assert (len(found), found[:32]) == (160, b"JPKIAPICCTOKEN2".ljust(32))


def test_the_signing_certificate_wants_the_password(card):
    select(card, 0x01)
    assert read(card).hex() == "6982"
    verify(card, PASSWORD)
    assert read_whole(card, 0x01) == WHOLE.sign.certificate


def test_a_read_names_its_file_shortly(card):
    assert card.transmit(bytes.fromhex("00b0880003")).hex() == "8f8f009000"


def test_a_read_beyond_the_end_is_refused(card):
    select(card, 0x08)
    assert read(card, offset=3).hex() == "6b00"


@pytest.mark.parametrize(("file", "full"), [(0x1B, "63c5"), (0x18, "63c3")])
def test_asking_for_the_tries_costs_none_and_never_says_verified(card, file, full):
    assert left(card, file) == full
    verify(card, PASSWORD if file == 0x1B else PIN, file)
    assert left(card, file) == full


def test_the_question_has_exactly_four_bytes(card):
    select(card, 0x1B)
    assert card.transmit(ASK + b"\0").hex() == "6700"
    assert left(card) == "63c5"


def test_a_wrong_password_costs_a_try_and_the_right_one_gives_them_back(card):
    assert verify(card, "WRONG1") == "63c4"
    assert verify(card, PASSWORD.lower()) == "63c3"
    assert verify(card, PASSWORD) == "9000"
    assert left(card) == "63c5"


@pytest.mark.parametrize("status", [0x6983, 0x6984])
def test_a_blocked_password_is_refused_even_when_right(status):
    card = card_with(blocked_status=status)
    card.transmit(SELECT_AP)
    assert [verify(card, "0000", 0x18) for _ in range(3)] == ["63c2", "63c1", "63c0"]
    assert verify(card, PIN, 0x18) == f"{status:x}"
    assert left(card, 0x18) == "63c0"
    assert left(card, 0x1B) == "63c5"


def test_a_wrong_password_ends_what_a_right_one_began(card):
    verify(card, PASSWORD)
    verify(card, "WRONG1")
    assert sign(card).hex() == "6982"


@pytest.mark.parametrize(
    ("pin_file", "secret", "key_file", "certificate"),
    [
        (0x1B, PASSWORD, 0x1A, WHOLE.sign.certificate),
        (0x18, PIN, 0x17, WHOLE.auth.certificate),
    ],
)
def test_each_key_signs_after_its_own_password(card, pin_file, secret, key_file, certificate):
    other = 0x18 if pin_file == 0x1B else 0x1B
    verify(card, PIN if other == 0x18 else PASSWORD, other)
    assert sign(card, key_file).hex() == "6982"
    verify(card, secret, pin_file)
    check(certificate, sign(card, key_file)[:-2])


def test_files_are_named_shortly_in_verify_and_signature(card):
    card.transmit(bytes.fromhex("0020009b") + bytes([len(PASSWORD)]) + PASSWORD.encode())
    answer = card.transmit(bytes.fromhex("802a009a33") + DIGEST + b"\0")
    check(WHOLE.sign.certificate, answer[:-2])


def test_a_bare_hash_is_padded_without_complaint_and_convinces_nobody(card):
    verify(card, PASSWORD)
    answer = sign(card, data=bytes(range(32)))
    assert answer.endswith(b"\x90\x00")
    with pytest.raises(Exception, match=r"^$"):
        check(WHOLE.sign.certificate, answer[:-2])


def test_the_other_forms_hash_or_add_the_digest_info(card):
    verify(card, PASSWORD)
    certificate, data = WHOLE.sign.certificate, bytes(range(32))
    pss = padding.PSS(padding.MGF1(SHA256()), 32)
    check(certificate, sign(card, form=2, data=data)[:-2])
    check(certificate, sign(card, form=3, data=data)[:-2], algorithm=SHA256())
    check(certificate, sign(card, form=4, data=data)[:-2], pss)
    check(certificate, sign(card, form=5, data=data)[:-2], pss, SHA256())
    digest = Hash(SHA256())
    digest.update(data)
    assert sign(card, form=1, data=data) == sign(card, data=digest.finalize())
    assert sign(card, form=6, data=data).hex() == "6a86"
    assert sign(card, data=bytes(246)).hex() == sign(card, form=2, data=b"1").hex() == "6700"


def test_signing_has_a_class_of_its_own(card):
    verify(card, PASSWORD)
    select(card, 0x1A)
    assert card.transmit(b"\x00\x2a\x00\x80\x33" + DIGEST + b"\0").hex() == "6d00"


@pytest.mark.parametrize("probe", ["00cadf3005", "00cb3fff035c017e08", "80ca9f7f00", "00840000"])
def test_probes_of_other_cards_are_unknown(card, probe):
    assert card.transmit(bytes.fromhex(probe)).hex() == "6d00"


def test_a_reset_keeps_who_is_verified_and_power_does_not(card):
    verify(card, PASSWORD)
    card.reset()
    card.transmit(SELECT_AP)
    assert len(sign(card)) == 258
    card.power_off()
    card.transmit(SELECT_AP)
    assert sign(card).hex() == "6982"


def test_asking_for_another_application_forgets_who_is_verified(card):
    verify(card, PASSWORD)
    card.transmit(b"\x00\xa4\x04\x0c\x04\xa0\x00\x00\x00")
    card.transmit(SELECT_AP)
    assert sign(card).hex() == "6982"


def test_a_child_has_no_signing_certificate():
    authority = TestAuthority(datetime(2026, 11, 22, tzinfo=UTC))
    child = Person("筑波　小太郎", "2018-04-02", "1", FOREIGN_RESIDENT.address)
    card = EmulatedCard(authority.whole_card(child))
    card.transmit(SELECT_AP)
    assert read_whole(card, 0x08) == b"\x00\x8f\x00"
    assert select(card, 0x01) == select(card, 0x1A) == "6a82"


@given(st.lists(st.one_of(st.binary(max_size=8), st.binary(max_size=300)), max_size=6))
def test_no_bytes_crash_it_or_open_anything(commands):
    card = card_with()
    for command in [SELECT_AP, *commands]:
        assert len(card.transmit(command)) >= 2
    card.transmit(SELECT_AP)
    assert sign(card).hex() == "6982"


def test_it_leaves_the_reader_after_so_many_commands():
    card = card_with(remove_after=2)
    card.transmit(SELECT_AP)
    select(card, 0x08)
    with pytest.raises(CardRemoved):
        read(card)
    with pytest.raises(CardRemoved):
        card.transmit(SELECT_AP)
    card.insert()
    assert card.transmit(SELECT_AP).hex() == "9000"


@pytest.mark.parametrize(("drop", "tries"), [("counted", "63c4"), ("uncounted", "63c5")])
def test_a_link_lost_inside_verify_may_have_cost_a_try(drop, tries):
    card = card_with(drop_in_verify=drop)
    card.transmit(SELECT_AP)
    with pytest.raises(CardRemoved):
        verify(card, "WRONG1")
    card.insert()
    card.transmit(SELECT_AP)
    assert left(card) == tries


def test_the_first_command_after_power_up_may_fail_once():
    card = card_with(first_fails=True)
    assert [card.transmit(SELECT_AP).hex() for _ in range(2)] == ["6f00", "9000"]
    card.power_off()
    assert card.transmit(SELECT_AP).hex() == "6f00"


def test_another_card_has_no_such_application():
    assert card_with(other_card=True).transmit(SELECT_AP).hex() == "6a82"


def test_answers_are_slow_on_demand():
    waited = []
    card = EmulatedCard(WHOLE, faults=Faults(delay_ms=250), pause=waited.append)
    card.transmit(SELECT_AP)
    assert waited == [0.25]


def test_answers_can_wait_to_be_fetched():
    card = card_with(get_response=True)
    card.transmit(SELECT_AP)
    select(card, 0x08)
    assert read(card, count=3).hex() == "6103"
    assert card.transmit(bytes.fromhex("00c0000004")).hex() == "6c03"
    assert card.transmit(bytes.fromhex("00c0000002")).hex() == "8f8f6101"
    assert card.transmit(bytes.fromhex("00c0000001")).hex() == "009000"
    assert card.transmit(bytes.fromhex("00c0000001")).hex() == "6985"


def test_a_length_can_have_to_be_exact():
    card = card_with(exact_length=True)
    card.transmit(SELECT_AP)
    select(card, 0x08)
    assert read(card).hex() == "6c03"
    assert read(card, count=3).hex() == "8f8f009000"


def test_a_last_block_can_warn_and_a_file_can_be_filled_up():
    card = card_with(short_status=0x6282, filler=7)
    card.transmit(SELECT_AP)
    assert read_whole(card, 0x0A) == WHOLE.auth.certificate + b"\xff" * 7
    select(card, 0x08)
    assert read(card).hex() == "8f8f006282"


def test_a_broken_reader_gives_one_byte():
    assert card_with(cut_answers=True).transmit(SELECT_AP) == b"\x90"


def test_a_reset_can_unblock_and_can_forget():
    card = card_with(unblocked_by_reset=True, forgets_on_reset=True)
    card.transmit(SELECT_AP)
    verify(card, PIN, 0x18)
    verify(card, "WRONG1")
    card.reset()
    card.transmit(SELECT_AP)
    assert left(card) == "63c5"
    assert sign(card, 0x17).hex() == "6982"


def test_faults_are_read_from_words():
    words = ("first_fails", "remove_after=7", "blocked_status=0x6983", "drop_in_verify=counted")
    assert read_faults(words) == Faults(
        first_fails=True, remove_after=7, blocked_status=0x6983, drop_in_verify="counted"
    )


@pytest.mark.parametrize(
    "word", ["melts", "first_fails=1", "remove_after", "drop_in_verify=maybe", "delay_ms=soon"]
)
def test_an_unknown_fault_is_refused_with_the_list(word):
    with pytest.raises(Refused, match=r"fault_unknown.*there are: blocked_status, "):
        read_faults([word])


@pytest.mark.parametrize("fault", [field.name for field in fields(Faults)])
def test_every_fault_is_documented(fault):
    page = Path(__file__).parents[3] / "docs" / "emulated-card.md"
    assert re.search(rf"^\| `{fault}\b", page.read_text(encoding="utf-8"), re.MULTILINE)
