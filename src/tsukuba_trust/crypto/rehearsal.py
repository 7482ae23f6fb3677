"""The decryption rehearsal: do the trustees' keys open what the election key seals?

A rehearsal is not a tally (architecture D16). Its texts are public and come with the
randomness of their encryption, so a trustee makes the ciphertexts herself and decrypts
nothing that she could not have made; the proofs carry ``rehearsal|`` and D instead of φ.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, product

from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.decryption import check_partial, combine, rehearsal_context
from tsukuba_trust.crypto.elgamal import Ciphertext, encrypt
from tsukuba_trust.crypto.groups import Group
from tsukuba_trust.crypto.scalars import read_scalar
from tsukuba_trust.crypto.trustees import Single, Trustees
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Randomness

FORM = "rehearsal_form"
LARGEST_MESSAGE = 1000
MOST_MESSAGES = 100
# All sets up to 1 of 1000, 2 of 45 or 5 of 12. Beyond, the first ones: a proven factor of a
# member key that follows from the commitments opens in one set as in every other.
MOST_SETS = 1000


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is encrypted, and what the trustees made of it.

    :param messages: small integers in the exponent
    :param scalars: the randomness of each ciphertext
    :param decryptions: texts of partial decryptions by number of the trustee
    """

    messages: tuple[int, ...]
    scalars: tuple[int, ...]
    decryptions: Mapping[int, str]

    def ciphertexts(self, trustees: Trustees) -> list[list[Ciphertext]]:
        """Encrypt the messages again: one row, as of one question."""
        group, key = trustees.group, trustees.key
        pairs = zip(self.messages, self.scalars, strict=True)
        return [[encrypt(group, key, message, scalar) for message, scalar in pairs]]


def new_rehearsal(group: Group, randomness: Randomness, count: int = 3) -> Rehearsal:
    """Draw a rehearsal that nobody has decrypted yet."""
    messages = tuple(int.from_bytes(randomness(2)) % LARGEST_MESSAGE for _ in range(count))
    scalars = tuple(group.random_scalar(randomness) for _ in range(count))
    return Rehearsal(messages, scalars, {})


def rehearsal_text(rehearsal: Rehearsal) -> str:
    """Return the canonical text: the file trustees get, and with decryptions the act's reason."""
    decryptions = [
        {"owner": owner, "decryption": text}
        for owner, text in sorted(rehearsal.decryptions.items())
    ]
    return json_text.write(
        {
            "messages": list(rehearsal.messages),
            "randomness": [str(scalar) for scalar in rehearsal.scalars],
            "decryptions": decryptions,
        }
    )


def read_rehearsal(group: Group, text: str) -> Rehearsal:
    """Read a rehearsal strictly; nothing in it is checked against the trustees.

    :raises Rejected: ``rehearsal_form``, ``scalar_invalid``
    """
    names = ("messages", "randomness", "decryptions")
    parts = json_text.fields(json_text.read(text, code=FORM), names, code=FORM)
    if not all(isinstance(part, list) for part in parts):
        raise Rejected(FORM, "three lists expected")
    messages, scalars, items = parts
    if not 0 < len(messages) <= MOST_MESSAGES or len(messages) != len(scalars):
        raise Rejected(FORM, "one scalar per message expected")
    if not all(type(m) is int and 0 <= m < LARGEST_MESSAGE for m in messages):
        raise Rejected(FORM, "messages are small integers")
    found = dict(_decryption(item) for item in items)
    rehearsal = Rehearsal(tuple(messages), tuple(read_scalar(group.q, s) for s in scalars), found)
    if not all(rehearsal.scalars):
        raise Rejected(FORM, "no scalar is zero")
    if rehearsal_text(rehearsal) != text:
        raise Rejected(FORM, "not in canonical form")
    return rehearsal


def _decryption(item: Json) -> tuple[int, str]:
    owner, text = json_text.fields(item, ("owner", "decryption"), code=FORM)
    if type(owner) is not int or not isinstance(text, str):
        raise Rejected(FORM, "a decryption is a number and a text")
    return owner, text


def check_rehearsal(trustees: Trustees, definition_digest: str, text: str) -> None:
    """Check that every trustee decrypted rightly and that each sufficient set opens everything.

    1. form; 2. every trustee is there, once; 3. each decryption's proofs; 4. each smallest
    sufficient set of trustees finds the messages.

    :param definition_digest: D, hex
    :raises Rejected: ``rehearsal_form``, ``rehearsal_incomplete``, ``rehearsal_failed`` or
        that of a decryption
    :source: architecture.md D16
    """
    group = trustees.group
    rehearsal = read_rehearsal(group, text)
    keys = trustees.verification_keys
    if sorted(rehearsal.decryptions) != list(range(1, len(keys) + 1)):
        raise Rejected("rehearsal_incomplete", "not one decryption of each trustee")
    ciphertexts = rehearsal.ciphertexts(trustees)
    context = rehearsal_context(definition_digest)
    factors = {
        owner: check_partial(group, context, keys[owner - 1], ciphertexts, decryption)
        for owner, decryption in rehearsal.decryptions.items()
    }
    wanted = [group.power(group.generator, message) for message in rehearsal.messages]
    for owners in islice(sufficient_sets(trustees), MOST_SETS):
        chosen = {owner: factors[owner] for owner in owners}
        if combine(trustees, chosen, ciphertexts) != [wanted]:
            raise Rejected("rehearsal_failed", f"trustees {', '.join(map(str, owners))}")


def sufficient_sets(trustees: Trustees) -> Iterator[tuple[int, ...]]:
    """Yield every smallest set of trustees that can decrypt."""
    choices = [
        combinations(numbers, 1 if isinstance(item, Single) else item.threshold)
        for item, numbers in trustees.owners()
    ]
    for parts in product(*choices):
        yield tuple(owner for part in parts for owner in part)
