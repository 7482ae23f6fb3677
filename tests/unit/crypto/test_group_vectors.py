"""The numbers of tests/vectors/belenios/vectors.json (source: the README beside it)."""

import json
from pathlib import Path

import pytest

from tsukuba_trust.crypto import credentials
from tsukuba_trust.crypto.groups import group, hash_to_scalar
from tsukuba_trust.crypto.shuffle_statement import weights
from tsukuba_trust.crypto.vectors import decode_vector, encode_vector

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "belenios" / "vectors.json").read_text("utf-8")
)
NAMES = ["Ed25519", "BELENIOS-2048", "RFC-3526-2048"]
TESTED = {"q", "p", "g", "g_power_2", "g_power_q_minus_1", "identity", "ggen", "hash_to_scalar"}
TESTED |= {"credential_v20", "credential_v24"}
TESTED |= {"encode_vector", "shuffle_challenges_of_abc"}

pytestmark = pytest.mark.parametrize("name", NAMES)


def test_every_vector_has_a_test(name):
    assert set(VECTORS[name]) <= TESTED
    assert set(VECTORS) == {*NAMES, "note"}


def test_the_order_and_the_generator_are_those_of_the_protocol(name):
    g, vector = group(name), VECTORS[name]
    assert str(g.q) == vector["q"]
    assert g.encode(g.generator) == vector["g"]
    assert g.encode(g.identity) == vector["identity"]


def test_the_modulus_is_that_of_the_protocol(name):
    assert str(getattr(group(name), "p", "")) == VECTORS[name].get("p", "")


def test_powers_of_the_generator(name):
    g, vector = group(name), VECTORS[name]
    assert g.encode(g.power(g.generator, 2)) == vector["g_power_2"]
    assert g.encode(g.power(g.generator, g.q - 1)) == vector["g_power_q_minus_1"]
    assert g.encode(g.invert(g.generator)) == vector["g_power_q_minus_1"]


def test_independent_generators(name):
    g = group(name)
    made = {i: g.encode(g.ggen(int(i))) for i in VECTORS[name]["ggen"]}
    assert made == VECTORS[name]["ggen"]


def test_hashing_to_a_scalar(name):
    g, vector = group(name), VECTORS[name]["hash_to_scalar"]
    elements = [g.decode(text, identity_allowed=False) for text in vector["elements"]]
    assert str(hash_to_scalar(g, vector["prefix"], elements)) == vector["value"]


def test_vectors_become_elements_and_come_back(name):
    g = group(name)
    for vector in VECTORS[name].get("encode_vector", []):
        element = encode_vector(g, vector["v"])
        assert g.encode(element) == vector["element"]
        assert decode_vector(g, element, len(vector["v"])) == vector["v"]


def test_the_challenges_of_a_shuffle(name):
    made = [str(weight) for weight in weights(group(name), "abc", 3)]
    assert made == VECTORS[name]["shuffle_challenges_of_abc"]


@pytest.mark.parametrize("form", ["credential_v20", "credential_v24"])
def test_a_credential_gives_its_key(name, form):
    g, vector = group(name), VECTORS[name][form]
    secret = credentials.derive(g, vector["uuid"], vector["credential"])
    assert str(secret) == vector["secret"]
    assert credentials.public(g, secret) == vector["public"]
    assert g.encode(credentials.read_credential(g, vector["public"])) == vector["public"]
