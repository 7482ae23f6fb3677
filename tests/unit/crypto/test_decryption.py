"""Partial decryptions: made, checked, and bound to their election."""

import json
import os

import pytest

from archives import WITHOUT_PREFERENCES, golden, sample
from tsukuba_trust.crypto.decryption import (
    check_partial,
    combine,
    partial_decrypt,
    rehearsal_context,
)
from tsukuba_trust.crypto.elgamal import encrypt, read_ciphertexts
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.record import read_record
from tsukuba_trust.crypto.trustees import parse_trustees
from tsukuba_trust.errors import Rejected

OF = group("Ed25519")
SECRET = 123_456_789
KEY = OF.power(OF.generator, SECRET)
TEXTS = [[encrypt(OF, KEY, m, OF.random_scalar(os.urandom)) for m in (0, 1, 3)]]


def _made(phi: str = "phi") -> str:
    return partial_decrypt(OF, phi, SECRET, KEY, TEXTS, os.urandom)


@pytest.mark.parametrize("name", WITHOUT_PREFERENCES)
def test_it_accepts_golden_decryptions_and_their_combination(name: str) -> None:
    found = {kind: [] for kind in ("Setup", "EncryptedTally", "PartialDecryption", "Result")}
    for event in golden(name).events:
        found.setdefault(event.kind, []).append(event.records)
    record = read_record(found["Setup"][0][0])
    of = record.group
    trustees = parse_trustees(of, found["Setup"][0][1])
    rows = json.loads(found["EncryptedTally"][0][0])
    sums = [read_ciphertexts(of, row, identity_allowed=True) for row in rows]
    factors = {}
    for text, owned in found["PartialDecryption"]:
        owner = json.loads(owned)["owner"]
        key = trustees.verification_keys[owner - 1]
        factors[owner] = check_partial(of, record.fingerprint, key, sums, text)
    counts = json.loads(found["Result"][0][0])["result"]
    expected = [[of.power(of.generator, count) for count in row] for row in counts]
    assert combine(trustees, factors, sums) == expected


def test_it_accepts_what_it_made() -> None:
    factors = check_partial(OF, "phi", KEY, TEXTS, _made())
    assert [OF.power(c.alpha, SECRET) for c in TEXTS[0]] == list(factors[0])


def test_b02_it_refuses_a_decryption_of_another_election() -> None:
    with pytest.raises(Rejected, match="decryption_proof_invalid"):
        check_partial(OF, "other", KEY, TEXTS, _made())


def test_a_rehearsal_never_counts_as_a_decryption() -> None:
    digest = "0" * 64
    text = _made(rehearsal_context(digest))
    check_partial(OF, rehearsal_context(digest), KEY, TEXTS, text)
    for phi in (digest, "phi"):
        with pytest.raises(Rejected, match="decryption_proof_invalid"):
            check_partial(OF, phi, KEY, TEXTS, text)


def test_it_refuses_the_key_of_another_trustee() -> None:
    with pytest.raises(Rejected, match="decryption_proof_invalid"):
        check_partial(OF, "phi", OF.power(OF.generator, 5), TEXTS, _made())


@pytest.mark.parametrize("name", ["decryption_factors", "decryption_proofs"])
def test_it_refuses_another_shape(name: str) -> None:
    content = json.loads(_made())
    content[name][0].pop()
    with pytest.raises(Rejected, match="decryption_shape"):
        check_partial(OF, "phi", KEY, TEXTS, json.dumps(content))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"decryption_factors":[]}',
        '{"decryption_factors":[],"decryption_proofs":{}}',
        '{"decryption_factors":[1],"decryption_proofs":[]}',
    ],
)
def test_it_refuses_what_is_no_decryption(text: str) -> None:
    with pytest.raises(Rejected, match="decryption_form"):
        check_partial(OF, "phi", KEY, TEXTS, text)


@pytest.mark.parametrize("factor", ["0" * 64, "f" * 64, 1, None])
def test_p04_it_refuses_a_factor_outside_the_subgroup(factor: object) -> None:
    content = json.loads(_made())
    content["decryption_factors"][0][0] = factor
    with pytest.raises(Rejected, match="element_invalid"):
        check_partial(OF, "phi", KEY, TEXTS, json.dumps(content))


def test_it_refuses_to_combine_when_a_trustee_is_missing() -> None:
    made = sample()
    sums = made.sums((made.ballot(0),))
    with pytest.raises(Rejected, match="decryption_incomplete"):
        combine(made.read_trustees, {1: [[OF.identity] * 2]}, sums)
