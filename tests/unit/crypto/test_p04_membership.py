"""Attack P04: no decoder lets anything but a member in canonical form pass."""

from contextlib import suppress

import gmpy2
import pytest
from crypto_samples import NAMES

from tsukuba_trust.crypto import credentials, elgamal, proofs
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.proofs import Proof, check_knowledge, proof_json, read_proof
from tsukuba_trust.crypto.scalars import read_scalar
from tsukuba_trust.errors import Rejected

ED = group("Ed25519")
FIELDS = ["BELENIOS-2048", "RFC-3526-2048"]
P = 2**255 - 19
# The eight points of small order: 1, (0, −1), (±√−1, 0), and four of order eight.
EIGHTH = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
SMALL_ORDER = [y + (sign << 255) for y in (1, P - 1, 0, EIGHTH, P - EIGHTH) for sign in (0, 1)]


def text_of(number):
    return f"{number:064x}"


def torsion():
    """Texts of members multiplied by each point of small order but the identity."""
    point = ED.power(ED.generator, 12345)
    order_eight = EIGHTH.to_bytes(32, "little")
    found, texts = ED.identity, []
    for _ in range(7):
        found = ED.multiply(found, order_eight)
        texts.append(ED.encode(ED.multiply(point, found)))
    return texts


MEMBER = ED.encode(ED.power(ED.generator, 12345))
BAD_ED25519 = [
    *map(text_of, SMALL_ORDER[1:]),
    *torsion(),
    *(text_of(P + y) for y in range(19)),  # y not reduced
    *(text_of(P + y + (1 << 255)) for y in range(19)),
    text_of(2**256 - 1),
    text_of(2),  # no point of the curve has y = 2
    MEMBER.upper(),
    MEMBER[1:],
    "0" + MEMBER,
    MEMBER + "\n",
    " " + MEMBER[1:],
    "0x" + MEMBER[2:],
    "０" + MEMBER[1:],
    "",
    ED.generator.hex(),  # RFC 8032 order of bytes
]


@pytest.mark.parametrize("text", BAD_ED25519)
@pytest.mark.parametrize("identity_allowed", [False, True])
def test_p04_ed25519_refuses(text, identity_allowed):
    with pytest.raises(Rejected, match="element_invalid"):
        ED.decode(text, identity_allowed=identity_allowed)


@pytest.mark.parametrize("text", BAD_ED25519)
def test_p04_no_multiplication_of_ed25519_takes_what_is_no_member(text):
    with pytest.raises(Rejected, match="element_invalid"):
        ED.power(ED.reread(text), 7)


def test_p04_points_of_small_order_are_on_the_curve_and_refused_for_their_order():
    eight = EIGHTH.to_bytes(32, "little")
    double = ED.multiply(eight, eight)
    assert ED.multiply(double, double) == (P - 1).to_bytes(32, "little")


def bad_residues(name):
    g = group(name)
    p, member = g.p, g.power(g.generator, 12345)
    small = gmpy2.powmod(5, 2 * g._order, p)  # the part of 5 outside the subgroup, squared
    mixed = [member * (p - 1) % p]
    if small not in (1, p - 1):
        mixed += [small, member * small % p]
    return [
        "0",
        str(p - 1),
        str(p),
        str(p + 1),
        str(p + member),
        *map(str, mixed),
        "0" + str(member),
        "01",
        "+" + str(member),
        "-" + str(member),
        str(member) + " ",
        str(member) + "\n",
        hex(int(member)),
        "1_000",
        "１",
        "",
        "9" * 10_000,
    ]


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("identity_allowed", [False, True])
def test_p04_finite_fields_refuse(name, identity_allowed):
    for text in bad_residues(name):
        with pytest.raises(Rejected, match="element_invalid"):
            group(name).decode(text, identity_allowed=identity_allowed)


def test_p04_a_safe_prime_s_members_are_those_of_the_definition():
    g = group("RFC-3526-2048")
    members = []
    for number in range(2, 40):
        with suppress(Rejected):
            members.append(int(g.decode(str(number), identity_allowed=False)))
    assert members == [n for n in range(2, 40) if gmpy2.powmod(n, g.q, g.p) == 1]


@pytest.mark.parametrize("value", [None, 5, 1.0, True, ["1"], {"x": 1}])
def test_p04_an_element_is_a_text(any_group, value):
    with pytest.raises(Rejected, match="element_invalid"):
        any_group.decode(value, identity_allowed=True)


def test_p04_many_are_checked_as_one_is(any_group):
    good = any_group.encode(any_group.generator)
    assert any_group.decode_many([good] * 2, identity_allowed=False) == [any_group.generator] * 2
    with pytest.raises(Rejected, match="element_invalid"):
        any_group.decode_many([good, "2" * 5000], identity_allowed=False)


def test_p04_the_identity_passes_only_where_the_caller_says_so(any_group):
    text = any_group.encode(any_group.identity)
    assert any_group.decode(text, identity_allowed=True) == any_group.identity
    with pytest.raises(Rejected, match="identity"):
        any_group.decode(text, identity_allowed=False)


def test_p04_the_flag_for_the_identity_has_no_default(any_group):
    with pytest.raises(TypeError):
        any_group.decode(any_group.encode(any_group.generator))


def test_p04_a_credential_is_not_the_identity(any_group):
    with pytest.raises(Rejected, match="element_invalid"):
        credentials.read_credential(any_group, any_group.encode(any_group.identity))


def test_p04_a_ciphertext_s_alpha_is_the_identity_only_in_tallies(any_group):
    identity, good = (any_group.encode(e) for e in (any_group.identity, any_group.generator))
    json = {"alpha": identity, "beta": good}
    assert elgamal.read_ciphertext(any_group, json, identity_allowed=True).beta == (
        any_group.generator
    )
    with pytest.raises(Rejected, match="identity") as caught:
        elgamal.read_ciphertext(any_group, json, identity_allowed=False, step="here")
    assert caught.value.step == "here"


def test_p04_a_ciphertext_s_beta_may_be_the_identity(any_group):
    json = {
        "alpha": any_group.encode(any_group.generator),
        "beta": any_group.encode(any_group.identity),
    }
    read = elgamal.read_ciphertext(any_group, json, identity_allowed=False)
    assert elgamal.ciphertext_json(any_group, read) == json


@pytest.mark.parametrize("field", ["alpha", "beta"])
def test_p04_both_components_are_checked(field):
    json = {"alpha": MEMBER, "beta": MEMBER} | {field: torsion()[3]}
    with pytest.raises(Rejected, match="element_invalid"):
        elgamal.read_ciphertext(ED, json, identity_allowed=True)


@pytest.mark.parametrize(
    "json",
    [
        None,
        [],
        {"alpha": MEMBER},
        {"beta": MEMBER, "alpha": MEMBER},
        {"alpha": MEMBER, "beta": MEMBER, "gamma": MEMBER},
    ],
)
def test_p04_a_ciphertext_has_two_fields_in_order(json):
    with pytest.raises(Rejected, match="ciphertext_form"):
        elgamal.read_ciphertext(ED, json, identity_allowed=True)


@pytest.mark.parametrize(
    "text",
    ["", "00", "01", "-1", "+1", " 1", "1 ", "1\n", "1.0", "1e3", "0x1", "１", "9" * 5000, 1, None],
)
def test_p04_a_scalar_has_one_form(any_group, text):
    with pytest.raises(Rejected, match="scalar_invalid"):
        read_scalar(any_group.q, text)


def test_p04_a_scalar_is_below_q(any_group):
    q = any_group.q
    assert [read_scalar(q, str(value)) for value in (0, 1, q - 1)] == [0, 1, q - 1]
    for value in (q, q + 1, 2 * q):
        with pytest.raises(Rejected, match="scalar_invalid"):
            read_scalar(q, str(value))


@pytest.mark.parametrize("field", ["challenge", "response"])
def test_p04_a_proof_s_scalars_are_below_q(any_group, field):
    json = {"challenge": "1", "response": "1"} | {field: str(any_group.q)}
    with pytest.raises(Rejected, match="scalar_invalid"):
        read_proof(any_group, json)


@pytest.mark.parametrize(
    "json",
    [
        None,
        [],
        {"challenge": "1"},
        {"response": "1", "challenge": "1"},
        {"challenge": "1", "response": "1", "commitment": "1"},
    ],
)
def test_p04_a_proof_has_two_fields_in_order(json):
    with pytest.raises(Rejected, match="proof_form"):
        read_proof(ED, json)


def test_a_proof_reads_as_it_was_written(any_group):
    proof = Proof(5, any_group.q - 1)
    assert read_proof(any_group, proof_json(proof)) == proof


@pytest.mark.parametrize("proof", [Proof(-1, 1), Proof(1, -1)])
def test_p04_a_check_refuses_scalars_out_of_range(any_group, proof):
    with pytest.raises(Rejected, match="scalar_invalid"):
        check_knowledge(any_group, "sig|h|", any_group.generator, proof, step="sig")


def zero_proof(monkeypatch):
    """Make every proof of challenge zero hold, so that only membership is at stake."""
    monkeypatch.setattr(proofs, "hash_to_scalar", lambda *_: 0)
    return Proof(0, 5)


def test_p04_a_key_that_was_not_decoded_is_checked_with_its_proof(any_group, monkeypatch):
    proof = zero_proof(monkeypatch)
    for key in (any_group.generator, any_group.power(any_group.generator, 99)):
        check_knowledge(any_group, "sig|h|", key, proof, step="sig", unchecked=True)
    with pytest.raises(Rejected, match="identity"):
        check_knowledge(any_group, "sig|h|", any_group.identity, proof, step="sig", unchecked=True)


@pytest.mark.parametrize("challenge", [0, 7])
@pytest.mark.parametrize("text", [*torsion(), text_of(P - 1), text_of(2), text_of(P + 3)])
def test_p04_ed25519_keys_outside_the_subgroup_are_found_by_their_proof(
    monkeypatch, text, challenge
):
    monkeypatch.setattr(proofs, "hash_to_scalar", lambda *_: challenge)
    with pytest.raises(Rejected, match="element_invalid"):
        check_knowledge(
            ED, "sig|h|", ED.reread(text), Proof(challenge, 5), step="sig", unchecked=True
        )


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("challenge", [0, 2])
def test_p04_residues_outside_the_subgroup_are_found_by_their_proof(monkeypatch, name, challenge):
    g = group(name)
    monkeypatch.setattr(proofs, "hash_to_scalar", lambda *_: challenge)
    proof = Proof(challenge, 5)
    with pytest.raises(Rejected, match="element_invalid"):
        check_knowledge(g, "sig|h|", g.p - g.generator, proof, step="sig", unchecked=True)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("exponents", [(0, 0), (1, 0), (0, 1), (3, -3), (5, 5)])
def test_p04_powers_check_the_bases_they_are_told_to(name, exponents):
    g = group(name)
    good = g.power(g.generator, 5)
    bad = ED.reread(torsion()[0]) if name == "Ed25519" else (g.p - 1) * good % g.p
    rows = [([g.generator, good], exponents), ([good], exponents[:1])]
    expected = [g.powers_product(*row) for row in rows]
    assert g.powers_products(rows, unchecked=(good,)) == expected
    assert g.powers_products(rows, unchecked=(good, g.identity)) == expected
    with pytest.raises(Rejected, match="element_invalid"):
        g.powers_products([([g.generator, bad], exponents)], unchecked=(bad,))
    with pytest.raises(Rejected, match="element_invalid"):
        g.powers_products([([g.generator], (1,))], unchecked=(bad,))
