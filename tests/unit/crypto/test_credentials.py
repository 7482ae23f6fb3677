"""Credential texts and the keys derived from them."""

import re

import pytest
from crypto_samples import stream

from tsukuba_trust.crypto import credentials
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.errors import Refused, Rejected

ED = group("Ed25519")


def test_a_new_text_has_the_form_and_22_digits(randomness):
    text = credentials.new_text(randomness)
    assert re.fullmatch(r"\w{5}-\w{6}-\w{5}-\w{6}", text)
    assert not set(text) & set("0OIl")


def test_p05_every_digit_is_equally_likely():
    draw, seen = stream("digits"), {}
    for _ in range(600):
        for digit in credentials.new_text(draw).replace("-", ""):
            seen[digit] = seen.get(digit, 0) + 1
    expected = 600 * 22 / 58
    assert len(seen) == 58
    # 57 degrees of freedom; 120 has a probability of about 10^-6
    assert sum((n - expected) ** 2 / expected for n in seen.values()) < 120


def test_one_text_gives_unrelated_keys_in_two_contests(any_group, randomness):
    text = credentials.new_text(randomness)
    keys = {credentials.derive(any_group, uuid, text) for uuid in ("A" * 14, "B" * 14)}
    assert len(keys) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "W8HBs-Dv3oX9-ygWZk-fnQAG",
        "W8HBs-Dv3oX9-ygWZk-fnQAGZ\n",
        "W8HBsDv3oX9ygWZkfnQAGZ",
        "08HBs-Dv3oX9-ygWZk-fnQAGZ",
        "NyU-AWt-nf6-eGQ-8pa",  # check digit
        "NyU-AWt-nf6-eGQ-8p",
    ],
)
def test_a_mistyped_text_is_refused_and_not_repeated(text):
    with pytest.raises(Refused) as caught:
        credentials.derive(ED, "TsukubaTest111", text)
    assert str(caught.value) == "credential_form"


def test_a_public_credential_is_a_member(any_group, randomness):
    secret = any_group.random_scalar(randomness)
    text = credentials.public(any_group, secret)
    element = credentials.read_credential(any_group, text)
    assert element == any_group.power(any_group.generator, secret)
    with pytest.raises(Rejected, match="element_invalid"):
        credentials.read_credential(any_group, text + "0")
