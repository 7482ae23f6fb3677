"""Broken archives: ballots (step 9.5; attacks B01, B02)."""

import json
import os
from dataclasses import replace

from archives import (
    archive,
    flawed,
    sample,
)
from broken_chain import Broken
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.elgamal import ciphertext_json, encrypt, multiply, read_ciphertext


def still_open(*ballots: str) -> Broken:
    return Broken(archive(sample().open(*ballots)))


def unknown_credential() -> Broken:
    made = sample()
    stranger = made.of_group.random_scalar(os.urandom)
    outsider = replace(made, voters=(stranger,))
    return still_open(outsider.ballot(0))


def replayed() -> Broken:
    text = sample().ballot(0)
    return still_open(text, text)


def replayed_after_another() -> Broken:
    made = sample()
    text = made.ballot(0)
    return still_open(text, made.ballot(0, 1), text)


def spaced() -> Broken:
    return still_open(sample().ballot(0).replace('","', '", "', 1))


def escaped() -> Broken:
    return still_open(sample().ballot(0).replace("TsukubaTest", "\\u0054sukubaTest", 1))


def reordered() -> Broken:
    ballot = json.loads(sample().ballot(0))
    return still_open(json_text.write(dict(reversed(ballot.items()))))


def surplus_field_in_answer() -> Broken:
    answers = sample().answers(0)
    return still_open(sample().sign(0, [{**answers[0], "note": "x"}]))


def reordered_answer() -> Broken:
    answers = sample().answers(0)
    return still_open(sample().sign(0, [dict(reversed(answers[0].items()))]))


def other_uuid() -> Broken:
    made = sample()
    return still_open(made.sign(0, made.answers(0), uuid="TsukubaTest112"))


def other_fingerprint() -> Broken:
    made = sample()
    return still_open(made.sign(0, made.answers(0), phi="A" * 43))


def other_hash() -> Broken:
    made = sample()
    other = json.loads(made.ballot(0))["signature"]
    ballot = json.loads(made.ballot(0))
    return still_open(json_text.write({**ballot, "signature": other}))


def bad_signature() -> Broken:
    ballot = json.loads(sample().ballot(0))
    ballot["signature"]["proof"] = flawed(ballot["signature"]["proof"])
    return still_open(json_text.write(ballot))


def surplus_answer() -> Broken:
    answers = sample().answers(0)
    return still_open(sample().sign(0, [*answers, *answers]))


def bad_answer_proof() -> Broken:
    (answer,) = sample().answers(0)
    answer["overall_proof"][0] = flawed(answer["overall_proof"][0])
    return still_open(sample().sign(0, [answer]))


def copied_answers() -> Broken:
    made = sample()
    answers = made.answers(0)
    return still_open(made.sign(0, answers), made.sign(1, answers))


def rerandomised_copy() -> Broken:
    """Copy the answers under another credential with fresh randomness in each ciphertext."""
    made = sample()
    (answer,) = made.answers(0)
    of, key = made.of_group, made.read_trustees.key
    for choice in answer["choices"]:
        more = encrypt(of, key, 0, of.random_scalar(os.urandom))
        old = read_ciphertext(of, choice, identity_allowed=False)
        choice.update(ciphertext_json(of, multiply(of, old, more)))
    return still_open(made.sign(1, [answer]))


def copied_component() -> Broken:
    """Put one foreign ciphertext with its proof into an own answer."""
    made = sample()
    (answer,), (foreign,) = made.answers(1), made.answers(0)
    for part in ("choices", "individual_proofs"):
        answer[part][0] = foreign[part][0]
    return still_open(made.sign(1, [answer]))


def permuted_copy() -> Broken:
    """Copy the answers with their options in another order."""
    made = sample()
    (answer,) = made.answers(0)
    for part in ("choices", "individual_proofs"):
        answer[part].reverse()
    return still_open(made.sign(1, [answer]))


def copied_ballot() -> Broken:
    made = sample()
    text = made.ballot(0)
    return still_open(text, text.replace(made.credential(0), made.credential(1)))


def ninety_nine_votes() -> Broken:
    """Exchange a sum of 1 for one of 99, as the tool's race lets through."""
    (answer,) = sample().answers(0)
    of = sample().of_group
    beta = of.decode(answer["choices"][0]["beta"], identity_allowed=True)
    more = of.multiply(beta, of.power(of.generator, 98))
    answer["choices"][0]["beta"] = of.encode(more)
    return still_open(sample().sign(0, [answer]))
