"""What the parts of an election file must say to each other; one function per subject.

:source: elections-jp.md section 12, architecture D8, D9, voting-flow.md section 1
"""

import base64
import binascii
import re
from dataclasses import replace
from datetime import date
from typing import Final

from tsukuba_trust.crypto.groups import group
from tsukuba_trust.elections.afterwards import check_lots, check_publish
from tsukuba_trust.elections.checking_options import check_options
from tsukuba_trust.elections.checking_texts import check_shown_period, check_weekdays
from tsukuba_trust.elections.complaint import Complain, complain
from tsukuba_trust.elections.reading import SLUG
from tsukuba_trust.elections.residence import RESIDENCES
from tsukuba_trust.elections.rules import lacks_legal_basis
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.values import ApprovalRule, Election, Json

# First path segments of the voting host (voting-flow.md section 1).
RESERVED_SLUGS: Final = frozenset(
    {"a", "board", "callback", "graphql", "return", "static", "texts"}
)
SLUG_LENGTH: Final = 64  # a log's origin is host, path and slug, together at most 255 bytes

NOTICES = frozenset({"letters"})


def check_rules(election: Election, name: str) -> None:
    """Check everything that needs no plugin.

    :param name: of the file, for complaints
    :raises Misconfigured: the first rule that is broken
    """
    fail = complain(name)
    for rule in (
        check_legal_basis,
        check_slug,
        check_period,
        check_eligibility,
        check_roll,
        check_notices,
        check_group,
        check_trustees,
        check_officers,
        check_approval,
        check_auditors,
        check_contests,
        check_identity,
        check_lots,
        check_publish,
    ):
        rule(election, fail)
    for number, contest in enumerate(election.contests):
        check_options(contest, f"contests[{number}]", fail)
    check_weekdays(election, fail)
    check_shown_period(election, fail)


def check_slug(election: Election, fail: Complain) -> None:
    """Check the identifier, which becomes part of addresses and of the log's origin."""
    slug = election.slug
    if not SLUG.fullmatch(slug) or len(slug) > SLUG_LENGTH:
        fail("slug_malformed", "slug", "words of a-z and 0-9 with hyphens, at most 64 characters")
    if slug in RESERVED_SLUGS:
        fail("slug_reserved", "slug", f"{slug} is an address of the voting host")
    if not re.search(r"(?:19|20)\d\d", slug):
        fail("slug_without_year", "slug", "an origin is never used twice: write the year")
    if ("mock" in slug.split("-")) != (election.effect == "mock"):
        fail("slug_mock", "slug", 'the word "mock" stands in the slug of mock votes only')


def check_legal_basis(election: Election, fail: Complain) -> None:
    """Refuse a public-office election that no law allows, unless it is a mock vote."""
    if lacks_legal_basis(election):
        fail(
            "legal_basis_missing",
            "legal_basis",
            'a public-office election needs a recorded legal basis, or effect = "mock"',
        )


def check_period(election: Election, fail: Complain) -> None:
    """Check that the period lasts."""
    if election.period.opens >= election.period.closes:
        fail("period_empty", "period.closes", "closes (exclusive) must be after opens")


def check_eligibility(election: Election, fail: Complain) -> None:
    """Check that each condition can be judged at all."""
    rule = election.eligibility
    if rule.residence and rule.residence not in RESIDENCES:
        known = ", ".join(RESIDENCES)
        fail("residence_unknown", "eligibility.residence", f"rules are known for: {known}")
    if rule.age_on:
        try:
            plain = date.fromisoformat(rule.age_on).isoformat() == rule.age_on
        except ValueError:
            plain = False
        if not plain:
            fail("date_impossible", "eligibility.age_on", "a date YYYY-MM-DD is expected")
    if rule.nationality != "any" and election.electorate != "roll":
        fail("nationality_unknowable", "eligibility.nationality", "only a roll knows nationality")


def check_roll(election: Election, fail: Complain) -> None:
    """Check who is on the roll, and that nobody asks a certificate for it (D5)."""
    names = [name for name, _ in election.roll.groups]
    if len(set(names)) != len(names):
        fail("group_twice", "roll.groups", "a group stands there twice")
    if election.electorate == "certificate" and names:
        fail("roll_not_used", "roll", 'electorate = "certificate" has no roll')
    if election.electorate == "roll" and "internet" not in dict(election.roll.groups).values():
        fail("roll_without_internet", "roll.groups", "no group votes on the internet")
    if election.electorate == "roll" and election.electors is not None:
        fail("electors_twice", "electors", "the roll says how many electors there are")
    for number, contest in enumerate(election.contests):
        for name in contest.groups:
            if name not in names:
                fail("group_unknown", f"contests[{number}].groups", f"{name} is not in the roll")


def check_notices(election: Election, fail: Complain) -> None:
    """Check how people are told of uses of their cards: only a roll has addresses (J13)."""
    if not set(election.notices) <= NOTICES:
        fail("notice_unknown", "notices", f"known are: {', '.join(sorted(NOTICES))}")
    if election.notices and election.electorate != "roll":
        fail("notice_without_roll", "notices", "nobody's address is kept without a roll")


def check_group(election: Election, fail: Complain) -> None:
    """Check that the group is one of three (attack P07)."""
    try:
        group(election.group)
    except Rejected as error:
        fail(error.code, "group", "Ed25519, BELENIOS-2048 or RFC-3526-2048")


def check_trustees(election: Election, fail: Complain) -> None:
    """Check that the threshold can be met, and that a binding vote is in several hands."""
    count = len(election.trustees.names)
    if not 1 <= election.trustees.threshold <= count:
        fail("threshold_impossible", "trustees.threshold", f"must be 1 to {count}")
    mixers = election.trustees.mixers
    if mixers and not election.trustees.threshold <= mixers <= count:
        detail = f"from the threshold to the number of trustees, {count}"
        fail("mixers_impossible", "trustees.mixers", detail)
    if election.effect == "binding" and election.trustees.threshold < 2:
        fail("threshold_too_low", "trustees.threshold", "nobody may decrypt a binding vote alone")


def check_officers(election: Election, fail: Complain) -> None:
    """Check that officers are different people with different, well-formed keys."""
    names = [officer.name for officer in election.officers]
    keys = [officer.key for officer in election.officers if officer.key]
    for number, officer in enumerate(election.officers):
        if names.count(officer.name) > 1:
            fail("officer_twice", f"officers[{number}].name", "two officers of this name")
        if officer.key and not is_public_key(officer.key):
            fail("key_malformed", f"officers[{number}].key", "base64 of 32 bytes")
        if keys.count(officer.key) > 1:
            fail("officer_twice", f"officers[{number}].key", "two officers with this key")


def is_public_key(text: str) -> bool:
    """Tell whether a text is canonical base64 of 32 bytes."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(raw) == 32 and base64.b64encode(raw).decode() == text


def check_approval(election: Election, fail: Complain) -> None:
    """Check that the officers can approve, and that none of them can alone (D8)."""
    rule = election.approval
    if rule.total > len(election.officers):
        detail = f"{rule.total} of {len(election.officers)} officers"
        fail("approval_impossible", "approval.total", detail)
    organisations = {officer.organisation for officer in election.officers}
    for name in rule.from_each:
        if name not in organisations:
            fail("approval_impossible", "approval.from_each", f"no officer is from {name}")
    if len(rule.from_each) > rule.total:
        fail("approval_impossible", "approval.total", "fewer approvals than organisations")
    if election.effect != "mock" and rule.total < 2:
        fail("approval_too_weak", "approval.total", "nobody may act alone")


def check_new_approval(election: Election, rule: Json) -> None:
    """Check that officers may put an approval rule in the place of the one in force (D8).

    It is judged like the one of an election file: the officers can meet it, and outside of
    mock votes none of them can alone.

    :param rule: ``{"total", "from_each"}``
    :raises Refused: ``approval_impossible``, ``approval_too_weak``
    """
    approval = ApprovalRule(rule["total"], tuple(rule["from_each"]))
    try:
        check_approval(replace(election, approval=approval), complain("change"))
    except Misconfigured as error:
        raise Refused(error.code, error.detail) from error


def check_auditors(election: Election, fail: Complain) -> None:
    """Check that two people can audit the registrar (D17)."""
    if len(election.auditors) < 2:
        fail("auditors_missing", "auditors", "two auditors are needed")


def check_contests(election: Election, fail: Complain) -> None:
    """Check that there are contests with keys of their own."""
    if not election.contests:
        fail("contests_missing", "contests", "an election has at least one contest")
    keys = [contest.key for contest in election.contests]
    for number, key in enumerate(keys):
        if not SLUG.fullmatch(key):
            fail("key_malformed", f"contests[{number}].key", "words of a-z and 0-9 with hyphens")
        if keys.count(key) > 1:
            fail("contest_twice", f"contests[{number}].key", f"{key} stands there twice")


def check_identity(election: Election, fail: Complain) -> None:
    """Check that there is a way to identify oneself, each offered once."""
    providers = [rule.provider for rule in election.identity]
    if not providers:
        fail("identity_missing", "identity", "at least one identity provider")
    for number, provider in enumerate(providers):
        if providers.count(provider) > 1:
            fail("provider_twice", f"identity[{number}].provider", f"{provider} is offered twice")
