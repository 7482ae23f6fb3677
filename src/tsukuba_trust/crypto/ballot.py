"""The outer form of a ballot: whose it is, in which election, and the signature over it.

protocol.md section 6. What stands inside ``answers`` is the ballot scheme's.
"""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass

from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.digests import b64
from tsukuba_trust.crypto.groups import Group
from tsukuba_trust.crypto.proofs import check_knowledge, proof_json, prove_knowledge, read_proof
from tsukuba_trust.errors import BallotRejected, Rejected
from tsukuba_trust.values import Json, Randomness

MAX_BYTES = 262_144  # 41 answers in the largest group need 187,000
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FIELDS = ("election_uuid", "election_hash", "credential", "answers", "signature")


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot as read; nothing is proven until its checks have passed.

    :param fingerprint: φ of the election it says it is for
    :param credential: enc(c), as text
    :param hash: of the ballot without its signature, as the ballot says
    :param proof: JSON of the signature's proof
    :param text: the bytes it came in, as text
    """

    uuid: str
    fingerprint: str
    credential: str
    answers: tuple[Json, ...]
    hash: str
    proof: Json
    text: str


def tracker(ballot_text: str) -> str:
    """Return the tracking number: 43 characters (protocol.md section 6)."""
    return b64(ballot_text)


def short_tracker(number: str) -> str:
    """Return the mark that people compare: 40 bits of a tracker in base 32, four and four."""
    bits = int.from_bytes(b64decode(number + "=")[:5], "big")
    digits = "".join(_CROCKFORD[(bits >> place) & 31] for place in range(35, -1, -5))
    return f"{digits[:4]}-{digits[4:]}"


def fingerprint(record_text: str) -> str:
    """Return φ of an election record's exact bytes: 43 characters (protocol.md section 4)."""
    return b64(record_text)


def read_ballot(text: str) -> Ballot:
    """Read a ballot in its strict canonical form.

    :param text: at most ``MAX_BYTES`` bytes
    :raises BallotRejected: ``ballot_form``
    """
    ballot = parse_ballot(text)
    check_canonical(ballot)
    return ballot


def parse_ballot(text: str) -> Ballot:
    """Read the fields of a ballot; spacing and order are not looked at here.

    :raises BallotRejected: ``ballot_form``
    """
    try:
        if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
            raise Rejected("ballot_form", "larger than any ballot")
        value = json_text.read(text, code="ballot_form")
        uuid, phi, credential, answers, signature = json_text.fields(
            value, _FIELDS, code="ballot_form"
        )
        digest, proof = json_text.fields(signature, ("hash", "proof"), code="ballot_form")
        if not all(isinstance(part, str) for part in (uuid, phi, credential, digest)):
            raise Rejected("ballot_form", "a field is no text")
        if not isinstance(answers, list):
            raise Rejected("ballot_form", "answers are no list")
    except Rejected as error:
        raise BallotRejected(error.code, error.detail, step="form") from error
    return Ballot(uuid, phi, credential, tuple(answers), digest, proof, text)


def check_canonical(ballot: Ballot) -> None:
    """Check that writing the ballot again gives the same bytes.

    :raises BallotRejected: ``ballot_form``
    """
    content = _content(ballot.uuid, ballot.fingerprint, ballot.credential, ballot.answers)
    signature = {"hash": ballot.hash, "proof": ballot.proof}
    if ballot.text != json_text.write({**content, "signature": signature}):
        raise BallotRejected("ballot_form", "not in canonical form", step="form")


def check_signature(group: Group, ballot: Ballot) -> None:
    """Check the hash and the signature over it.

    :raises BallotRejected: ``ballot_hash``, ``signature_invalid``
    :source: protocol.md section 6
    """
    check_hash(ballot)
    check_signature_proof(group, ballot)


def check_hash(ballot: Ballot) -> None:
    """Check that the signed hash is the one of this content.

    :raises BallotRejected: ``ballot_hash``
    """
    content = _content(ballot.uuid, ballot.fingerprint, ballot.credential, ballot.answers)
    if ballot.hash != b64(json_text.write(content)):
        raise BallotRejected("ballot_hash", step="hash")


def check_signature_proof(group: Group, ballot: Ballot) -> None:
    """Check that the credential's owner signed the hash.

    :raises BallotRejected: ``signature_invalid``
    """
    try:
        public = group.reread(ballot.credential)
        proof = read_proof(group, ballot.proof)
        prefix = f"sig|{ballot.hash}|"
        check_knowledge(group, prefix, public, proof, step="signature", unchecked=True)
    except Rejected as error:
        raise BallotRejected("signature_invalid", error.code, step="signature") from error


def seal_ballot(
    group: Group,
    uuid: str,
    fingerprint: str,
    secret: int,
    credential: str,
    answers: Sequence[Json],
    randomness: Randomness,
) -> str:
    """Sign sealed answers and return the ballot's canonical text.

    :param secret: s of the credential; it stays on the voter's device
    """
    content = _content(uuid, fingerprint, credential, answers)
    digest = b64(json_text.write(content))
    proof = prove_knowledge(group, f"sig|{digest}|", secret, randomness)
    return json_text.write({**content, "signature": {"hash": digest, "proof": proof_json(proof)}})


def _content(uuid: str, phi: str, credential: str, answers: Sequence[Json]) -> dict[str, Json]:
    return {
        "election_uuid": uuid,
        "election_hash": phi,
        "credential": credential,
        "answers": list(answers),
    }
