"""Steps 9.2 to 9.4: trustees, election record and credentials of an archive.

protocol.md section 13. Every check is a function of its own, so that none can be
lost unseen; the formulas stand in ``crypto``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from tsukuba_trust.crypto import json_text, pedersen, record, trustees
from tsukuba_trust.crypto.ballot import fingerprint
from tsukuba_trust.crypto.groups import Group
from tsukuba_trust.crypto.pedersen import Pedersen
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.crypto.trustees import Trustees
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.values import Json
from tsukuba_trust.verify.archive_chain import Chain, Place, at_step
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.workers import Workers

CREDENTIALS_PER_CHUNK = 2000  # 0.2 s of membership checks on Ed25519
_WEIGHT = re.compile("0|[1-9][0-9]*")


@dataclass(slots=True)
class Credentials:
    """The public credentials with their weights.

    :param index: enc(c) -> place in the list
    :param weights: by place, those that are not 1
    :param fingerprint: of the list, for humans: 43 characters
    """

    index: dict[str, int] = field(default_factory=dict)
    weights: dict[int, int] = field(default_factory=dict)
    fingerprint: str = ""

    def weight(self, credential: str) -> int:
        """Return a credential's weight; 0 when it is not listed."""
        place = self.index.get(credential, -1)
        return self.weights.get(place, 1) if place >= 0 else 0


@dataclass(frozen=True, slots=True)
class Setup:
    """What all ballots of the archive are checked against.

    :param schemes: one per question
    """

    record: ElectionRecord
    trustees: Trustees
    credentials: Credentials
    schemes: tuple[IBallotScheme, ...]

    def contexts(self, credential: str = "") -> list[BallotContext]:
        """Return one context per question."""
        of = self.record
        return [
            BallotContext(of.group, of.key, of.fingerprint, credential, question)
            for question in of.questions
        ]


def read_setup(chain: Chain, installed: Mapping[str, IBallotScheme], workers: Workers) -> Setup:
    """Read and check the Setup event.

    :raises Rejected: steps 9.1 to 9.4
    :raises Misconfigured: ``scheme_not_installed``
    """
    if not chain.of_kind("Setup"):
        raise Rejected("setup_missing", "the archive has no Setup", step="9.1")
    places = chain.of_kind("Setup")[0]
    check_setup_data(chain.text(places[3]), places)
    with at_step("9.3", "election record"):
        of = record.parse_record(chain.text(places[0]))
    with at_step("9.2", "trustees"):
        of_trustees = trustees.parse_trustees(of.group, chain.text(places[1]))
        _check_trustees(of, of_trustees)
    with at_step("9.3", "election record"):
        check_version(of)
        check_uuid(of)
        schemes = tuple(scheme_of(question, installed) for question in of.questions)
        for scheme, question in zip(schemes, of.questions, strict=True):
            check_question(scheme, question)
    with at_step("9.4", "public credentials"):
        credentials = _read_credentials(of.group, chain.text(places[2]), workers)
        check_weights_of_lists(schemes, credentials)
    return Setup(of, of_trustees, credentials, schemes)


def scheme_of(question: Json, installed: Mapping[str, IBallotScheme]) -> IBallotScheme:
    """Return the scheme that reads a question.

    :raises Misconfigured: ``scheme_not_installed``
    """
    kind = question.get("type", "") if isinstance(question, dict) else ""
    for scheme in installed.values():
        if scheme.question_type == kind:
            return scheme
    raise Misconfigured(
        "scheme_not_installed", f"no ballot scheme for questions {str(kind)[:40]!r}"
    )


def _check_trustees(of: ElectionRecord, of_trustees: Trustees) -> None:
    check_trustee_names(of_trustees)
    check_single_proofs(of_trustees)
    for item in trustees.thresholds(of_trustees):
        check_threshold(item)
        check_contexts(of.group, item)
        check_certificates(of.group, item)
        check_commitments(of.group, item)
        check_degrees(item)
        check_agreement(of.group, item)
        check_member_keys(of.group, item)
        check_member_proofs(of.group, item)
        check_member_signatures(of.group, item)
    check_election_key(of, of_trustees)


def _read_credentials(group: Group, text: str, workers: Workers) -> Credentials:
    entries = json_text.read(text, code="credentials_form")
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise Rejected("credentials_form", "not a list of texts")
    check_distinct(entries)
    found = Credentials(fingerprint=fingerprint(text))
    for place, entry in enumerate(entries):
        credential, comma, weight = entry.partition(",")
        found.index[credential] = place
        if comma:
            check_weight(weight)
            found.weights[place] = int(weight)
    for _ in workers.map(partial(check_members, group), _chunks(list(found.index))):
        pass
    return found


def _chunks(credentials: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(credentials), CREDENTIALS_PER_CHUNK):
        yield credentials[start : start + CREDENTIALS_PER_CHUNK]


@check("9.1")
def check_setup_data(text: str, places: Sequence[Place]) -> None:
    """Check that the setup data name the three records of the setup, in canonical form."""
    names = ("election", "trustees", "credentials")
    pairs = zip(names, places[:3], strict=True)
    if text != json_text.write({name: place.digest for name, place in pairs}):
        raise Rejected("setup_data", "other digests than those of its records", step="9.1")


@check("9.2")
def check_trustee_names(of: Trustees) -> None:
    """Check that names of trustees are distinct."""
    trustees.check_names(of)


@check("9.2")
def check_single_proofs(of: Trustees) -> None:
    """Check that single trustees know their secrets."""
    trustees.check_single_proofs(of)


@check("9.2")
def check_threshold(item: Pedersen) -> None:
    """Check 1 ≤ t ≤ n."""
    pedersen.check_threshold(item)


@check("9.2")
def check_contexts(group: Group, item: Pedersen) -> None:
    """Check that certificates carry the true group, size, threshold and number."""
    pedersen.check_contexts(group, item)


@check("9.2")
def check_certificates(group: Group, item: Pedersen) -> None:
    """Check that certificates are signed by the key they contain."""
    pedersen.check_certificates(group, item)


@check("9.2")
def check_commitments(group: Group, item: Pedersen) -> None:
    """Check that members signed their commitments."""
    pedersen.check_commitments(group, item)


@check("9.2")
def check_degrees(item: Pedersen) -> None:
    """Check that polynomials have the degree of the threshold."""
    pedersen.check_degrees(item)


@check("9.2")
def check_agreement(group: Group, item: Pedersen) -> None:
    """Check that members signed all certificates."""
    pedersen.check_agreement(group, item)


@check("9.2")
def check_member_keys(group: Group, item: Pedersen) -> None:
    """Check that member keys follow from the commitments."""
    pedersen.check_member_keys(group, item)


@check("9.2")
def check_member_proofs(group: Group, item: Pedersen) -> None:
    """Check that members know their secrets."""
    pedersen.check_member_proofs(group, item)


@check("9.2")
def check_member_signatures(group: Group, item: Pedersen) -> None:
    """Check that members signed their keys."""
    pedersen.check_member_signatures(group, item)


@check("9.2")
def check_election_key(of: ElectionRecord, of_trustees: Trustees) -> None:
    """Check that the election key is the product of the trustees' keys."""
    if of.key != of_trustees.key:
        raise Rejected("election_key", "not the product of the trustees' keys")


@check("9.3")
def check_version(of: ElectionRecord) -> None:
    """Check the crypto version."""
    record.check_version(of)


@check("9.3")
def check_uuid(of: ElectionRecord) -> None:
    """Check the form of the uuid."""
    record.check_uuid(of)


@check("9.3")
def check_question(scheme: IBallotScheme, question: Json) -> None:
    """Check that a question is sane: 0 ≤ min ≤ max ≤ number of answers."""
    scheme.check_question(question)


@check("9.4")
def check_distinct(entries: Sequence[str]) -> None:
    """Check that no credential is listed twice (attack B11)."""
    if len({entry.partition(",")[0] for entry in entries}) != len(entries):
        raise Rejected("credential_twice")


@check("9.4")
def check_weight(weight: str) -> None:
    """Check that a weight is a plain decimal number."""
    if not _WEIGHT.fullmatch(weight) or len(weight) > 18:
        raise Rejected("weight_form")


@check("9.4")
def check_weights_of_lists(schemes: Sequence[IBallotScheme], of: Credentials) -> None:
    """Check that ballots that are opened one by one all weigh 1."""
    shuffled = any(scheme.needs_shuffle for scheme in schemes)
    if shuffled and any(weight != 1 for weight in of.weights.values()):
        raise Rejected("weight_not_one", "a ballot of a list cannot weigh more or less")


@check("9.4")
def check_members(group: Group, credentials: Sequence[str]) -> None:
    """Check that credentials are elements of the subgroup and not the identity (attack P04)."""
    group.decode_many(credentials, identity_allowed=False)
