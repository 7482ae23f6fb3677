"""A threshold item of the trustees record: t of n members can decrypt.

protocol.md section 3. Versions 2.0 and 2.1 of the format lack ``context``,
``signatures`` and ``signature``; such records are read, never written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tsukuba_trust.crypto import json_text, signed
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.crypto.proofs import Proof, check_knowledge, read_proof
from tsukuba_trust.crypto.signed import Signed, read_signed, signed_json
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json

FORM = "trustees_form"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A member's two public keys, signed with the first of them.

    :param context: group, size, threshold and index that the member wants to be in;
        absent in the oldest format
    """

    signed: Signed
    verification: Element
    encryption: Element
    context: Json


@dataclass(frozen=True, slots=True)
class Commitments:
    """The commitments g^a_k to a member's polynomial, signed."""

    signed: Signed
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class MemberKey:
    """V_j of a member with its proof, and the member's signature where the format has it."""

    element: Element
    pok: Proof
    signature: Proof | None


@dataclass(frozen=True, slots=True)
class Pedersen:
    """A threshold item as read; every element is decoded, nothing else is checked.

    :param signatures: over all certificates and the member's own commitments
    """

    threshold: int
    certificates: tuple[Certificate, ...]
    commitments: tuple[Commitments, ...]
    signatures: tuple[Proof, ...]
    members: tuple[MemberKey, ...]

    def sub_key(self, group: Group) -> Element:
        """Return the item's factor of the election key."""
        return group.product(row.elements[0] for row in self.commitments)


def parse_pedersen(group: Group, value: Json) -> Pedersen:
    """Read a threshold item.

    :raises Rejected: ``trustees_form``, ``element_invalid``, ``scalar_invalid``
    """
    names = ["threshold", "certs", "coefexps", "signatures", "verification_keys"]
    if isinstance(value, dict) and "signatures" not in value:
        names.remove("signatures")
    json_text.fields(value, names, code=FORM)
    lists = [value[name] for name in names[1:]]
    if not all(isinstance(part, list) and len(part) == len(lists[0]) for part in lists):
        raise Rejected(FORM, "a threshold item needs one entry per member in each list")
    if type(value["threshold"]) is not int or not lists[0]:
        raise Rejected(FORM, "a threshold item needs a threshold and members")
    return Pedersen(
        value["threshold"],
        tuple(parse_certificate(group, part) for part in value["certs"]),
        tuple(parse_commitments(group, part) for part in value["coefexps"]),
        tuple(read_proof(group, part) for part in value.get("signatures", [])),
        tuple(parse_member_key(group, part) for part in value["verification_keys"]),
    )


def parse_certificate(group: Group, value: Json) -> Certificate:
    """Read a member's certificate; its signature is not checked."""
    message = read_signed(group, value)
    keys = json_text.read(message.message, code=FORM)
    names = ["verification", "encryption", "context"]
    if isinstance(keys, dict) and "context" not in keys:
        names.remove("context")
    json_text.fields(keys, names, code=FORM)
    return Certificate(
        message,
        group.decode(keys["verification"], identity_allowed=False),
        group.decode(keys["encryption"], identity_allowed=False),
        keys.get("context"),
    )


def parse_commitments(group: Group, value: Json) -> Commitments:
    """Read a member's commitments; the first one is no identity."""
    message = read_signed(group, value)
    content = json_text.read(message.message, code=FORM)
    (texts,) = json_text.fields(content, ("coefexps",), code=FORM)
    if not isinstance(texts, list) or not texts:
        raise Rejected(FORM, "a member without commitments")
    first = group.decode(texts[0], identity_allowed=False)
    return Commitments(message, (first, *group.decode_many(texts[1:], identity_allowed=True)))


def parse_member_key(group: Group, value: Json) -> MemberKey:
    """Read V_j of a member; nothing is checked but membership of the subgroup."""
    names = ["pok", "public_key", "signature"]
    if isinstance(value, dict) and "signature" not in value:
        names.remove("signature")
    json_text.fields(value, names, code=FORM)
    signature = read_proof(group, value["signature"]) if "signature" in value else None
    element = group.decode(value["public_key"], identity_allowed=False)
    return MemberKey(element, read_proof(group, value["pok"]), signature)


def certificates_text(certificates: Sequence[Certificate], own: Commitments, group: Group) -> str:
    """Return what each member signs after all certificates are known."""
    content = {
        "certs": [signed_json(certificate.signed) for certificate in certificates],
        "coefexps": [group.encode(element) for element in own.elements],
    }
    return f"certs_sig|{json_text.write(content)}"


def derived_key(group: Group, rows: Sequence[Sequence[Element]], j: int) -> Element:
    """Return V_j = Π_i Π_k (g^a_ik)^(j^k) from all members' commitments.

    :param j: number of the member within its item, from 1
    """
    width = max(len(row) for row in rows)
    columns = [group.product(row[k] for row in rows if k < len(row)) for k in range(width)]
    return group.powers_product(columns, [pow(j, k, group.q) for k in range(width)])


def check_threshold(item: Pedersen) -> None:
    """Check 1 ≤ t ≤ n.

    :raises Rejected: ``threshold_invalid``
    """
    if not 1 <= item.threshold <= len(item.certificates):
        raise Rejected("threshold_invalid", f"{item.threshold} of {len(item.certificates)}")


def check_contexts(group: Group, item: Pedersen) -> None:
    """Check that every member signed the true group, size, threshold and own number.

    :raises Rejected: ``context_invalid``
    """
    contexts = [certificate.context for certificate in item.certificates]
    if contexts == [None] * len(contexts):
        return
    for index, context in enumerate(contexts, 1):
        if context != member_context(group, index, len(contexts), item.threshold):
            size = len(contexts)
            wanted = f"not the certificate of member {index} of {size} in this group"
            raise Rejected("context_invalid", f"member {index}: {wanted}")


def member_context(group: Group, index: int, size: int, threshold: int) -> dict[str, Json]:
    """Return the context that member ``index`` of ``size`` signs."""
    return {"group": group.name, "size": size, "threshold": threshold, "index": index}


def check_certificates(group: Group, item: Pedersen) -> None:
    """Check that every certificate is signed by the key it contains.

    :raises Rejected: ``certificate_invalid``
    """
    for index, certificate in enumerate(item.certificates, 1):
        _check(group, certificate.signed, certificate, "certificate_invalid", index)


def check_commitments(group: Group, item: Pedersen) -> None:
    """Check that every member signed its own commitments.

    :raises Rejected: ``commitments_invalid``
    """
    pairs = zip(item.certificates, item.commitments, strict=True)
    for index, (certificate, commitments) in enumerate(pairs, 1):
        _check(group, commitments.signed, certificate, "commitments_invalid", index)


def check_degrees(item: Pedersen) -> None:
    """Check that every polynomial has exactly t coefficients.

    :raises Rejected: ``degree_invalid``
    """
    for index, commitments in enumerate(item.commitments, 1):
        if len(commitments.elements) != item.threshold:
            raise Rejected("degree_invalid", f"member {index}")


def check_agreement(group: Group, item: Pedersen) -> None:
    """Check that every member signed the same certificates with its own commitments.

    :raises Rejected: ``agreement_invalid``
    """
    for index, signature in enumerate(item.signatures, 1):
        text = certificates_text(item.certificates, item.commitments[index - 1], group)
        certificate = item.certificates[index - 1]
        _check(group, Signed(text, signature), certificate, "agreement_invalid", index)


def check_member_keys(group: Group, item: Pedersen) -> None:
    """Check that every V_j is what the commitments say.

    :raises Rejected: ``member_key_invalid``
    """
    rows = [commitments.elements for commitments in item.commitments]
    for index, member in enumerate(item.members, 1):
        if group.encode(member.element) != group.encode(derived_key(group, rows, index)):
            raise Rejected("member_key_invalid", f"member {index}")


def check_member_proofs(group: Group, item: Pedersen) -> None:
    """Check that every member knows the secret of V_j.

    :raises Rejected: ``trustee_proof_invalid``
    """
    for index, member in enumerate(item.members, 1):
        check_key_proof(group, member.element, member.pok, f"member {index}")


def check_member_signatures(group: Group, item: Pedersen) -> None:
    """Check that every member signed V_j; all of them do, or none in an older format.

    :raises Rejected: ``member_signature_invalid``
    """
    if all(member.signature is None for member in item.members):
        return
    for index, member in enumerate(item.members, 1):
        if member.signature is None:
            raise Rejected("member_signature_invalid", f"member {index} has none")
        text = Signed(group.encode(member.element), member.signature)
        certificate = item.certificates[index - 1]
        _check(group, text, certificate, "member_signature_invalid", index)


def check_all_fields(item: Pedersen) -> None:
    """Check that the item has the fields that version 3.x of the format wants.

    :raises Rejected: ``trustees_form``
    """
    if not item.signatures or any(member.signature is None for member in item.members):
        raise Rejected(FORM, "signatures of the newer format are missing")
    if any(certificate.context is None for certificate in item.certificates):
        raise Rejected(FORM, "contexts of the newer format are missing")


def check_key_proof(group: Group, key: Element, pok: Proof, who: str) -> None:
    """Check the proof of knowledge of a decryption key.

    :raises Rejected: ``trustee_proof_invalid``
    """
    try:
        prefix = f"pok|{group.name}|{group.encode(key)}|"
        check_knowledge(group, prefix, key, pok, step="trustee_proof_invalid")
    except Rejected as error:
        raise Rejected("trustee_proof_invalid", who) from error


def _check(group: Group, message: Signed, certificate: Certificate, code: str, index: int) -> None:
    try:
        signed.check(group, message.message, certificate.verification, message.signature, step=code)
    except Rejected as error:
        raise Rejected(code, f"member {index}") from error
