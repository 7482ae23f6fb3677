"""The order of entries (board.md 2.5), one breach per test."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board_logs import CONTESTS, LOG_KEY, ORIGIN, PROOF, Log, credential, key, replay
from tsukuba_trust.board import canonical, note, order, policy
from tsukuba_trust.errors import Rejected

FIRST, SECOND = CONTESTS


def refuses(code):
    return pytest.raises(Rejected, match=rf"^{code}\b")


def test_it_accepts_a_whole_election():
    log = Log().until_declared()
    log.act("purge", {"type": "Purged", "kinds": ["links"], "counts": [3]})
    assert log.state.phase == "purged"
    assert replay(log.entries, log.blob)[0] == log.state


def test_it_accepts_everything_that_may_be_left_out():
    trustees = {"names": ["a", "b"], "threshold": 2}
    log = Log(mixed=[FIRST], electorate="roll", trustees=trustees)
    log.until_open()
    ann, bob = log.register("ann"), log.register("bob")
    log.ballot("ann")
    log.act("change-roll", change={"groups": [], "root": "11" * 32})
    log.act("suspend")
    log.register("eve", replaces=bob)
    log.act("extend", change={"closes": "2025-03-26T00:00+09:00"})
    log.act("resume")
    log.act("end-early", change={"closes": "2025-03-25T12:00+09:00"})
    log.act("correct", change={"text": "a misprint"})
    log.ballot("ann", mark="again")
    log.end().strike(ann)
    for contest in CONTESTS:
        log.tally(contest)
    log.shuffle(FIRST, 1, 1)
    log.shuffle(FIRST, 2, 2)
    for contest in CONTESTS:
        log.decrypt(contest, 2)
        log.decrypt(contest, 1)
    sheet = {"type": "SheetsEntered", "contest": FIRST, "place": "hall", "source": "00" * 32}
    log.act("sheets", {**sheet, "sheets": log.document("[]")})
    log.act("lot", {"type": "LotDrawn", "contest": FIRST, "tie": {"text": "t"}, "order": ["a"]})
    log.add("RegistrationAudited", **audit(log))
    log.act("certify", log.result(FIRST))
    log.act("certify", log.result(SECOND))
    log.act("change-approval", change={"approval": {"total": 2, "from_each": []}})
    assert (log.state.phase, log.state.roll_root) == ("declared", "11" * 32)
    assert log.state.approval == {"total": 2, "from_each": []}


def audit(log, checked=2, faulty=0):
    return {
        "checked": checked,
        "faulty": faulty,
        "sample": log.document("[]"),
        "auditors": [{"name": "x", "signature": "A" * 86 + "=="}],
    }


def test_a_state_survives_its_way_through_json():
    state = Log().until_decrypted().state
    assert order.State.from_json(json.loads(json.dumps(state.to_json()))) == state


def test_the_first_entry_must_define_the_election():
    with refuses("order"):
        Log().trustees()


def test_an_election_is_defined_once():
    log = Log()
    log.defined()
    with refuses("order"):
        log.defined()


def test_an_index_may_not_be_skipped():
    log = Log()
    log.defined()
    with refuses("index_gap"):
        order.advance(log.state, log.entries[0], 2, log.ledger)


@pytest.mark.parametrize(
    "changes",
    [
        {"contests": [FIRST]},
        {"contests": [SECOND, FIRST]},
        {"officers": [{"name": "z", "organisation": "city", "key": LOG_KEY[-44:]}]},
        {"approval": {"total": 2, "from_each": []}},
        {"approval": {"total": 1, "from_each": ["school"]}},
        {"auditors": []},
    ],
    ids="".join,
)
def test_entry_0_must_say_what_its_definition_says(changes):
    if "officers" in changes:
        changes["officers"][0]["key"] = "A" * 43 + "="
    with refuses("definition_differs"):
        Log().defined(**changes)


@pytest.mark.parametrize("name", ["contests", "period", "trustees", "revote", "minimum_ballots"])
def test_a_definition_needs_what_the_board_judges_by(name):
    log = Log()
    del log.definition[name]
    with pytest.raises((Rejected, KeyError)) as caught:
        log.add("ElectionDefined", **_with_definition(log))
    assert caught.value.code == "definition_invalid"


def _with_definition(log):
    whole = Log()
    entry = {name: value for name, value in whole.defined().items() if name != "type"}
    return entry | {"definition": log.document(canonical.encode(log.definition).decode())}


@pytest.mark.parametrize("closes", ["2025-03-25T00:00:00", "soon", 5, ""])
def test_a_definition_closes_at_an_instant(closes):
    with refuses("definition_invalid"):
        Log(period={"closes": closes} if closes else {}).defined()


def test_an_electorate_is_one_of_two():
    with refuses("definition_invalid"):
        Log(electorate="everybody").defined()


def test_a_contest_stands_once_in_a_definition():
    with refuses("definition_invalid"):
        Log(contests=[{"uuid": FIRST}, {"uuid": FIRST}]).defined()


@pytest.mark.parametrize("origin", ["Board.example.jp/e", "board.example.jp", "board.example.jp/"])
def test_an_origin_is_lower_case_with_a_path(origin):
    with refuses("origin_invalid"):
        Log().defined(origin=origin)


def test_the_log_key_bears_the_origin():
    other = note.LogKey("other.example.jp/e", key("a").public_key().public_bytes_raw()).text
    with refuses("log_key_invalid"):
        Log().defined(log_key=other)
    with refuses("log_key_invalid"):
        Log().defined(log_key="nonsense")


def test_the_policy_is_about_this_log():
    other = note.LogKey(ORIGIN, key("other").public_key().public_bytes_raw()).text
    with refuses("policy_other_log"):
        Log().defined(witness_policy=policy.none_policy(other))
    with refuses("policy_invalid"):
        Log().defined(witness_policy="quorum none\n")


@pytest.mark.parametrize(
    ("rule", "items"),
    [
        ((3, 2), [["Single", {}]] * 3),
        ((3, 2), [["Pedersen", {"threshold": 3, "certs": [{}] * 3}]]),
        ((3, 2), [["Pedersen", {"threshold": 2, "certs": [{}] * 2}]]),
        ((3, 2), [["Single", {}], ["Pedersen", {"threshold": 2, "certs": [{}] * 2}]]),
        ((2, 2), [["Single", {}]]),
        ((2, 2), [["Pedersen", {"threshold": 2, "certs": [{}] * 2}]]),
    ],
)
def test_trustees_are_as_many_as_the_definition_says(rule, items):
    names = [f"t{i}" for i in range(rule[0])]
    log = Log(trustees={"names": names, "threshold": rule[1]})
    log.defined()
    with refuses("trustees_differ"):
        log.trustees(json.dumps(items))


@pytest.mark.parametrize("text", ["x", "{}", "[1]", '[["Double",{}]]', '[["Pedersen",{}]]'])
def test_trustees_must_be_readable(text):
    log = Log()
    log.defined()
    with pytest.raises(Rejected, match=r"trustees_(invalid|differ)"):
        log.trustees(text)


def test_records_stand_in_the_definitions_order():
    log = Log()
    log.defined()
    fixed = Log()
    fixed.defined()
    entry = fixed.trustees()
    log.blobs |= fixed.blobs
    with refuses("contests_differ"):
        log.add("TrusteesFixed", trustees=entry["trustees"], records=entry["records"][::-1])


def test_a_roll_stands_only_where_the_electorate_is_one():
    log = Log()
    log.defined()
    log.trustees()
    with refuses("roll_not_due"):
        log.add("RollFixed", groups=[], root="00" * 32)


def test_j11_a_roll_must_be_fixed_before_the_seal():
    log = Log(electorate="roll")
    log.defined()
    log.trustees()
    with refuses("roll_missing"):
        log.seal()


def test_the_seal_is_about_exactly_the_entries_before_it():
    log = Log()
    log.defined()
    log.trustees()
    digests = [canonical.digest(entry) for entry in log.entries]
    for subject in ([], digests[:1], digests[::-1], [*digests, digests[0]]):
        with refuses("seal_subject"):
            log.seal(subject=subject)


@pytest.mark.parametrize("number", [1, 3])
def test_acts_are_numbered_without_gaps(number):
    log = Log().until_sealed()
    with refuses("act_number"):
        log.act("rehearsed", number=number)


def test_an_act_without_subject_names_no_entry():
    log = Log().until_sealed()
    with refuses("act_subject"):
        log.act("rehearsed", subject=["00" * 32])


def test_an_act_about_entries_names_them():
    log = Log().until_decrypted()
    with refuses("act_subject"):
        log.act("certify")


def test_the_entries_of_an_act_follow_it_at_once():
    log = Log().until_decrypted()
    number = log.state.acts + 1
    entry = {**log.result(FIRST), "act": number}
    log.act("certify", subject=[canonical.digest(entry)])
    with refuses("subject_missing"):
        log.act("change-approval", change={"approval": {"total": 1, "from_each": []}})
    with refuses("subject_missing"):
        log.add(**_fields({**entry, "contest": SECOND}))
    log.add(**_fields(entry))


def _fields(entry):
    return {"kind": entry["type"], **{k: v for k, v in entry.items() if k != "type"}}


def test_an_entry_needs_its_act():
    log = Log().until_decrypted()
    with refuses("act_missing"):
        log.add(**_fields({**log.result(FIRST), "act": log.state.acts}))


def test_an_entry_names_the_number_of_its_act():
    log = Log().until_decrypted()
    entry = {**log.result(FIRST), "act": 1}
    log.act("certify", subject=[canonical.digest(entry)])
    with refuses("act_missing"):
        log.add(**_fields(entry))


def test_an_act_of_another_kind_does_not_help():
    log = Log().until_decrypted()
    with refuses("act_missing"):
        log.act("lot", log.result(FIRST))


def test_an_act_names_no_entry_that_needs_none():
    log = Log().until_decrypted()
    entry = {"type": "RegistrationAudited", **audit(log)}
    log.act("certify", subject=[canonical.digest(entry)])
    with refuses("subject_other"):
        log.add(**_fields(entry))


def test_voting_opens_after_the_rehearsal_only():
    log = Log().until_sealed()
    with refuses("order"):
        log.add("VotingOpened", rehearsal=1)
    log.act("rehearsed")
    with refuses("rehearsal_missing"):
        log.add("VotingOpened", rehearsal=1)


def test_o01_all_trustees_needed_wants_a_waiver():
    log = Log(trustees={"names": ["a", "b"], "threshold": 2}).until_sealed()
    number = log.act("rehearsed")
    with refuses("waiver_missing"):
        log.add("VotingOpened", rehearsal=number)
    log.act("waiver")
    log.add("VotingOpened", rehearsal=number)


def test_voting_opens_once():
    log = Log().until_open()
    with refuses("order"):
        log.add("VotingOpened", rehearsal=log.state.rehearsal)


def test_nobody_registers_or_votes_before_the_opening():
    log = Log().until_sealed()
    with refuses("not_open"):
        log.register("ann")
    with refuses("not_open"):
        log.ballot("ann")


def test_a_registration_is_for_all_contests():
    log = Log().until_open()
    entry = Log().until_open()
    entry.register("ann")
    credentials = entry.entries[-1]["credentials"]
    for wrong in (credentials[:1], credentials[::-1], [*credentials, credentials[0]]):
        with refuses("contests_differ"):
            log.register("ann", credentials=wrong)


def test_b11_a_credential_is_registered_once():
    log = Log().until_open()
    log.register("ann")
    with refuses("credential_taken"):
        log.register("ann")


def test_a_registration_replaces_the_newest_of_its_chain():
    log = Log().until_open()
    first = log.register("ann")
    second = log.register("ann2", replaces=first)
    with refuses("replaces_old"):
        log.register("ann3", replaces=first)
    third = log.register("ann3", replaces=second)
    assert (log.ledger.holder(third), log.state.holders) == (first, 1)


@pytest.mark.parametrize("replaces", [1, 6, 99])
def test_a_registration_replaces_an_earlier_registration(replaces):
    log = Log().until_open()
    with refuses("replaces_unknown"):
        log.register("ann", replaces=replaces)


def test_b02_a_ballot_is_of_the_contest_it_is_cast_in():
    log = Log().until_open()
    log.register("ann")
    text = log.document(json.dumps({"election_uuid": SECOND, "credential": "x"}))
    with refuses("ballot_contest"):
        log.add("BallotAccepted", contest=FIRST, ballot=text)


def test_a_ballot_is_of_a_contest_of_this_election():
    log = Log().until_open()
    log.register("ann")
    with refuses("contest_unknown"):
        log.ballot("ann", "Zzzzzzzzzzzzzz")


def test_a_ballot_is_by_a_registered_credential_of_its_own_contest():
    log = Log().until_open()
    log.register("ann")
    with refuses("credential_unknown"):
        log.ballot("bob")
    other = {"election_uuid": FIRST, "credential": credential("ann", SECOND)}
    with refuses("credential_unknown"):
        log.add("BallotAccepted", contest=FIRST, ballot=log.document(json.dumps(other)))


def test_a_replaced_credential_may_not_cast():
    log = Log().until_open()
    log.register("ann2", replaces=log.register("ann"))
    with refuses("credential_replaced"):
        log.ballot("ann")
    log.ballot("ann2")


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "[]",
        "{}",
        json.dumps({"election_uuid": FIRST, "credential": 1}),
        json.dumps({"election_uuid": FIRST, "credential": "\ud800"}),
        "[" * 100_000,
    ],
    ids=range(6),
)
def test_a_ballot_must_at_least_name_its_credential(text):
    log = Log().until_open()
    with refuses("ballot_invalid"):
        log.add("BallotAccepted", contest=FIRST, ballot=log.document(text))


def test_with_revote_a_second_ballot_counts_the_holder_once():
    log = Log().until_open()
    log.register("ann")
    log.ballot("ann")
    log.ballot("ann", mark="again")
    assert log.state.ballots == {FIRST: 1, SECOND: 0}


def test_without_revote_a_second_ballot_is_refused_also_after_a_new_registration():
    log = Log(revote=False).until_open()
    first = log.register("ann")
    log.ballot("ann")
    with refuses("already_voted"):
        log.ballot("ann", mark="again")
    log.register("ann2", replaces=first)
    with refuses("already_voted"):
        log.ballot("ann2")
    log.ballot("ann2", SECOND)


def test_no_ballot_between_suspend_and_resume():
    log = Log().until_open()
    log.register("ann")
    log.act("suspend")
    with refuses("suspended"):
        log.ballot("ann")
    with refuses("order"):
        log.act("suspend")
    log.act("resume")
    log.ballot("ann")
    with refuses("order"):
        log.act("resume")


@pytest.mark.parametrize(
    ("name", "closes"),
    [
        ("extend", "2025-03-24T23:59+09:00"),
        ("extend", "2025-03-25T00:00+09:00"),
        ("end-early", "2025-03-24T15:00:01+00:00"),
    ],
)
def test_an_end_is_moved_in_the_direction_that_the_act_says(name, closes):
    log = Log().until_open()
    with refuses("closes_direction"):
        log.act(name, change={"closes": closes})


def test_only_a_roll_can_be_changed():
    log = Log().until_open()
    with refuses("roll_not_due"):
        log.act("change-roll", change={"groups": [], "root": "00" * 32})


def test_a_log_key_is_rotated_to_another_of_the_same_name():
    log = Log().until_open()
    new = note.LogKey(ORIGIN, key("new").public_key().public_bytes_raw()).text
    with refuses("log_key_invalid"):
        log.act("rotate-key", change={"log_key": LOG_KEY})
    log.act("rotate-key", change={"log_key": new})
    assert log.state.log_key == new


def test_a_policy_is_changed_to_one_about_this_log():
    log = Log().until_open()
    with refuses("policy_invalid"):
        log.act("change-policy", change={"witness_policy": "nonsense\n"})
    text = policy.none_policy(LOG_KEY)
    log.act("change-policy", change={"witness_policy": text})
    assert log.state.witness_policy == text


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("field", ["holders", "ballots"])
def test_the_end_says_the_true_numbers(place, field):
    log = Log().until_open()
    log.register("ann")
    log.ballot("ann")
    wrong = log.end_counts()
    wrong[place][field] += 1
    with refuses("end_counts"):
        log.add("VotingEnded", contests=wrong)


def test_o13_nothing_of_a_voter_stands_after_the_end():
    log = Log().until_open()
    log.register("ann")
    log.end()
    with refuses("closed"):
        log.ballot("ann")
    with refuses("closed"):
        log.register("bob")
    with refuses("order"):
        log.end()


def test_voting_may_end_while_it_is_suspended():
    log = Log().until_open()
    log.act("suspend")
    log.end()


def test_strikes_stand_once_before_the_first_tally():
    log = Log().until_open()
    ann = log.register("ann")
    log.end().strike(ann)
    with refuses("order"):
        log.strike(ann)
    log.tally(FIRST)
    with refuses("order"):
        log.strike(ann)


def test_o07_nobody_is_struck_while_voting_is_open():
    log = Log().until_open()
    ann = log.register("ann")
    with refuses("order"):
        log.strike(ann)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '[{"holder":5}]',
        '[{"holder":5,"more":1,"reason":"r"}]',
        '[{"holder":true,"reason":"r"}]',
        '[{"holder":5,"reason":1}]',
        '[ {"holder":5,"reason":"r"}]',
        '["x"]',
        '[{"holder":5,"reason":"r"},{"holder":5,"reason":"r"}]',
        '[{"holder":6,"reason":"r"},{"holder":5,"reason":"r"}]',
    ],
)
def test_a_list_of_struck_holders_is_canonical_and_sorted(text):
    log = Log().until_open()
    log.register("ann")
    log.end()
    with refuses("strikes_invalid"):
        log.strike(text=text, count=1)


def test_only_holders_are_struck_and_they_are_counted():
    log = Log().until_open()
    ann = log.register("ann")
    second = log.register("ann2", replaces=ann)
    log.end()
    before = log.state
    for holder in (0, second, 99):
        log.rewind(before)
        with refuses("strike_unknown"):
            log.strike(holder)
    log.rewind(before)
    with refuses("strikes_count"):
        log.strike(ann, count=2)


def test_one_tally_per_contest_in_the_definitions_order():
    log = Log().until_open().end()
    with refuses("tally_order"):
        log.tally(SECOND)
    log.tally(FIRST)
    with refuses("tally_order"):
        log.tally(FIRST)
    log.tally(SECOND)
    with refuses("order"):
        log.tally(SECOND)


def test_o14_nothing_is_decrypted_before_every_tally_is_fixed():
    log = Log().until_open()
    with refuses("order"):
        log.decrypt(FIRST, 1)
    log.end()
    log.tally(FIRST)
    with refuses("order"):
        log.decrypt(FIRST, 1)


def _tallied(ballots=1, **changes):
    log = Log(**changes).until_open().end()
    for contest in CONTESTS:
        log.tally(contest, ballots)
    return log


def test_below_the_minimum_nothing_is_decrypted_or_declared():
    log = _tallied(ballots=0)
    with refuses("too_few_ballots"):
        log.decrypt(FIRST, 1)
    before = log.state
    with refuses("too_few_ballots"):
        log.act("certify", log.result(FIRST))
    log.rewind(before)
    log.act("certify", *(log.result(contest, result=None) for contest in CONTESTS))


def test_each_trustee_decrypts_once_and_none_beyond_the_threshold():
    log = _tallied()
    log.decrypt(FIRST, 2)
    with refuses("trustee_twice"):
        log.decrypt(FIRST, 2)
    log.decrypt(FIRST, 1)
    with refuses("decryption_complete"):
        log.decrypt(FIRST, 3)
    with refuses("trustee_unknown"):
        log.decrypt(SECOND, 4)


def test_p02_as_many_trustees_as_can_decrypt_mix_before_anybody_decrypts():
    log = _tallied(mixed=[FIRST])
    with refuses("shuffles_missing"):
        log.decrypt(FIRST, 1)
    with refuses("shuffle_order"):
        log.shuffle(FIRST, 3, 2)
    log.shuffle(FIRST, 3, 1)
    with refuses("shuffles_missing"):
        log.decrypt(FIRST, 1)
    with refuses("trustee_twice"):
        log.shuffle(FIRST, 3, 2)
    with refuses("trustee_unknown"):
        log.shuffle(FIRST, 4, 2)
    log.shuffle(FIRST, 1, 2)
    with refuses("shuffles_complete"):
        log.shuffle(FIRST, 2, 3)
    with refuses("contest_unknown"):
        log.shuffle("Zzzzzzzzzzzzzz", 1, 1)
    with refuses("factors_unproven"):
        log.add("PartiallyDecrypted", contest=FIRST, trustee=2, decryption=log.document("f"))
    with refuses("factors_unproven"):
        made = {"decryption": log.document("f"), "proof": PROOF}
        log.add("PartiallyDecrypted", contest=SECOND, trustee=2, **made)
    log.decrypt(FIRST, 2)
    log.decrypt(FIRST, 1)
    assert log.state.shuffled == {FIRST: (3, 1)}
    assert order.State.from_json(json.loads(json.dumps(log.state.to_json()))) == log.state


def test_more_mixers_than_the_threshold_may_be_asked_for():
    trustees = {"names": ["a", "b", "c"], "threshold": 2, "mixers": 3}
    log = _tallied(mixed=[FIRST], trustees=trustees)
    for trustee in (1, 2, 3):
        with refuses("shuffles_missing"):
            log.decrypt(FIRST, 1)
        log.shuffle(FIRST, trustee, trustee)
    log.decrypt(FIRST, 1)


def test_more_mixers_than_trustees_are_no_definition():
    with refuses("definition_invalid"):
        Log(trustees={"names": ["a"], "threshold": 1, "mixers": 2}).defined()


def test_ballots_that_are_added_up_are_not_mixed():
    log = _tallied(mixed=[FIRST])
    with refuses("shuffles_complete"):
        log.shuffle(SECOND, 1, 1)
    log.decrypt(SECOND, 1)


def test_below_the_minimum_nothing_is_mixed():
    log = _tallied(ballots=0, mixed=[FIRST])
    with refuses("too_few_ballots"):
        log.shuffle(FIRST, 1, 1)


def test_sheets_lots_audit_and_certification_wait_for_all_decryptions():
    log = _tallied()
    sheet = {"type": "SheetsEntered", "contest": FIRST, "place": "hall", "source": "00" * 32}
    with refuses("decryption_incomplete"):
        log.act("sheets", {**sheet, "sheets": log.document("[]")})
    with refuses("decryption_incomplete"):
        log.add("RegistrationAudited", **audit(log))
    with refuses("decryption_incomplete"):
        log.act("certify", log.result(FIRST))


def test_a_sheet_is_of_a_contest_of_this_election():
    log = Log().until_decrypted()
    sheet = {"type": "SheetsEntered", "contest": "Zzzzzzzzzzzzzz", "place": "hall"}
    with refuses("contest_unknown"):
        log.act("sheets", {**sheet, "source": "00" * 32, "sheets": log.document("[]")})


def test_after_the_first_sheet_nothing_is_decrypted_and_after_the_audit_no_sheet_comes():
    log = Log().until_decrypted()
    sheet = {"type": "SheetsEntered", "contest": FIRST, "place": "hall", "source": "00" * 32}
    log.act("sheets", {**sheet, "sheets": log.document("[]")})
    with refuses("order"):
        log.decrypt(FIRST, 2)
    log.add("RegistrationAudited", **audit(log))
    with refuses("order"):
        log.act("sheets", {**sheet, "sheets": log.document("[]")})


def test_an_audit_finds_at_most_what_it_checked():
    log = Log().until_decrypted()
    with refuses("audit_counts"):
        log.add("RegistrationAudited", **audit(log, checked=1, faulty=2))


def test_a_result_is_declared_once_per_contest_and_only_of_this_election():
    log = Log().until_decrypted()
    log.act("certify", log.result(FIRST))
    before = log.state
    with refuses("declared_twice"):
        log.act("certify", log.result(FIRST))
    log.rewind(before)
    with refuses("contest_unknown"):
        log.act("certify", log.result("Zzzzzzzzzzzzzz"))


def test_a_decrypted_contest_is_declared_with_its_result():
    log = Log().until_decrypted()
    with refuses("result_missing"):
        log.act("certify", log.result(FIRST, result=None))


def test_after_the_results_only_purges_and_three_acts_may_come():
    log = Log().until_declared()
    with refuses("order"):
        log.act("certify", log.result(FIRST))
    with refuses("order"):
        log.add("RegistrationAudited", **audit(log))
    with refuses("order"):
        log.act("suspend")
    log.act("purge", {"type": "Purged", "kinds": ["links"], "counts": [3]})
    log.act("purge", {"type": "Purged", "kinds": ["evidence"], "counts": [3]})


def test_nothing_is_purged_before_the_results():
    log = Log().until_decrypted()
    with refuses("order"):
        log.act("purge", {"type": "Purged", "kinds": ["links"], "counts": [3]})


@settings(max_examples=60)
@given(st.integers(1, 30), st.integers(1, 30))
def test_p11_no_two_entries_of_an_election_can_change_places(one, other):
    """Swapping any two entries that differ in type is a breach of the order."""
    log = Log().until_declared()
    made = list(log.entries)
    one, other = one % len(made), other % len(made)
    made[one], made[other] = made[other], made[one]
    if made[one]["type"] != made[other]["type"]:
        with pytest.raises(Rejected):
            replay(made, log.blob)


@settings(max_examples=40)
@given(st.integers(0, 30))
def test_p11_no_entry_before_the_results_can_be_left_out(at):
    log = Log().until_declared()
    made = list(log.entries)
    removed = made.pop(at % (len(made) - 1))
    if removed["type"] != "PartiallyDecrypted":
        with pytest.raises(Rejected):
            replay(made, log.blob)
