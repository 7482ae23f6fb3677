"""Attacks P01, P05, P08: every kind of proof is bound to its whole statement and context."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from crypto_samples import NAMES, stream
from hypothesis import given, settings
from hypothesis import strategies as st

import tsukuba_trust
from tsukuba_trust.crypto import groups as groups_module
from tsukuba_trust.crypto import json_text, proofs
from tsukuba_trust.crypto.discrete_log import Exponents
from tsukuba_trust.crypto.elgamal import Ciphertext, encrypt, multiply
from tsukuba_trust.crypto.groups import group, hash_to_scalar
from tsukuba_trust.crypto.proofs import PROOF_KINDS, Proof
from tsukuba_trust.crypto.strong_decryption import check_strong, prove_strong
from tsukuba_trust.errors import Rejected

PHI, OTHER_PHI = "f" * 43, "g" * 43


@dataclass(frozen=True)
class Case:
    """A true statement, its proof, and how the check is called.

    :param fields: what stands in the prefix
    :param elements: what the check takes besides
    """

    kind: str
    fields: dict[str, str]
    elements: dict[str, object]
    made: Sequence[Proof]
    check: Callable[["Case"], None]

    @property
    def prefix(self) -> str:
        return "|".join([self.kind, *self.fields.values()]) + "|"


def knowledge(kind, fields):
    def case(g, draw):
        secret = g.random_scalar(draw)
        public = g.power(g.generator, secret)
        texts = {name: value(g, public) for name, value in fields.items()}
        empty = Case(kind, texts, {"public": public}, (), check)
        return replace(empty, made=[proofs.prove_knowledge(g, empty.prefix, secret, draw)])

    def check(case):
        g = group(case.elements.get("group", "Ed25519"))
        public, proof = case.elements["public"], case.made[0]
        proofs.check_knowledge(g, case.prefix, public, proof, step="knowledge")

    return case


def alternatives(kind):
    def case(g, draw):
        secret = g.random_scalar(draw)
        key, r = g.power(g.generator, secret), g.random_scalar(draw)
        one = encrypt(g, key, 1, r)
        zero = Ciphertext(one.alpha, g.multiply(one.beta, g.invert(g.generator)))
        pair = f"{g.encode(one.alpha)},{g.encode(one.beta)}"
        texts = {"fingerprint": PHI, "credential": g.encode(key), "ciphertexts": pair}
        elements = {"key": key, "branch 0": one, "branch 1": zero}
        empty = Case(kind, texts, elements, (), check)
        made = proofs.prove_or(g, key, empty.prefix, [one, zero], 1, r, draw)
        return replace(empty, made=made)

    def check(case):
        elements = dict(case.elements)
        g, key = group(elements.pop("group", "Ed25519")), elements.pop("key")
        proofs.check_or(g, key, case.prefix, list(elements.values()), case.made, step="or")

    return case


def members_unchecked(g, draw):
    """The same proof where membership is checked on the way."""
    return replace(CASES["prove"](g, draw), check=check_unchecked)


def check_unchecked(case):
    elements = dict(case.elements)
    g, key = group(elements.pop("group", "Ed25519")), elements.pop("key")
    one, zero = elements.values()
    proofs.check_or(
        g, key, case.prefix, [one, zero], case.made, step="or", unchecked=(one.alpha, one.beta)
    )


def decryption(g, draw, kind="decrypt"):
    secret, alpha = g.random_scalar(draw), g.power(g.generator, g.random_scalar(draw))
    public, factor = g.power(g.generator, secret), g.power(alpha, secret)
    elements = {"public": public, "alpha": alpha, "factor": factor}
    fields = {"fingerprint": PHI, "public_key": g.encode(public)}
    if kind == "decrypt-strong":
        fields |= {"alpha": g.encode(alpha), "factor": g.encode(factor)}
    empty = Case(kind, fields, elements, (), check_factor)
    made = [proofs.prove_decryption(g, empty.prefix, secret, alpha, draw)]
    return replace(empty, made=made)


def check_factor(case):
    g, (proof,) = group(case.elements.get("group", "Ed25519")), case.made
    elements = [case.elements[name] for name in ("public", "alpha", "factor")]
    proofs.check_decryption(g, case.prefix, *elements, proof, step="decryption")


CASES = {
    "pok": knowledge(
        "pok", {"group": lambda g, key: g.name, "public_key": lambda g, key: g.encode(key)}
    ),
    "sigmsg": knowledge("sigmsg", {"message": lambda g, key: '{"verification":"1|2,3"}'}),
    "sig": knowledge("sig", {"ballot_hash": lambda g, key: "h" * 43}),
    "register": knowledge(
        "register", {"uuid": lambda g, key: "A" * 14, "credential": lambda g, key: g.encode(key)}
    ),
    "raweg": knowledge(
        "raweg",
        {
            "fingerprint": lambda g, key: PHI,
            "credential": lambda g, key: g.encode(g.generator),
            "statement": lambda g, key: f"y,{g.encode(key)},b",
        },
    ),
    "factors": knowledge(
        "factors",
        {
            "fingerprint": lambda g, key: PHI,
            "public_key": lambda g, key: g.encode(key),
            "ciphertexts_digest": lambda g, key: "0" * 64,
            "decryption_digest": lambda g, key: "1" * 64,
        },
    ),
    "mixed": knowledge(
        "mixed",
        {
            "fingerprint": lambda g, key: PHI,
            "public_key": lambda g, key: g.encode(key),
            "digest": lambda g, key: "0" * 64,
        },
    ),
    "prove": alternatives("prove"),
    "bproof0": alternatives("bproof0"),
    "bproof1": alternatives("bproof1"),
    "decrypt": decryption,
    "decrypt-strong": partial(decryption, kind="decrypt-strong"),
}
CHECKS = {**CASES, "prove, members unchecked": members_unchecked}
kinds = pytest.mark.parametrize("kind", sorted(CHECKS))
ED = group("Ed25519")


def case_of(kind, g=ED):
    return CHECKS[kind](g, stream(kind))


def others(value):
    """Return other values of the same sort, one per part that can differ."""
    if isinstance(value, Ciphertext):
        parts = value.alpha, value.beta
        return [Ciphertext(*others(parts[0]), parts[1]), Ciphertext(parts[0], *others(parts[1]))]
    if isinstance(value, bytes):
        return [ED.multiply(value, ED.generator)]
    return [("A" if value[0] != "A" else "B") + value[1:]]


def refuses(case):
    with pytest.raises(Rejected) as caught:
        case.check(case)
    assert caught.value.code in {"proof_invalid", "scalar_invalid"}


def test_p01_every_kind_of_proof_is_tested_here():
    assert set(CASES) == set(PROOF_KINDS)
    for kind, fields in PROOF_KINDS.items():
        assert tuple(case_of(kind).fields) == fields


def test_p01_no_challenge_is_made_outside_the_registry():
    users = []
    root = Path(tsukuba_trust.__file__).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node, "id", getattr(node, "attr", ""))
            if name == "hash_to_scalar" and path.name != "groups.py":
                users.append(str(path.relative_to(root)))
    assert set(users) == {"crypto/proofs.py"}


@pytest.mark.parametrize("prefix", ["", "prove", "prove|x", "vote|x|", "Prove|x|", "prove2|x|"])
def test_p01_a_kind_that_is_not_registered_cannot_be_used(prefix):
    with pytest.raises(ValueError, match="not registered"):
        proofs.prove_knowledge(ED, prefix, 5, stream("x"))


@kinds
@pytest.mark.parametrize("name", NAMES)
def test_an_honest_proof_is_accepted(kind, name):
    case = case_of(kind, group(name))
    case.check(replace(case, elements=case.elements | {"group": name}))


@kinds
def test_p01_the_challenge_depends_on_every_field_of_the_prefix(kind):
    case = case_of(kind)
    for name, value in case.fields.items():
        refuses(replace(case, fields=case.fields | {name: others(value)[0]}))


@kinds
def test_p01_the_challenge_depends_on_the_kind(kind):
    case = case_of(kind)
    for name in set(PROOF_KINDS) - {case.kind}:
        refuses(replace(case, kind=name))


@kinds
def test_p01_the_challenge_depends_on_every_element_of_the_statement(kind):
    case = case_of(kind)
    for name, value in case.elements.items():
        for changed in others(value):
            refuses(replace(case, elements=case.elements | {name: changed}))


@kinds
def test_p01_no_scalar_of_a_proof_can_be_changed(kind):
    case = case_of(kind)
    for i, proof in enumerate(case.made):
        for changed in (
            Proof((proof.challenge + 1) % ED.q, proof.response),
            Proof(proof.challenge, (proof.response + 1) % ED.q),
            Proof(proof.challenge + ED.q, proof.response),
            Proof(proof.challenge, proof.response + ED.q),
        ):
            refuses(replace(case, made=[*case.made[:i], changed, *case.made[i + 1 :]]))


@pytest.mark.parametrize("kind", ["prove", "prove, members unchecked", "bproof0", "bproof1"])
def test_p01_branches_have_one_proof_each_in_order(kind):
    case = case_of(kind)
    refuses(replace(case, made=case.made[::-1]))
    for made in (case.made[:1], [*case.made, case.made[0]]):
        with pytest.raises(Rejected, match="proof_form"):
            case.check(replace(case, made=made))


def solve(g, commitment, base, proof):
    """Return X with base^response · X^challenge = commitment."""
    quotient = g.multiply(commitment, g.invert(g.power(base, proof.response)))
    return g.power(quotient, pow(proof.challenge, -1, g.q))


@pytest.mark.parametrize("kind", ["pok", "register"])
def test_p05_p01_a_key_chosen_after_its_proof_is_refused(kind):
    """The commitment first, then a key for which it holds: the prefix names another key."""
    case, draw = case_of(kind), stream("forger")
    commitment = ED.power(ED.generator, 424242)
    challenge = hash_to_scalar(ED, case.prefix, [commitment])
    proof = Proof(challenge, ED.random_scalar(draw))
    key = solve(ED, commitment, ED.generator, proof)
    forged = replace(case, elements={"public": key}, made=[proof])
    forged.check(forged)  # the equation holds, were the prefix not to name the key
    field = list(case.fields)[-1]
    refuses(replace(forged, fields=case.fields | {field: ED.encode(key)}))


@kinds
def test_p05_a_proof_by_one_key_is_none_by_another(kind):
    case = case_of(kind)
    name = "key" if "key" in case.elements else "public"
    another = ED.power(ED.generator, 987654321)
    refuses(replace(case, elements=case.elements | {name: another}))


def test_p01_ciphertexts_chosen_after_their_commitments_are_refused():
    """The forgery of 2012: commitments first, then (α, β) that satisfy them."""
    case, draw = case_of("prove"), stream("forger")
    key = case.elements["key"]
    first = [ED.power(ED.generator, n) for n in (11, 12, 13, 14)]
    total = hash_to_scalar(ED, case.prefix, first)
    made = [Proof(ED.random_scalar(draw), ED.random_scalar(draw))]
    made.append(Proof((total - made[0].challenge) % ED.q, ED.random_scalar(draw)))
    branches = [
        Ciphertext(
            solve(ED, first[2 * i], ED.generator, proof), solve(ED, first[2 * i + 1], key, proof)
        )
        for i, proof in enumerate(made)
    ]
    elements = {"key": key, "branch 0": branches[0], "branch 1": branches[1]}
    forged = replace(case, elements=elements, made=made)
    forged.check(forged)  # as before: only the prefix stands between
    pair = f"{ED.encode(branches[0].alpha)},{ED.encode(branches[0].beta)}"
    refuses(replace(forged, fields=case.fields | {"ciphertexts": pair}))


def forged_factor(g, secret, alpha, prefix, draw):
    """Return a false factor and a proof that version 1 accepts.

    Its challenge hashes neither α nor the factor: B is chosen first, then the factor is
    solved for. For a given α the trustee cannot choose *which* factor comes out.
    """
    w = g.random_scalar(draw)
    commitments = [g.power(g.generator, w), g.power(alpha, g.random_scalar(draw))]
    challenge = hash_to_scalar(g, prefix, commitments)
    proof = Proof(challenge, (w - secret * challenge) % g.q)
    return solve(g, commitments[1], alpha, proof), proof


def test_p01_a_factor_forged_by_choosing_b_first_gives_no_count():
    """The format cannot refuse the proof itself; the result is refused instead."""
    draw = stream("trustee")
    secret = ED.random_scalar(draw)
    key = ED.power(ED.generator, secret)
    tally = encrypt(ED, key, 17, ED.random_scalar(draw))
    prefix = f"decrypt|{PHI}|{ED.encode(key)}|"
    factor, proof = forged_factor(ED, secret, tally.alpha, prefix, draw)
    proofs.check_decryption(ED, prefix, key, tally.alpha, factor, proof, step="decryption")
    plaintext = ED.multiply(tally.beta, ED.invert(factor))
    with pytest.raises(Rejected, match="count_not_found"):
        Exponents(ED, 10**6).find(plaintext)


def moved_count(secret, draw, wanted):
    """Return a sum that holds 17, a factor that opens it as another count, and its proof.

    α is not fixed yet when the trustee draws her commitments: the randomness of the last
    ballot, which she seals herself, makes them fit.
    """
    key = ED.power(ED.generator, secret)
    prefix = f"decrypt|{PHI}|{ED.encode(key)}|"
    others = encrypt(ED, key, 17, ED.random_scalar(draw))  # the sum of all ballots but hers
    w, v = ED.random_scalar(draw), ED.random_scalar(draw)
    a, b = ED.power(ED.generator, w), ED.power(others.alpha, w)
    b = ED.multiply(b, ED.power(ED.generator, v))
    challenge = hash_to_scalar(ED, prefix, [a, b])
    moved = 17 - wanted  # hidden in the factor
    last = encrypt(ED, key, 0, (v - moved * challenge) * pow(w, -1, ED.q) % ED.q)
    tally = multiply(ED, others, last)
    factor = ED.multiply(ED.power(tally.alpha, secret), ED.power(ED.generator, moved))
    return tally, factor, Proof(challenge, (w - secret * challenge) % ED.q)


def test_p01_a_trustee_who_seals_the_last_ballot_moves_a_count_at_will():
    """A limit of the format's own proof, for which the strong proofs stand beside it."""
    draw = stream("last ballot")
    secret = ED.random_scalar(draw)
    key = ED.power(ED.generator, secret)
    tally, factor, proof = moved_count(secret, draw, 9)
    prefix = f"decrypt|{PHI}|{ED.encode(key)}|"
    proofs.check_decryption(ED, prefix, key, tally.alpha, factor, proof, step="decryption")
    assert Exponents(ED, 100).find(ED.multiply(tally.beta, ED.invert(factor))) == 9


def test_p01_no_strong_proof_stands_for_a_moved_count():
    """Neither the one that her command makes, nor that of the last ballot's trick again."""
    draw = stream("last ballot")
    secret = ED.random_scalar(draw)
    key = ED.power(ED.generator, secret)
    tally, factor, proof = moved_count(secret, draw, 9)
    moved = {"decryption_factors": [[ED.encode(factor)]]}
    moved["decryption_proofs"] = [[proofs.proof_json(proof)]]
    made = prove_strong(ED, PHI, secret, [[tally]], json_text.write(moved), draw)
    again = json_text.write([[proofs.proof_json(proof)]])
    for text in (made, again):
        with pytest.raises(Rejected, match="strong_proof_invalid"):
            check_strong(ED, PHI, key, [[tally]], [[factor]], text)
    honest = [[ED.power(tally.alpha, secret)]]
    moved["decryption_factors"] = [[ED.encode(honest[0][0])]]
    made = prove_strong(ED, PHI, secret, [[tally]], json_text.write(moved), draw)
    check_strong(ED, PHI, key, [[tally]], honest, made)


def test_p01_a_factor_forged_by_choosing_b_first_has_no_strong_proof():
    draw = stream("trustee")
    secret, guess = ED.random_scalar(draw), ED.random_scalar(draw)
    key = ED.power(ED.generator, secret)
    tally = encrypt(ED, key, 17, ED.random_scalar(draw))
    elements = ED.encode(key), ED.encode(tally.alpha), ED.encode(ED.power(tally.alpha, guess))
    prefix = f"decrypt-strong|{PHI}|{'|'.join(elements)}|"
    factor, proof = forged_factor(ED, secret, tally.alpha, prefix, draw)
    proofs.check_decryption(ED, prefix, key, tally.alpha, factor, proof, step="decryption")
    text = json_text.write([[proofs.proof_json(proof)]])
    with pytest.raises(Rejected, match="strong_proof_invalid"):
        check_strong(ED, PHI, key, [[tally]], [[factor]], text)


def test_p01_nobody_but_the_trustee_forges_a_factor():
    case, draw = case_of("decrypt"), stream("stranger")
    guess = ED.random_scalar(draw)
    alpha = case.elements["alpha"]
    factor, proof = forged_factor(ED, guess, alpha, case.prefix, draw)
    refuses(replace(case, elements=case.elements | {"factor": factor}, made=[proof]))


def test_p01_a_factor_for_one_ciphertext_is_none_for_another():
    case = case_of("decrypt")
    alpha = ED.power(case.elements["alpha"], 2)
    refuses(replace(case, elements=case.elements | {"alpha": alpha}))


# P05: sampling


def chi_square(values, limit, buckets=16):
    counts = [0] * buckets
    for value in values:
        counts[value * buckets // limit] += 1
    expected = len(values) / buckets
    return sum((n - expected) ** 2 / expected for n in counts)


LIMIT = 58.0  # 15 degrees of freedom: exceeded with a probability below 10^-6


@pytest.mark.parametrize("name", NAMES)
def test_p05_scalars_are_uniform(name):
    """With ``mod q`` the lower half of BELENIOS-2048 would be drawn twice as often."""
    g, draw = group(name), stream("uniform")
    assert chi_square([g.random_scalar(draw) for _ in range(8000)], g.q) < LIMIT


def test_p05_reduction_modulo_q_would_be_seen():
    g, draw = group("BELENIOS-2048"), stream("biased")
    biased = [int.from_bytes(draw(32), "big") % g.q for _ in range(8000)]
    assert chi_square(biased, g.q) > LIMIT


def test_p05_true_and_simulated_challenges_look_alike():
    key, draw = ED.power(ED.generator, 5), stream("challenges")
    r = 7
    true = Ciphertext(ED.power(ED.generator, r), ED.power(key, r))
    made = [proofs.prove_or(ED, key, "prove|x|", [true, true], i % 2, r, draw) for i in range(800)]
    for position in (0, 1):
        simulated = [pair[position].challenge for i, pair in enumerate(made) if i % 2 != position]
        honest = [pair[position].challenge for i, pair in enumerate(made) if i % 2 == position]
        assert chi_square(simulated, ED.q) < LIMIT
        assert chi_square(honest, ED.q) < LIMIT


def test_p05_no_randomness_is_used_twice(monkeypatch):
    seen = []
    monkeypatch.setattr(proofs, "hash_to_scalar", lambda g, p, elements: seen.extend(elements) or 1)
    key, draw = ED.power(ED.generator, 5), stream("nonces")
    for _ in range(20):
        proofs.prove_knowledge(ED, "sig|x|", 5, draw)
        proofs.prove_decryption(ED, "decrypt|x|", 5, key, draw)
    assert len(set(seen)) == len(seen)


# P08: encoding of what is hashed

plain = st.text("0123456789abcdefABCDEF+/", min_size=1, max_size=5)
pairs = st.lists(plain, min_size=1, max_size=4).map(",".join)
FIELD_ALPHABETS = {
    "message": st.text(max_size=8),  # anything: it stands alone, before the last "|"
    "ciphertexts": st.lists(pairs, min_size=1, max_size=2).map("|".join),
    "statement": pairs,
}
statements = st.sampled_from(sorted(PROOF_KINDS)).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.tuples(*(FIELD_ALPHABETS.get(field, plain) for field in PROOF_KINDS[kind])),
        st.lists(st.integers(0, 3), min_size=1, max_size=3).map(tuple),
    )
)


def hashed_text(kind, fields, exponents):
    caught = []

    class Recorder:
        def __init__(self, data):
            caught.append(data)

        def digest(self):
            return bytes(32)

    elements = [ED.power(ED.generator, exponent) for exponent in exponents]
    original = groups_module.hashlib.sha256
    groups_module.hashlib.sha256 = Recorder
    try:
        hash_to_scalar(ED, "|".join([kind, *fields]) + "|", elements)
    finally:
        groups_module.hashlib.sha256 = original
    return caught[0].decode()


def read_back(text):
    prefix, _, elements = text.rpartition("|")
    kind, _, rest = prefix.partition("|")
    exponents = tuple(
        next(n for n in range(4) if ED.encode(ED.power(ED.generator, n)) == element)
        for element in elements.split(",")
    )
    return kind, tuple(rest.split("|", len(PROOF_KINDS[kind]) - 1)), exponents


@settings(deadline=None, max_examples=100)
@given(statements)
def test_p08_what_is_hashed_can_be_read_back_so_no_two_statements_share_it(statement):
    assert read_back(hashed_text(*statement)) == statement
