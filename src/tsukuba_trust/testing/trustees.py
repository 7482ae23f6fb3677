"""Simulated trustees, officers and auditors, with their keys in memory."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tsukuba_trust.board import acts
from tsukuba_trust.crypto import ceremony
from tsukuba_trust.crypto.decryption import Shape, partial_decrypt, rehearsal_context
from tsukuba_trust.crypto.factors import prove_factors
from tsukuba_trust.crypto.groups import group as named_group
from tsukuba_trust.crypto.record import NON_HOMOMORPHIC
from tsukuba_trust.crypto.rehearsal import read_rehearsal
from tsukuba_trust.crypto.shuffle_record import shuffle_lists, sign_shuffle
from tsukuba_trust.crypto.strong_decryption import prove_strong
from tsukuba_trust.crypto.trustees import new_single, trustees_text
from tsukuba_trust.services.acts import Proposal
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.keys import new_signing_key, public_text
from tsukuba_trust.values import Election, Json, Randomness, TrusteesRule
from tsukuba_trust.verify.trustee import strong_file, work_file


@dataclass(frozen=True, slots=True, repr=False)
class Trustee:
    """One trustee with her secret.

    :param number: from 1
    :param secret: x, or s_j of a threshold member; what her key file holds
    """

    number: int
    name: str
    secret: int

    def shuffle(self, fixed: Fixed, contest: str, lists: Shape, randomness: Randomness) -> str:
        """Mix a contest's last list; return her file."""
        record = fixed.records[contest]
        group, phi = record.group, record.fingerprint
        text = shuffle_lists(group, record.key, phi, lists, randomness)
        return work_file(self.number, text, sign_shuffle(group, phi, self.secret, text, randomness))

    def decrypt(
        self, fixed: Fixed, contest: str, ciphertexts: Shape, randomness: Randomness
    ) -> str:
        """Decrypt this trustee's part of a contest's fixed tally; return her file."""
        record = fixed.records[contest]
        group, phi = record.group, record.fingerprint
        public = _key(fixed, self.number)
        text = partial_decrypt(group, phi, self.secret, public, ciphertexts, randomness)
        if record.questions[0].get("type") != NON_HOMOMORPHIC:
            return strong_file(
                text, prove_strong(group, phi, self.secret, ciphertexts, text, randomness)
            )
        proof = prove_factors(group, phi, self.secret, ciphertexts, text, randomness)
        return work_file(self.number, text, proof)

    def rehearse(self, fixed: Fixed, rehearsal_file: str, randomness: Randomness) -> str:
        """Decrypt a rehearsal, which she encrypts herself (D16)."""
        group = named_group(fixed.election.group)
        ciphertexts = read_rehearsal(group, rehearsal_file).ciphertexts(fixed.keys)
        context = rehearsal_context(fixed.digest)
        public = _key(fixed, self.number)
        return partial_decrypt(group, context, self.secret, public, ciphertexts, randomness)


def _key(fixed: Fixed, number: int) -> object:
    return fixed.keys.verification_keys[number - 1]


def hold_key_ceremony(
    group_name: str, rule: TrusteesRule, randomness: Randomness
) -> tuple[list[Trustee], str]:
    """Let simulated trustees make their keys.

    :returns: the trustees, and the text of the trustees record
    """
    group, size = named_group(group_name), len(rule.names)
    if rule.threshold == size:
        made = [new_single(group, name, randomness) for name in rule.names]
        items: list[tuple[str, Json]] = [("Single", public) for _secret, public in made]
        secrets = [secret for secret, _public in made]
    else:
        secrets, item = _threshold(group_name, size, rule.threshold, randomness)
        items = [("Pedersen", item)]
    numbered = enumerate(zip(rule.names, secrets, strict=True), start=1)
    trustees = [Trustee(number, name, secret) for number, (name, secret) in numbered]
    return trustees, trustees_text(items)


def _threshold(
    group_name: str, size: int, threshold: int, randomness: Randomness
) -> tuple[list[int], Json]:
    group = named_group(group_name)
    members = [
        ceremony.certificate(group, size, threshold, number, randomness)
        for number in range(1, size + 1)
    ]
    certificates = [certificate for _secret, certificate in members]
    deals = [ceremony.deal(group, secret, certificates, randomness) for secret, _public in members]
    finished = [
        ceremony.finish(group, secret, certificates, deals, randomness)
        for secret, _public in members
    ]
    keys = [public for _secret, public in finished]
    item = ceremony.threshold_item(group, certificates, deals, keys)
    return [secret for secret, _public in finished], item


@dataclass(frozen=True, slots=True, repr=False)
class Signatory:
    """An officer or auditor with her key, which a real one keeps on her own machine."""

    name: str
    key: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """Base64 of the public key."""
        return public_text(self.key)

    def sign_audit(self, origin: str, entry: Json) -> Json:
        """Sign an auditors' finding."""
        return acts.sign_audit(origin, entry, self.name, self.key)


def new_signatories(names: Sequence[str], randomness: Randomness) -> list[Signatory]:
    """Draw a key for each name."""
    return [Signatory(name, new_signing_key(randomness)) for name in names]


def officers_of(election: Election, randomness: Randomness) -> list[Signatory]:
    """Draw keys for the officers that an election file names."""
    return new_signatories([officer.name for officer in election.officers], randomness)


def approve(proposal: Proposal, officers: Sequence[Signatory]) -> Proposal:
    """Let officers approve, one after the other."""
    for officer in officers:
        proposal = proposal.approved(officer.name, officer.key)
    return proposal
