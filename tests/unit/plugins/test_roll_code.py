"""Codes of the roll: their form, their keyed hash, and five tries (attacks J07, J12)."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsukuba_trust.board.canonical import encode
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.interfaces import AttemptView
from tsukuba_trust.plugins.identity import roll_code
from tsukuba_trust.plugins.identity.roll_code import ALPHABET, RollCode, new_code, read_code
from tsukuba_trust.registry import load
from tsukuba_trust.values import Randomness

AT = datetime(2021, 11, 26, 6, 20, tzinfo=UTC)
KEY = hashlib.sha256(b"key").digest()
ATTEMPT = AttemptView(
    id="0123456789abcdef0123456789abcdef",
    binding=bytes(32),
    title="並木小学校",
    origin="localhost/namiki",
    voting_host="localhost:6543",
    locale="ja",
)


@pytest.fixture
def provider() -> RollCode:
    return RollCode(KEY)


@pytest.fixture
def codes(randomness: Randomness) -> list[str]:
    return [new_code(randomness) for _ in range(20)]


def attempt_with(provider: RollCode, codes: list[str], tries: int = 0) -> AttemptView:
    return replace(ATTEMPT, enrolments=tuple(provider.enrol(code) for code in codes), tries=tries)


def refusal(provider: RollCode, attempt: AttemptView, response: object) -> str:
    with pytest.raises(Refused) as caught:
        provider.complete(attempt, {}, response, AT)
    return caught.value.code


def test_a_printed_code_is_three_groups_of_four(codes: list[str]) -> None:
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4, 4, 4]
        assert set(code) <= set(ALPHABET) | {"-"}
    assert len(set(codes)) == len(codes)


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_a_code_is_read_however_it_is_typed(codes: list[str]) -> None:
    plain = codes[0].replace("-", "")
    wide = "".join(chr(ord(char) + 0xFEE0) for char in codes[0])
    for typed in (codes[0], codes[0].lower(), plain, f" {plain[:4]} {plain[4:]} ", wide):
        assert read_code(typed) == plain


def test_look_alikes_are_read_as_what_they_look_like() -> None:
    symbols = "01A0101010B"
    code = symbols + roll_code._check_character(symbols)
    assert read_code(code.replace("0", "O").replace("1", "l")) == code
    assert read_code(code.replace("0", "o").replace("1", "I")) == code


@given(number=st.binary(min_size=7, max_size=7), place=st.integers(0, 11), other=st.integers(1, 31))
def test_every_single_mistake_is_found(number: bytes, place: int, other: int) -> None:
    drawn = iter([number, b"\xff" * 7])
    code = new_code(lambda _size: next(drawn)).replace("-", "")
    wrong = ALPHABET[(ALPHABET.index(code[place]) + other) % 32]
    with pytest.raises(Refused, match="wrong_token"):
        read_code(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize(
    "typed", ["", "ABCD", "A" * 13, "U" * 12, None, 7, ["A"], "A" * 10_000, "ßßßßßß"]
)
def test_what_is_no_code_is_refused(typed: object) -> None:
    with pytest.raises(Refused, match="wrong_token"):
        read_code(typed)


def test_j07_no_code_looks_like_a_my_number(provider: RollCode) -> None:
    """A draw of digits only is thrown away, and 12 digits are refused before any hash."""
    draws = iter([bytes(7), b"\xff" * 7])
    assert new_code(lambda _size: next(draws)).startswith("ZZZZ")
    attempt = attempt_with(provider, [])
    for digits in ("123456789018", "0" * 12, "１２３４５６７８９０１８"):
        assert refusal(RollCode(None), attempt, {"code": digits}) == "wrong_token"


def test_only_the_keyed_hash_is_enrolled(provider: RollCode, codes: list[str]) -> None:
    kept = provider.enrol(codes[0])
    plain = codes[0].replace("-", "")
    assert kept == {"code_mac": hmac.new(KEY, plain.encode(), hashlib.sha256).hexdigest()}
    assert plain not in json.dumps(kept)
    assert RollCode(bytes(32)).enrol(codes[0]) != kept


def test_the_code_finds_its_line_of_the_roll(provider: RollCode, codes: list[str]) -> None:
    attempt = attempt_with(provider, codes)
    for code in (codes[0], codes[-1].lower()):
        identity = provider.complete(attempt, {}, {"code": code}, AT)
        assert identity.subject == provider.enrol(code)["code_mac"]
        assert not identity.bound
        assert identity.attributes == {}


def test_the_challenge_is_a_form_with_one_field(provider: RollCode) -> None:
    challenge = provider.begin(ATTEMPT).challenge
    assert challenge["shape"] == "form"
    assert [field["name"] for field in challenge["fields"]] == ["code"]


@pytest.mark.parametrize("tries", range(5))
def test_j12_five_tries_are_given(provider: RollCode, codes: list[str], tries: int) -> None:
    attempt = attempt_with(provider, codes[1:], tries)
    with pytest.raises(Refused, match=f"{4 - tries} tries left") as caught:
        provider.complete(attempt, {}, {"code": codes[0]}, AT)
    assert caught.value.code == "wrong_token"


def test_j12_after_five_tries_even_the_right_code_is_refused(
    provider: RollCode, codes: list[str]
) -> None:
    attempt = attempt_with(provider, codes, 5)
    assert refusal(provider, attempt, {"code": codes[0]}) == "too_many_tries"


def test_j12_every_enrolment_is_compared_in_constant_time(
    provider: RollCode, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """J12: the answer's time does not tell where on the roll a code stands."""
    compared = []
    real = hmac.compare_digest

    def counting(first: str, second: str) -> bool:
        compared.append(second)
        return real(first, second)

    monkeypatch.setattr(roll_code.hmac, "compare_digest", counting)
    provider.complete(attempt_with(provider, codes), {}, {"code": codes[0]}, AT)
    assert len(compared) == len(codes)


@pytest.mark.parametrize("extra", [{"name": "x"}, {"line": 3}])
def test_the_answer_names_only_the_code(
    provider: RollCode, codes: list[str], extra: dict[str, object]
) -> None:
    attempt = attempt_with(provider, codes)
    assert refusal(provider, attempt, {"code": codes[0]} | extra) == "wrong_token"
    assert refusal(provider, attempt, codes[0]) == "wrong_token"


def test_o23_no_refusal_repeats_what_was_typed(provider: RollCode, codes: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        provider.complete(ATTEMPT, {}, {"code": codes[0]}, AT)
    assert codes[0][:4] not in str(caught.value)
    identity = provider.complete(attempt_with(provider, codes), {}, {"code": codes[0]}, AT)
    assert codes[0].replace("-", "") not in repr(identity)
    assert identity.subject not in repr(identity)


def test_an_auditor_with_the_key_checks_the_code_again(
    provider: RollCode, codes: list[str]
) -> None:
    """The registrar keeps no codes, so it could not have made this evidence up."""
    identity = provider.complete(attempt_with(provider, codes), {}, {"code": codes[3]}, AT)
    assert provider.recheck(identity.evidence, ATTEMPT.binding, AT) == identity


@pytest.mark.parametrize("change", [{"v": 2}, {"code": "ABCD"}, {"code": 1}, {"more": "x"}])
def test_changed_evidence_is_rejected(
    provider: RollCode, codes: list[str], change: dict[str, object]
) -> None:
    kept = {"v": 1, "attempt": ATTEMPT.id, "code": codes[0].replace("-", "")}
    with pytest.raises(Rejected, match="evidence_malformed"):
        provider.recheck(encode(kept | change), ATTEMPT.binding, AT)


def test_evidence_holds_the_code_in_its_one_form(provider: RollCode, codes: list[str]) -> None:
    kept = {"v": 1, "attempt": ATTEMPT.id, "code": codes[0]}
    with pytest.raises(Rejected, match="evidence_malformed"):
        provider.recheck(encode(kept), ATTEMPT.binding, AT)


def test_it_has_no_parameters(provider: RollCode) -> None:
    provider.check({})
    with pytest.raises(Misconfigured, match="parameter_unknown"):
        provider.check({"tries": 9})


def test_the_settings_name_the_key_file(tmp_path: Path, codes: list[str]) -> None:
    path = tmp_path / "roll_code.key"
    path.write_text(KEY.hex() + "\n", encoding="ascii")
    registry = load(["roll-code"], {"roll_code.key": str(path)})
    assert registry.identity_providers["roll-code"].enrol(codes[0]) == RollCode(KEY).enrol(codes[0])


@pytest.mark.parametrize("content", ["", "00", "zz" * 32, "é" * 64])
def test_a_bad_key_file_stops_the_start_without_showing_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "roll_code.key"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        load(["roll-code"], {"roll_code.key": str(path)})
    assert caught.value.code == "roll_code_key_unreadable"
    assert not content or content not in str(caught.value)


def test_without_a_key_election_files_can_be_checked_but_no_code(codes: list[str]) -> None:
    provider = load(["roll-code"]).identity_providers["roll-code"]
    provider.check({})
    with pytest.raises(Misconfigured, match="roll_code_key_missing"):
        provider.complete(ATTEMPT, {}, {"code": codes[0]}, AT)
