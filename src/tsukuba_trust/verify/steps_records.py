"""Step 6: the trustees' keys, and the election records that follow from entry 0 and them.

:source: architecture.md D3; protocol.md 3, 4
"""

from tsukuba_trust.crypto.groups import Group, group
from tsukuba_trust.crypto.record import election_record, read_record
from tsukuba_trust.crypto.trustees import Single, Trustees, parse_trustees, read_trustees
from tsukuba_trust.elections.definition import record_description, record_name, record_questions
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Contest, Election, Json
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known
from tsukuba_trust.verify.report import Missing


@check("6")
def check_trustees(of: Group, text: str) -> None:
    """Check every key, proof and signature of the trustees, newest format."""
    read_trustees(of, text, require_all_fields=True)


@check("6")
def check_trustee_names(election: Election, trustees: Trustees) -> None:
    """Check that single trustees are those whom the definition names, in its order."""
    names = [item.name for item in trustees.items if isinstance(item, Single)]
    if names and names != list(election.trustees.names):
        raise Rejected("trustee_names", "not those of the definition")


@check("6")
def check_record(text: str, expected: str) -> None:
    """Check that a record is, byte for byte, what definition and trustees give (D3)."""
    if text != expected:
        raise Rejected("record_differs", "not what entry 0 and the trustees give")


def read_fixed(known: Known, entry: Json, index: int) -> None:
    """Do step 6 for ``TrusteesFixed``."""
    findings, election = known.findings, known.election
    if election is None:
        return
    try:
        of = group(election.group)
        text = known.text(entry["trustees"], "6")
        trustees = parse_trustees(of, text)
    except (Missing, Rejected) as error:
        findings.add_error("6", error, index)
        return
    findings.check(index, check_trustees, of, text)
    findings.check(index, check_trustee_names, election, trustees)
    known.trustees, known.trustees_text = trustees, text
    for item in entry["records"]:
        _read_record(known, election, trustees, item, index)


def _read_record(
    known: Known, election: Election, trustees: Trustees, item: Json, index: int
) -> None:
    findings = known.findings
    contest = next((c for c in election.contests if c.uuid == item["contest"]), None)
    if contest is None or contest.ballot_scheme not in known.plugins.ballot_schemes:
        return  # step 4 compares the contests, step 5 says what is not installed
    try:
        text = known.text(item["record"], "6")
        findings.check(index, check_record, text, _expected(known, election, contest, trustees))
        record = read_record(text)
    except (Missing, Rejected) as error:
        findings.add_error("6", error, index)
        return
    known.records[contest.uuid] = record


def _expected(known: Known, election: Election, contest: Contest, trustees: Trustees) -> str:
    return election_record(
        contest.uuid,
        record_name(election, contest),
        record_description(contest, known.digest),
        election.group,
        trustees.group.encode(trustees.key),
        record_questions(contest, known.plugins.ballot_schemes),
    )
