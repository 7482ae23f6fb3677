"""The trustees of an election: who must decrypt, and with which keys.

protocol.md section 3. Owners are numbered from 1 through the whole record, every
member of a threshold counting as one. The election key is the product of all items.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tsukuba_trust.crypto import json_text, pedersen
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.crypto.pedersen import Pedersen, check_key_proof, parse_pedersen
from tsukuba_trust.crypto.proofs import Proof, proof_json, prove_knowledge, read_proof
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Randomness

FORM = "trustees_form"


@dataclass(frozen=True, slots=True)
class Single:
    """A trustee whose key is always needed."""

    element: Element
    pok: Proof
    name: str


@dataclass(frozen=True, slots=True)
class Trustees:
    """All trustees in their order.

    :param text: the record's exact bytes, as text
    """

    group: Group
    items: tuple[Single | Pedersen, ...]
    text: str

    @property
    def key(self) -> Element:
        """The election key y."""
        sub_keys = [
            item.element if isinstance(item, Single) else item.sub_key(self.group)
            for item in self.items
        ]
        return self.group.product(sub_keys)

    @property
    def verification_keys(self) -> list[Element]:
        """The keys that decryption proofs are checked with; owner 1 stands at index 0."""
        keys: list[Element] = []
        for item in self.items:
            if isinstance(item, Single):
                keys.append(item.element)
            else:
                keys += [member.element for member in item.members]
        return keys

    def owners(self) -> Iterator[tuple[Single | Pedersen, range]]:
        """Yield every item with the numbers of its owners."""
        first = 1
        for item in self.items:
            size = 1 if isinstance(item, Single) else len(item.members)
            yield item, range(first, first + size)
            first += size

    def chosen(self, present: Collection[int]) -> dict[int, int]:
        """Return whose factors count, each with its exponent for the product.

        Of a threshold item the first t present, by number, with their Lagrange
        coefficients λ_j = Π m/(m − j) mod q; exponent 1 for a single trustee.

        :raises Rejected: ``decryption_incomplete``
        :source: protocol.md section 10
        """
        exponents: dict[int, int] = {}
        for item, numbers in self.owners():
            threshold = 1 if isinstance(item, Single) else item.threshold
            found = [number for number in numbers if number in present][:threshold]
            if len(found) < threshold:
                raise Rejected(
                    "decryption_incomplete",
                    f"{len(found)} of {threshold} needed from trustees {numbers[0]}–{numbers[-1]}",
                )
            places = [number - numbers[0] + 1 for number in found]
            for number, place in zip(found, places, strict=True):
                exponents[number] = lagrange(self.group, places, place)
        return exponents


def lagrange(group: Group, places: Sequence[int], place: int) -> int:
    """Return λ of one member among these, public."""
    value = 1
    for other in places:
        if other != place:
            value = value * other * pow(other - place, -1, group.q) % group.q
    return value


def new_single(group: Group, name: str, randomness: Randomness) -> tuple[int, Json]:
    """Make the key of a single trustee.

    :param name: public; may be empty
    :returns: the secret scalar x, and the public JSON for the trustees record
    """
    secret = group.random_scalar(randomness)
    public = key_json(group, secret, randomness)
    return secret, {**public, "name": name} if name else public


def key_json(group: Group, secret: int, randomness: Randomness) -> dict[str, Json]:
    """Return a decryption key's public part with its proof of knowledge."""
    text = group.encode(group.power_secret(group.generator, secret))
    proof = prove_knowledge(group, f"pok|{group.name}|{text}|", secret, randomness)
    return {"pok": proof_json(proof), "public_key": text}


def trustees_text(items: Sequence[tuple[str, Json]]) -> str:
    """Return the canonical text of a trustees record.

    :param items: ("Single", K) or ("Pedersen", T)
    """
    return json_text.write([list(item) for item in items])


def parse_trustees(group: Group, text: str) -> Trustees:
    """Read a trustees record; keys are decoded, no proof is checked.

    :raises Rejected: ``trustees_form``, ``element_invalid``, ``scalar_invalid``
    """
    value = json_text.read(text, code=FORM)
    if not isinstance(value, list) or not value:
        raise Rejected(FORM, "the record is no list of trustees")
    return Trustees(group, tuple(_parse_item(group, item) for item in value), text)


def _parse_item(group: Group, item: Json) -> Single | Pedersen:
    match item:
        case ["Single", content]:
            return _parse_single(group, content)
        case ["Pedersen", content]:
            return parse_pedersen(group, content)
    raise Rejected(FORM, "neither Single nor Pedersen")


def _parse_single(group: Group, value: Json) -> Single:
    names = ["pok", "public_key"]
    if isinstance(value, dict) and "name" in value:
        names.append("name")
    json_text.fields(value, names, code=FORM)
    name = value.get("name", "")
    if not isinstance(name, str):
        raise Rejected(FORM, "a name is no text")
    element = group.decode(value["public_key"], identity_allowed=False)
    return Single(element, read_proof(group, value["pok"]), name)


def read_trustees(group: Group, text: str, *, require_all_fields: bool = False) -> Trustees:
    """Read a trustees record and check all of it.

    :param require_all_fields: refuse the older threshold formats
    :raises Rejected: the code says what is wrong
    :source: protocol.md section 3
    """
    trustees = parse_trustees(group, text)
    check_names(trustees)
    check_single_proofs(trustees)
    for item in thresholds(trustees):
        pedersen.check_threshold(item)
        pedersen.check_contexts(group, item)
        pedersen.check_certificates(group, item)
        pedersen.check_commitments(group, item)
        pedersen.check_degrees(item)
        pedersen.check_agreement(group, item)
        pedersen.check_member_keys(group, item)
        pedersen.check_member_proofs(group, item)
        pedersen.check_member_signatures(group, item)
        if require_all_fields:
            pedersen.check_all_fields(item)
    return trustees


def thresholds(trustees: Trustees) -> list[Pedersen]:
    """Return the threshold items."""
    return [item for item in trustees.items if isinstance(item, Pedersen)]


def check_names(trustees: Trustees) -> None:
    """Check that no two single trustees carry the same name.

    :raises Rejected: ``trustee_name_twice``
    """
    names = [item.name for item in trustees.items if isinstance(item, Single) and item.name]
    if len(set(names)) != len(names):
        raise Rejected("trustee_name_twice")


def check_single_proofs(trustees: Trustees) -> None:
    """Check that every single trustee knows the secret of her key.

    :raises Rejected: ``trustee_proof_invalid``
    """
    for item, numbers in trustees.owners():
        if isinstance(item, Single):
            who = f"trustee {numbers[0]}"
            check_key_proof(trustees.group, item.element, item.pok, who)
