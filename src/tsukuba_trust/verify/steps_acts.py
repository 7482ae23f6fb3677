"""Step 5: definition, seal, acts and their approvals, rehearsal.

:source: board.md 2.2, 2.5; architecture.md D8, D9, D16
"""

from collections.abc import Mapping, Sequence

from tsukuba_trust.board import acts, canonical, policy
from tsukuba_trust.crypto.rehearsal import check_rehearsal as check_rehearsal_text
from tsukuba_trust.crypto.trustees import Trustees
from tsukuba_trust.elections import rules
from tsukuba_trust.elections.checking import check_rules
from tsukuba_trust.elections.costs import check_fit
from tsukuba_trust.elections.definition import thaw
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.interfaces import IBallotScheme, ITallyMethod
from tsukuba_trust.values import Contest, Election, Json
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known
from tsukuba_trust.verify.report import Missing


@check("5")
def check_officers(officers: Sequence[Json], rule: Json) -> None:
    """Check that officers are different people who can meet the approval rule."""
    acts.check_officers(officers, rule)


@check("5")
def check_officer_keys(election: Election, officers: Sequence[Json]) -> None:
    """Check that the keys of entry 0 are those that the definition gives."""
    given = {officer.name: officer.key for officer in election.officers if officer.key}
    for officer in officers:
        if officer["key"] != given.get(officer["name"], officer["key"]):
            raise Rejected("officer_key", officer["name"])


@check("5")
def check_approvals(origin: str, act: Json, officers: Sequence[Json], rule: Json) -> None:
    """Check that enough officers approved an act, by the rule in force before it (D8)."""
    acts.check_approvals(origin, act, officers, rule)


@check("5")
def check_rules_kept(election: Election) -> None:
    """Check that the definition keeps the rules that every election file must keep (D9)."""
    try:
        check_rules(election, "definition")
    except Misconfigured as error:
        raise Rejected(error.code, error.detail) from error


@check("5")
def check_new_rule(election: Election, rule: Json) -> None:
    """Check that a changed approval rule leaves no officer alone outside of mock votes (D8)."""
    if election.effect != "mock" and rule["total"] < 2:
        raise Rejected("approval_too_weak", "nobody may act alone")


@check("5")
def check_ready(election: Election, witness_policy: str) -> None:
    """Check what a sealed election needs: legal basis, and witnesses where it binds."""
    try:
        rules.ready(election, witness_policy=witness_policy)
    except Refused as error:
        raise Rejected(error.code, error.detail) from error


@check("5")
def check_parameters(
    election: Election, contest: Contest, scheme: IBallotScheme, method: ITallyMethod
) -> None:
    """Check a contest's parameters, and that its ballots fit the election (attack B10)."""
    try:
        scheme.check(contest)
        method.check(contest)
        check_fit(election, contest, scheme, method)
    except Misconfigured as error:
        raise Rejected(error.code, error.detail) from error


@check("5")
def check_rehearsal(trustees: Trustees, definition_digest: str, text: str) -> None:
    """Check that every sufficient set of trustees opened the rehearsal (D16)."""
    check_rehearsal_text(trustees, definition_digest, text)


def read_definition(known: Known, entry: Json) -> None:
    """Do step 5 for entry 0: thaw the definition and judge it."""
    findings = known.findings
    findings.check(0, check_officers, entry["officers"], entry["approval"])
    try:
        text = known.text(entry["definition"], "5")
        election = thaw(canonical.decode(text.encode()))
    except (Missing, Rejected) as error:
        findings.add_error("5", error, 0)
        return
    known.election = election
    findings.check(0, check_officer_keys, election, entry["officers"])
    findings.check(0, check_rules_kept, election)
    findings.check(0, check_ready, election, entry["witness_policy"])
    for contest in election.contests:
        plugins = _plugins(known, contest)
        if plugins is not None:
            findings.check(0, check_parameters, election, contest, *plugins)
    note_policy(known, entry["witness_policy"], 0)


def _plugins(known: Known, contest: Contest) -> tuple[IBallotScheme, ITallyMethod] | None:
    scheme = known.plugins.ballot_schemes.get(contest.ballot_scheme)
    method = known.plugins.tally_methods.get(contest.tally_method)
    if scheme is not None and method is not None:
        return scheme, method
    name = contest.ballot_scheme if scheme is None else contest.tally_method
    code = "scheme_not_installed" if scheme is None else "method_not_installed"
    known.findings.add_error("5", Misconfigured(code, where=name), 0)
    return None


def note_policy(known: Known, text: str, index: int) -> None:
    """Say so when no witness is asked for; whether the text can be read is step 4's."""
    try:
        none = policy.read_policy(text).is_none
    except Rejected:
        return
    if none:
        known.findings.note("5", "no_witnesses", "the witness policy is: quorum none", index)
    else:
        detail = "this release evaluates no quorum of witnesses"
        known.findings.add_error("5", Misconfigured("witnesses_not_checked", detail), index)


def judge_act(known: Known, entry: Json, index: int) -> None:
    """Do step 5 for one act, and note what it changes for what follows."""
    findings = known.findings
    if known.defined is None:
        return
    officers = known.defined["officers"]
    findings.check(index, check_approvals, known.origin, entry, officers, known.rule)
    change: Mapping[str, Json] = entry.get("change", {})
    match entry["act"]:
        case "rehearsed":
            _judge_rehearsal(known, entry, index)
        case "change-approval":
            possible = findings.check(index, check_officers, officers, change["approval"])
            if possible and known.election is not None:
                findings.check(index, check_new_rule, known.election, change["approval"])
            known.rule = change["approval"]
        case "change-policy":
            note_policy(known, change["witness_policy"], index)
        case "rotate-key":
            known.keys.append((index + 1, change["log_key"]))
        case "change-roll":
            set_electors(known, change["groups"])
        case "certify":
            known.certified = entry["at"]


def _judge_rehearsal(known: Known, entry: Json, index: int) -> None:
    try:
        text = known.text(entry["reason"], "5")
    except Missing as error:
        known.findings.add_error("5", error, index)
        return
    if known.trustees is not None:
        known.findings.check(index, check_rehearsal, known.trustees, known.digest, text)


def set_electors(known: Known, groups: Sequence[Json]) -> None:
    """Take over how many people of the roll vote here: all groups but those on paper."""
    channels = dict(known.election.roll.groups) if known.election else {}
    known.groups = {group["name"]: group["electors"] for group in groups}
    known.electors = sum(
        group["electors"] for group in groups if channels.get(group["name"]) != "paper"
    )
