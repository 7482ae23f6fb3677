"""The threshold key ceremony: certificate, deal, finish, and a member's key file.

protocol.md section 3. Three rounds over open channels: every member publishes a
certificate; with all of them known, one deal; with all deals known, a member key.
All functions are pure, run on the member's own machine, and name who is at fault.

The format lets the last dealer bias the common key a little, which is harmless for
the secrecy of ballots; see the threat model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tsukuba_trust.crypto import json_text, pedersen, shares, signed
from tsukuba_trust.crypto.groups import Group
from tsukuba_trust.crypto.pedersen import Certificate, Commitments, Pedersen
from tsukuba_trust.crypto.proofs import Proof, proof_json, read_proof
from tsukuba_trust.crypto.scalars import read_scalar
from tsukuba_trust.crypto.shares import SealedShare
from tsukuba_trust.crypto.signed import Signed, read_signed, signed_json
from tsukuba_trust.crypto.trustees import key_json
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.values import Json, Randomness

FORM = "deal_form"


@dataclass(frozen=True, slots=True)
class MemberSecret:
    """What a member keeps between the rounds.

    :param signing: sk_i; signs certificate, deal and key
    :param decryption: dk_i; opens the shares that others deal
    """

    index: int
    signing: int
    decryption: int


@dataclass(frozen=True, slots=True)
class Deal:
    """What one member deals to all, as read.

    :param dealer: the number it says it is of
    """

    dealer: int
    signed: Signed
    commitments: Commitments
    signature: Proof
    shares: tuple[SealedShare, ...]


def certificate(
    group: Group, size: int, threshold: int, index: int, randomness: Randomness
) -> tuple[MemberSecret, Json]:
    """Make a member's keys and the certificate for all others (round 1).

    :param index: the member's number, from 1 to ``size``
    """
    secret = MemberSecret(index, group.random_scalar(randomness), group.random_scalar(randomness))
    content = {
        "context": pedersen.member_context(group, index, size, threshold),
        "verification": _public(group, secret.signing),
        "encryption": _public(group, secret.decryption),
    }
    made = signed.sign(group, json_text.write(content), secret.signing, randomness)
    return secret, signed_json(made)


def deal(
    group: Group, secret: MemberSecret, certificates: Sequence[Json], randomness: Randomness
) -> str:
    """Deal shares of a fresh secret polynomial to all members (round 2).

    :param certificates: of all members, in order
    :returns: the text of the member's deal file, the same for all
    :raises Rejected: a certificate is wrong; names the member
    :source: protocol.md section 3
    """
    checked = read_certificates(group, certificates)
    _check_own(group, secret, checked)
    threshold = _threshold(checked)
    coefficients = [group.random_scalar(randomness) for _ in range(threshold)]
    content = {"coefexps": [_public(group, value) for value in coefficients]}
    message = signed.sign(group, json_text.write(content), secret.signing, randomness)
    own = pedersen.parse_commitments(group, signed_json(message))
    text = pedersen.certificates_text(checked, own, group)
    agreement = signed.sign(group, text, secret.signing, randomness).signature
    sealed = []
    for index, member in enumerate(checked, 1):
        share = shares.evaluate(group, coefficients, index)
        route = (secret.index, index)
        sealed.append(shares.seal(group, route, member.encryption, share, randomness))
    whole = {
        "dealer": secret.index,
        "coefexps": signed_json(message),
        "signature": proof_json(agreement),
        "shares": sealed,
    }
    return json_text.write(
        signed_json(signed.sign(group, json_text.write(whole), secret.signing, randomness))
    )


def finish(
    group: Group,
    secret: MemberSecret,
    certificates: Sequence[Json],
    deals: Sequence[str],
    randomness: Randomness,
) -> tuple[int, Json]:
    """Open the own shares, check each, and make the member's decryption key (round 3).

    Every g^f_i(j) is compared with dealer i's published commitments.

    :param deals: of all members, in order
    :returns: s_j, and the member key for the trustees record
    :raises Rejected: ``deal_invalid``, ``share_invalid``; ``detail`` names the dealer
    :source: protocol.md section 3
    """
    checked = read_certificates(group, certificates)
    _check_own(group, secret, checked)
    key = 0
    for dealer, part in enumerate(read_deals(group, checked, deals), 1):
        sealed = part.shares[secret.index - 1]
        share = shares.unseal(group, (dealer, secret.index), secret.decryption, sealed)
        row = part.commitments.elements
        expected = pedersen.derived_key(group, [row], secret.index)
        if group.power_secret(group.generator, share) != expected:
            raise Rejected("share_invalid", f"dealer {dealer}: not the committed share")
        key = group.scalar_add(key, share)
    public = key_json(group, key, randomness)
    signature = signed.sign(group, public["public_key"], secret.signing, randomness).signature
    return key, {**public, "signature": proof_json(signature)}


def threshold_item(
    group: Group, certificates: Sequence[Json], deals: Sequence[str], keys: Sequence[Json]
) -> Json:
    """Put the threshold item of the trustees record together, with all fields of 3.x.

    :param keys: the member keys that ``finish`` gave, in order
    :raises Rejected: a certificate or deal is wrong
    """
    checked = read_certificates(group, certificates)
    parts = read_deals(group, checked, deals)
    return {
        "threshold": _threshold(checked),
        "certs": list(certificates),
        "coefexps": [signed_json(part.commitments.signed) for part in parts],
        "signatures": [proof_json(part.signature) for part in parts],
        "verification_keys": list(keys),
    }


def read_certificates(group: Group, certificates: Sequence[Json]) -> list[Certificate]:
    """Read all certificates and check contexts, signatures and the threshold.

    :raises Rejected: ``certificate_invalid``, ``context_invalid``, ``threshold_invalid``;
        ``detail`` names the member
    """
    found = [pedersen.parse_certificate(group, value) for value in certificates]
    for index, part in enumerate(found, 1):
        if not isinstance(part.context, dict) or type(part.context.get("threshold")) is not int:
            raise Rejected("context_invalid", f"member {index}")
    if not found:
        raise Rejected("certificate_invalid", "there are no certificates")
    item = Pedersen(_threshold(found), tuple(found), (), (), ())
    pedersen.check_threshold(item)
    pedersen.check_contexts(group, item)
    pedersen.check_certificates(group, item)
    return found


def read_deals(
    group: Group, certificates: Sequence[Certificate], deals: Sequence[str]
) -> list[Deal]:
    """Read all deals and check signatures, degrees and agreement on the certificates.

    :raises Rejected: ``deal_form``, ``deal_invalid``; ``detail`` names the dealer
    """
    if len(deals) != len(certificates):
        raise Rejected(FORM, f"{len(deals)} deals of {len(certificates)} members")
    found = []
    for dealer, (member, text) in enumerate(zip(certificates, deals, strict=True), 1):
        who = f"dealer {dealer}"
        try:
            part = parse_deal(group, text)
        except Rejected as error:
            raise Rejected("deal_invalid", f"{who}: {error}") from error
        if part.dealer != dealer:
            raise Rejected("deal_invalid", f"{who}: the deal is of member {part.dealer}")
        _check(group, part.signed, member, "deal_invalid", who)
        _check(group, part.commitments.signed, member, "deal_invalid", who)
        agreed = pedersen.certificates_text(certificates, part.commitments, group)
        _check(group, Signed(agreed, part.signature), member, "deal_invalid", who)
        if len(part.commitments.elements) != _threshold(certificates):
            raise Rejected("deal_invalid", f"{who}: wrong degree")
        if len(part.shares) != len(certificates):
            raise Rejected("deal_invalid", f"{who}: not one share per member")
        found.append(part)
    return found


def parse_deal(group: Group, text: str) -> Deal:
    """Read a deal file; nothing is checked.

    :raises Rejected: ``deal_form`` and those of elements and scalars
    """
    message = read_signed(group, json_text.read(text.strip(), code=FORM))
    whole = json_text.read(message.message, code=FORM)
    names = ("dealer", "coefexps", "signature", "shares")
    dealer, coefexps, signature, sealed = json_text.fields(whole, names, code=FORM)
    if type(dealer) is not int or not isinstance(sealed, list):
        raise Rejected(FORM, "needs a dealer and a list of shares")
    return Deal(
        dealer,
        message,
        pedersen.parse_commitments(group, coefexps),
        read_proof(group, signature),
        tuple(shares.parse(group, share) for share in sealed),
    )


def key_file(secret: int) -> str:
    """Return the text of a key file: one JSON string with the decimal scalar.

    ``belenios-tool election decrypt --privkey`` reads it. Write it with mode 0600.
    """
    return json_text.write(str(secret))


def read_key_file(group: Group, text: str) -> int:
    """Read a key file.

    :raises Misconfigured: ``key_file_invalid``; the content stands in no message
    """
    try:
        return read_scalar(group.q, json_text.read(text.strip(), code="key_file_invalid"))
    except Rejected:
        raise Misconfigured("key_file_invalid", "not one decimal number of this group") from None


def secret_file(secret: MemberSecret) -> str:
    """Return the text of a member's secret between the rounds. Write it with mode 0600."""
    content = {
        "index": secret.index,
        "signing": str(secret.signing),
        "decryption": str(secret.decryption),
    }
    return json_text.write(content)


def read_secret_file(group: Group, text: str) -> MemberSecret:
    """Read a member's secret.

    :raises Misconfigured: ``member_file_invalid``; the content stands in no message
    """
    try:
        value = json_text.read(text.strip(), code="member_file_invalid")
        index, signing, decryption = json_text.fields(
            value, ("index", "signing", "decryption"), code="member_file_invalid"
        )
        if type(index) is not int:
            raise Rejected("member_file_invalid")
        return MemberSecret(index, read_scalar(group.q, signing), read_scalar(group.q, decryption))
    except Rejected:
        raise Misconfigured("member_file_invalid", "not a member's secret of this group") from None


def _public(group: Group, secret: int) -> str:
    return group.encode(group.power_secret(group.generator, secret))


def _threshold(certificates: Sequence[Certificate]) -> int:
    return int(certificates[0].context["threshold"])


def _check_own(group: Group, secret: MemberSecret, certificates: Sequence[Certificate]) -> None:
    own = [group.encode(certificate.verification) for certificate in certificates]
    place = own.index(public) + 1 if (public := _public(group, secret.signing)) in own else 0
    if place != secret.index:
        raise Rejected("certificate_invalid", f"member {secret.index}: not the own certificate")


def _check(group: Group, message: Signed, member: Certificate, code: str, who: str) -> None:
    try:
        signed.check(group, message.message, member.verification, message.signature, step=code)
    except Rejected as error:
        raise Rejected(code, who) from error
