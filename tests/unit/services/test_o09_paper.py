"""Attack O09: votes on the net and on paper are each counted once, whatever came when."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from election_world import opened_world, world
from paper_votes import certify, enter, opened_ballots, propose, sheet
from tsukuba_trust.elections.doubtful import Doubtful
from tsukuba_trust.elections.sum_rules import Protocol
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.plugins.identity.roll_code import new_code
from tsukuba_trust.services.roll import Enrolled
from tsukuba_trust.testing import holding
from tsukuba_trust.values import PublishRule, RollRule, Sheet
from tsukuba_trust.verify.record import verify_record

SECONDS = (-2, -1, 0, 1, 2)
WAYS = ("net", "net, again", "paper", "net, paper", "paper, net again")
ANY_SIZE = PublishRule(papers=0)  # these classes have a few papers
NET, AGAIN = 0, 2  # options; paper votes for option 1


def code_of(call) -> str:
    with pytest.raises((Refused, Rejected)) as refusal:
        call()
    return refusal.value.code


def outcome(held):
    text = held.services.publishing.outcomes(held.is_fixed)[held.contest]
    return json.loads(text)


# -- the race ---------------------------------------------------------------------------


def race(folder):
    """Let one elector for each way and second vote around the close.

    :returns: the world, who voted on paper, and whose first and later ballots were taken
    """
    cases = list(product(WAYS, SECONDS))
    held = opened_world(folder, electorate="roll", electors=len(cases) + 1)
    closes = held.election.period.closes
    paper, first, later = set(), set(), set()
    for number, (way, second) in enumerate(cases, start=1):
        at = closes + timedelta(seconds=second)
        early = way in ("net, again", "paper, net again")
        if "paper" in way:
            paper.add(number)
        if "net" in way:
            voter = held.voter()
            held.identify(voter, number, closes - timedelta(minutes=1))
            if early:
                held.cast(voter, NET, at=closes - timedelta(seconds=30))
                first.add(number)
            try:
                held.cast(voter, AGAIN if early else NET, at=at)
                (later if early else first).add(number)
            except Refused as refusal:
                assert (refusal.code, second >= 0) == ("closed", True)
    return held, paper, first, later


def test_o09_each_second_around_the_close_every_voter_is_counted_once(tmp_path):
    held, paper, first, later = race(tmp_path)
    assert len(first) == 2 * len(SECONDS) + 2 * 2 and len(later) == 2 * 2
    strikes = held.services.overrides.strikes(held.is_fixed, {str(one) for one in paper})
    opened_ballots(held, strikes)
    online = first - paper
    voters = len(online) + len(paper)
    city = sheet(votes=(0, len(paper), 0), electors=len(WAYS) * len(SECONDS) + 1, marked=voters)
    enter(held, city)
    certify(held)
    totals = [row["votes"] for row in outcome(held)["totals"]]
    again = len(later - paper)
    assert totals == [len(online) - again, len(paper), again]
    assert sum(totals) == voters
    channels = {one["channel"]: one["voters"] for one in outcome(held)["detail"]["channels"]}
    assert channels == {"internet": len(online), "paper": len(paper)}
    held.services.publishing.export(held.is_fixed, tmp_path / "record")
    report = verify_record(tmp_path / "record", registry=held.services.registry)
    assert report.exit_code == 0, report.to_text()


def test_o09_without_the_strikes_the_sums_stop_the_certificate(tmp_path):
    held = opened_world(tmp_path, electorate="roll", electors=4)
    for number in (1, 2):
        held.cast(held.registered(number), NET)
    opened_ballots(held)
    # Number 1 voted on paper too: three marks on the roll, four votes.
    enter(held, sheet(votes=(0, 2, 0), electors=4, marked=3))
    assert code_of(lambda: certify(held)) == "sums_differ"


# -- who is struck ----------------------------------------------------------------------


def test_o09_whoever_voted_on_paper_is_struck_by_her_first_registration(tmp_path):
    held = opened_world(tmp_path, electorate="roll", electors=4)
    first = held.size()
    held.registered(1)
    held.registered(2)
    held.registered(1)  # again: the same holder
    assert held.services.overrides.strikes(held.is_fixed, {"1", "3"}) == {first: "voted on paper"}


def test_a_number_that_is_not_on_the_roll_is_refused(tmp_path):
    held = opened_world(tmp_path, electorate="roll", electors=2)
    strikes = held.services.overrides.strikes
    assert code_of(lambda: strikes(held.is_fixed, {"1", "77"})) == "elector_unknown"


def test_o09_a_registration_that_a_crash_left_between_two_stores_is_struck(tmp_path, monkeypatch):
    held = opened_world(tmp_path, electorate="roll", electors=2)
    from tsukuba_trust.services.delivery import Delivery

    monkeypatch.setattr(Delivery, "_settle", lambda *_: None)
    holder = held.size()
    held.registered(1)
    assert list(held.services.overrides.strikes(held.is_fixed, {"1"})) == [holder]


# -- entering ---------------------------------------------------------------------------


@pytest.fixture
def counted(tmp_path):
    held = opened_world(tmp_path, electorate="roll", publish=ANY_SIZE, electors=8)
    held.cast(held.registered(1), NET)
    held.cast(held.registered(2), NET)
    return opened_ballots(held)


def test_a_sheet_is_an_act_that_officers_approve(counted):
    enter(counted, sheet(electors=8, marked=6))
    assert counted.types()[-2:] == ["OfficersAct", "SheetsEntered"]
    certify(counted)
    assert outcome(counted)["elected"] == ["option-b"]
    assert [row["votes"] for row in outcome(counted)["totals"]] == [2, 4, 0]


def test_without_enough_approvals_no_sheet_stands(counted):
    made = propose(counted, sheet(electors=8, marked=6))
    size = counted.size()
    services = counted.services
    assert code_of(lambda: services.acts.enact(counted.is_fixed, made)) == "approvals_too_few"
    assert counted.size() == size


def test_a_place_is_entered_once_and_then_only_corrected(counted):
    enter(counted, sheet())
    assert code_of(lambda: propose(counted, sheet())) == "sheet_stands"
    other = sheet("gym")
    assert code_of(lambda: propose(counted, other, corrects=True)) == "sheet_not_standing"


def test_a_correction_is_a_new_entry_and_counts_instead(counted):
    enter(counted, sheet(votes=(0, 1, 5)))
    enter(counted, sheet(votes=(0, 5, 1), electors=8, marked=8), corrects=True)
    contest = counted.election.contests[0]
    (stands,) = counted.services.papers.standing(counted.is_fixed, contest)
    assert stands.sheet.votes == (0, 5, 1)
    assert counted.types().count("SheetsEntered") == 2
    certify(counted)
    assert [row["votes"] for row in outcome(counted)["totals"]] == [2, 5, 1]


def test_what_is_missing_is_shown_before_the_certificate(counted):
    enter(counted, sheet(electors=4, marked=4))
    found = counted.services.papers.differences(counted.is_fixed, counted.election.contests[0])
    assert [(one.left, one.right) for one in found] == [(6, 4), (4, 8)]


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        (sheet(protocol=Protocol(4, 3)), "sums_differ"),
        (sheet(group="nobody"), "group_unknown"),
        (
            sheet(sheet=Sheet("hall", (0, 3, 0), 0, 0, 4, ((("option-a", "option-b"), 1),))),
            "shared_name_malformed",
        ),
    ],
    ids=["sums", "group", "shared name"],
)
def test_a_sheet_that_cannot_stand_is_refused_and_nothing_is_stored(counted, paper, expected):
    size = counted.size()
    assert code_of(lambda: propose(counted, paper)) == expected
    assert counted.size() == size


def test_a_sheet_changed_on_the_way_to_the_board_is_refused(counted):
    made = propose(counted, sheet())
    entry = dict(made.following[0])
    document = json.loads(entry["sheets"]["text"])
    document["received"] = 5
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    entry["sheets"] = {"text": text}
    services, size = counted.services, counted.size()

    def forge():
        fixed, at = counted.is_fixed, counted.now
        act = services.acts.propose(fixed, "sheets", at, "forged", following=[entry])
        holding.enact(services, fixed, counted.staff, act)

    assert code_of(forge) == "sums_differ"
    assert counted.size() == size


def test_before_the_ballots_are_opened_no_sheet_is_entered(tmp_path):
    held = opened_world(tmp_path, electorate="roll", publish=ANY_SIZE, electors=8)
    held.cast(held.registered(1), NET)
    held.closed()
    assert code_of(lambda: propose(held, sheet())) == "tally_missing"
    held.services.counting.fix_tallies(held.is_fixed)
    assert code_of(lambda: propose(held, sheet())) == "decryption_incomplete"


def test_where_too_few_ballots_came_no_sheet_is_entered(tmp_path):
    held = opened_world(
        tmp_path, electorate="roll", publish=ANY_SIZE, electors=8, minimum_ballots=5
    )
    held.cast(held.registered(1), NET)
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    assert code_of(lambda: propose(held, sheet())) == "too_few_ballots"


def test_an_empty_act_enters_nothing(counted):
    assert code_of(lambda: propose(counted)) == "sheets_missing"


def test_a_contest_is_found_by_its_key_and_by_its_uuid(counted):
    papers, fixed = counted.services.papers, counted.is_fixed
    contest = counted.election.contests[0]
    assert papers.contest(fixed, contest.key) == papers.contest(fixed, contest.uuid) == contest
    assert code_of(lambda: papers.contest(fixed, "nobody")) == "unknown_contest"


# -- doubtful papers, groups on paper ---------------------------------------------------


def school(folder):
    """Return an open election of two electors on the net and a class of three on paper."""
    held = world(
        folder,
        electorate="roll",
        publish=ANY_SIZE,
        roll=RollRule((("all", "internet"), ("class", "paper"))),
    )
    provider = held.services.registry.identity_providers["roll-code"]
    held.codes["1"] = new_code(held.draw)
    data = provider.enrol(held.codes["1"])
    enrolled = {"1": [Enrolled("roll-code", data["code_mac"], data)]}
    lines = b"number,group\n1,all\n2,all\n3,class\n4,class\n5,class\n"
    held.fixed, held.trustees = holding.prepare(
        held.services,
        held.proposed,
        held.staff,
        held.now,
        held.draw,
        fill_roll=lambda fixed: held.services.rolls.import_file(fixed, lines, enrolled),
    )
    held.now = held.election.period.opens
    held.services.ceremony.open(held.is_fixed, held.now)
    held.cast(held.registered(1), NET)
    return opened_ballots(held)


def test_o09_every_list_of_a_group_on_paper_is_entered_before_the_certificate(tmp_path):
    held = school(tmp_path)
    enter(held, sheet("5-1", (0, 1, 0), group="class", electors=1))
    size = held.size()
    assert code_of(lambda: certify(held)) == "sums_differ"
    assert held.size() == size  # nor was the audit posted, behind which no sheet may stand


def test_one_certificate_is_of_all_electors_on_the_net_and_on_paper(tmp_path):
    held = school(tmp_path)
    doubtful = (
        Doubtful("5-2", 1, ("option-b",), "", ("manager", "witness")),
        Doubtful("5-2", 2, (), "unclear", ("manager", "witness")),
    )
    undecided = replace(doubtful[0], options=(), decided_by=())
    second = sheet("5-2", (0, 0, 0), group="class", electors=2, marked=2)
    second = replace(second, protocol=Protocol(2, 2))
    first = sheet("5-1", (0, 1, 0), group="class", electors=1)
    waiting = replace(second, doubtful=(undecided, doubtful[1]))
    assert code_of(lambda: propose(held, first, waiting)) == "doubtful_undecided"
    enter(held, first, replace(second, doubtful=doubtful))
    certify(held)
    found = outcome(held)
    assert [row["votes"] for row in found["totals"]] == [1, 2, 0]
    assert found["detail"]["paper"]["invalid"] == [{"class": "unclear", "papers": 1}]
    assert found["detail"]["channels"][1]["voters"] == 3


def test_a_long_sheet_is_a_blob_that_travels_with_its_act(counted):
    # Decisions on hundreds of doubtful papers are longer than an entry holds inline.
    people = ("開票管理者", "立会人", "立会人の代理")
    doubtful = tuple(Doubtful("hall", n, ("option-b",), "", people) for n in range(1, 301))
    one = sheet(protocol=Protocol(304, 304), electors=304, marked=304, doubtful=doubtful)
    enter(counted, one)
    entry = dict(counted.services.board.entries(counted.origin))[counted.size() - 1]
    assert "size" in entry["sheets"]
    contest = counted.election.contests[0]
    (stands,) = counted.services.papers.standing(counted.is_fixed, contest)
    assert stands.counted(["option-a", "option-b", "option-c"]).votes == (0, 304, 0)


def test_a_method_that_counts_whole_ballots_takes_no_sheets(counted, monkeypatch):
    def whole(*_arguments, **_named):
        raise Rejected("count_malformed", "whole ballots are wanted")

    monkeypatch.setattr(type(counted.services.registry.tally_methods["plurality"]), "decide", whole)
    size = counted.size()
    assert code_of(lambda: propose(counted, sheet())) == "count_malformed"
    assert counted.size() == size


# -- places with few papers (attack O15) ------------------------------------------------


def test_o15_a_place_with_few_papers_is_entered_together_with_another(tmp_path):
    held = opened_world(tmp_path, electorate="roll", electors=8)
    held.cast(held.registered(1), NET)
    opened_ballots(held)
    halves = (sheet("east", (1, 2, 0), electors=4), sheet("west", (0, 4, 0), electors=4, marked=4))
    for one in halves:
        assert code_of(lambda one=one: propose(held, one)) == "sheet_too_small"
    assert code_of(lambda: propose(held, *halves)) == "sheet_too_small"
    enter(held, sheet("east and west", (1, 6, 0), electors=8, marked=8))
