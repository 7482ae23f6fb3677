"""Schemas, keys, documents and blobs (board.md 2.2, 2.3; section 7 rows 6, 7, 18)."""

import base64
import hashlib
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from board_logs import CONTESTS, PROOF, Log
from tsukuba_trust.board import canonical, entries, schemas
from tsukuba_trust.crypto import ballot
from tsukuba_trust.errors import Refused, Rejected

BALLOT = {"type": "BallotAccepted", "contest": CONTESTS[0], "ballot": {"text": "b"}}


def whole_election():
    log = Log().until_decrypted()
    log.act("certify", *(log.result(contest) for contest in CONTESTS))
    log.act("purge", {"type": "Purged", "kinds": ["links"], "counts": [3]})
    return log.entries


def _shuffle(log):
    made = {"trustee": 1, "step": 1, "shuffle": log.document("s"), "proof": PROOF}
    return {"contest": CONTESTS[0], **made}


SAMPLES = {entry["type"]: entry for entry in whole_election()} | {
    "RollFixed": {"type": "RollFixed", "groups": [{"name": "g", "electors": 1}], "root": "0" * 64},
    "HoldersStruck": {"type": "HoldersStruck", "holders": {"text": "[]"}, "count": 1, "act": 3},
    "Shuffled": {"type": "Shuffled", **_shuffle(Log())},
    "SheetsEntered": {
        "type": "SheetsEntered",
        "contest": CONTESTS[0],
        "place": "hall",
        "sheets": {"text": "[]"},
        "source": "0" * 64,
        "act": 3,
    },
    "LotDrawn": {
        "type": "LotDrawn",
        "contest": CONTESTS[0],
        "tie": {"text": "{}"},
        "order": ["a"],
        "act": 3,
    },
    "RegistrationAudited": {
        "type": "RegistrationAudited",
        "checked": 1,
        "faulty": 0,
        "sample": {"text": "[]"},
        "auditors": [{"name": "x", "signature": "A" * 86 + "=="}],
    },
}


def test_there_is_a_sample_of_every_type():
    assert set(SAMPLES) == set(schemas.SCHEMAS)


@pytest.mark.parametrize("kind", schemas.SCHEMAS)
def test_a_good_entry_survives_reading_and_equals_a_strangers_bytes(kind):
    data = entries.encode_entry(SAMPLES[kind])
    assert entries.read_entry(data) == SAMPLES[kind]
    assert rfc8785.dumps(SAMPLES[kind]) == data


@pytest.mark.parametrize("kind", schemas.SCHEMAS)
def test_no_field_may_be_missing_or_added(kind):
    entry = SAMPLES[kind]
    for name in set(entry) - {"type", "replaces", "result"}:
        with pytest.raises(Rejected, match="schema"):
            entries.check_schema({key: entry[key] for key in entry if key != name})
    with pytest.raises(Rejected, match="unknown field"):
        entries.check_schema({**entry, "locale": "en"})


WRONG = [None, True, -1, 1.5, "?", "", [], {}, [None], {"text": 1}, {"sha256": "00", "size": 1}]


@pytest.mark.parametrize("kind", schemas.SCHEMAS)
def test_no_field_takes_a_value_of_another_kind(kind):
    """Of eleven odd values each field refuses all but the few that are of its own kind."""
    entry = SAMPLES[kind]
    for name in set(entry) - {"type"}:
        accepted = []
        for value in WRONG:
            try:
                entries.check_schema({**entry, name: value})
                accepted.append(value)
            except Rejected as error:
                assert error.code == "schema"
        assert len(accepted) <= 1, (name, accepted)


def _paths(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, (*path, index))
    else:
        yield path


@pytest.mark.parametrize("kind", schemas.SCHEMAS)
def test_no_value_deep_inside_may_become_null(kind):
    for path in _paths(SAMPLES[kind]):
        changed = json.loads(json.dumps(SAMPLES[kind]))
        inner = changed
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = None
        with pytest.raises(Rejected):
            entries.check_schema(changed)


def test_b09_a_ballot_on_the_board_has_no_locale_agent_address_or_time():
    """Nothing but contest and ballot can stand there: the schema is exactly these fields."""
    assert set(SAMPLES["BallotAccepted"]) == {"type", "contest", "ballot"}
    for name in ("locale", "user_agent", "ip", "at", "time", "index", "tracker"):
        with pytest.raises(Rejected, match="unknown field"):
            entries.check_schema({**BALLOT, name: "x"})
        with pytest.raises(Rejected, match="unknown field"):
            entries.check_schema({**BALLOT, "ballot": {"text": "b", name: "x"}})


def test_b09_no_entry_but_an_act_has_a_time():
    for kind, entry in SAMPLES.items():
        names = {step for path in _paths(entry) for step in path if isinstance(step, str)}
        assert (kind == "OfficersAct") == bool(names & {"at", "time", "timestamp", "date"})


def test_a_ballot_is_never_larger_than_any_that_can_be_read():
    size = ballot.MAX_BYTES
    document = {"sha256": "0" * 64, "size": size}
    entries.check_schema({**BALLOT, "ballot": document})
    with pytest.raises(Rejected, match=r"ballot\.size"):
        entries.check_schema({**BALLOT, "ballot": {**document, "size": size + 1}})


@pytest.mark.parametrize("kind", [None, 1, "Unknown", ["BallotAccepted"]])
def test_it_refuses_an_unknown_type(kind):
    with pytest.raises(Rejected, match="type_unknown"):
        entries.check_schema({**BALLOT, "type": kind})


@pytest.mark.parametrize("value", [[], "a", 1, None])
def test_it_refuses_what_is_no_object(value):
    with pytest.raises(Rejected, match="type_unknown"):
        entries.check_schema(value)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("extend", None),
        ("extend", {}),
        ("extend", {"closes": "2025-03-25"}),
        ("extend", {"closes": "2025-02-30T00:00+09:00"}),
        ("extend", {"closes": "2025-03-25T00:00Z"}),
        ("extend", {"closes": "2025-03-25T00:00+09:00", "more": 1}),
        ("suspend", {"closes": "2025-03-25T00:00+09:00"}),
        ("change-approval", {"approval": {"total": 0, "from_each": []}}),
        ("change-roll", {"root": "00" * 32}),
        ("correct", {}),
        ("correct", {"text": "a comma", "booth": [{"name": "booth.js", "sha256": "00" * 32}]}),
        ("correct", {"booth": []}),
        ("correct", {"booth": [{"name": "booth.js", "sha256": "00"}]}),
        ("correct", {"booth": [{"name": "booth.js", "sha256": "00" * 32, "more": 1}]}),
        ("correct", {"booth": [{"name": n, "sha256": "00" * 32} for n in ("b", "a")]}),
        ("correct", {"booth": [{"name": n, "sha256": "00" * 32} for n in ("a", "a")]}),
    ],
)
def test_an_act_has_exactly_the_change_that_belongs_to_it(name, change):
    act = {**SAMPLES["OfficersAct"], "act": name}
    with pytest.raises(Rejected, match="schema"):
        entries.check_schema(act if change is None else {**act, "change": change})


@pytest.mark.parametrize(
    "change", [{"text": "a comma"}, {"booth": [{"name": "booth.js", "sha256": "00" * 32}]}]
)
def test_a_correction_says_what_is_right_or_names_the_booths_files(change):
    entries.check_schema({**SAMPLES["OfficersAct"], "act": "correct", "change": change})


@pytest.mark.parametrize("at", ["2025-03-25T00:00:00+09:00", "2025-03-25T24:00+09:00", "today"])
def test_an_act_is_dated_to_the_minute(at):
    with pytest.raises(Rejected, match="schema"):
        entries.check_schema({**SAMPLES["OfficersAct"], "at": at})


def test_a_purge_counts_each_kind():
    with pytest.raises(Rejected, match="one per kind"):
        entries.check_schema({**SAMPLES["Purged"], "counts": [1, 2]})


@pytest.mark.parametrize(
    "uuid", ["short", "0Rjeajbna8huFh", "HRjeJJBNa8huFI", "HRjeJJBNa8huFh\n", "H" * 65]
)
def test_a_contest_is_named_by_a_belenios_uuid(uuid):
    with pytest.raises(Rejected, match="contest uuid"):
        entries.check_schema({**BALLOT, "contest": uuid})


def _padded(size):
    """Return a valid entry of exactly ``size`` bytes."""
    policy = "x"
    entry = {**SAMPLES["ElectionDefined"], "witness_policy": policy}
    missing = size - len(canonical.encode(entry))
    return {**entry, "witness_policy": policy + "x" * missing}


def test_it_writes_an_entry_of_65535_bytes():
    data = entries.encode_entry(_padded(65_535))
    assert len(data) == 65_535
    assert entries.read_entry(data)["type"] == "ElectionDefined"


def test_it_refuses_an_entry_of_65536_bytes_before_anything_is_written():
    with pytest.raises(Refused, match="entry_too_large"):
        entries.encode_entry(_padded(65_536))
    with pytest.raises(Rejected, match="entry_too_large"):
        entries.read_entry(canonical.encode(_padded(65_536)))


# Documents and blobs


def _escaped(size):
    """Return a text whose JSON string has exactly ``size`` bytes, quotes and escapes too."""
    return '"' * ((size - 2) // 2) + "x" * (size % 2)


def no_blob(digest, size):
    raise Rejected("blob_missing", step="3")


def test_a_document_of_32768_escaped_bytes_stands_inline():
    made, blob = entries.document(_escaped(32_768))
    assert (made, blob) == ({"text": _escaped(32_768)}, None)
    assert entries.document_text(made, no_blob) == _escaped(32_768)


def test_a_document_of_32769_escaped_bytes_is_a_blob():
    text = _escaped(32_769)
    made, blob = entries.document(text)
    assert made == {"sha256": hashlib.sha256(text.encode()).hexdigest(), "size": len(text)}
    assert entries.document_text(made, lambda digest, size: blob) == text


def test_inline_text_of_32769_escaped_bytes_is_refused():
    with pytest.raises(Rejected, match="inline_too_long"):
        entries.document_text({"text": _escaped(32_769)}, no_blob)


def test_a_blob_of_32768_escaped_bytes_is_refused():
    data = _escaped(32_768).encode()
    with pytest.raises(Rejected, match="blob_not_due"):
        entries.document_text(entries.blob_document(data), lambda digest, size: data)


def test_a_field_that_is_always_a_blob_is_one_however_short():
    made, blob = entries.document("short", blob=True)
    assert entries.document_text(made, lambda digest, size: blob, blob=True) == "short"
    with pytest.raises(Rejected, match="inline_too_long"):
        entries.document_text({"text": "short"}, no_blob, blob=True)


@pytest.mark.parametrize("wrong", [b"short", b"longer!", b"other!"])
def test_a_blob_of_another_size_or_digest_is_refused(wrong):
    made = entries.blob_document(b"right!")
    with pytest.raises(Rejected, match="blob_invalid"):
        entries.read_blob(made, lambda digest, size: wrong)


def test_a_missing_blob_is_a_finding_of_its_own():
    with pytest.raises(Rejected, match="blob_missing"):
        entries.document_text(entries.blob_document(b"x"), no_blob, blob=True)


def test_a_blob_that_is_no_text_is_refused():
    with pytest.raises(Rejected, match="blob_not_text"):
        entries.document_text(entries.blob_document(b"\xff"), lambda d, s: b"\xff", blob=True)


def test_a_lone_surrogate_is_no_document():
    with pytest.raises(Rejected, match="not_canonical"):
        entries.document("\ud800")


@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_reading_a_document_undoes_writing_it(text, always):
    made, blob = entries.document(text, blob=always)
    assert entries.document_text(made, lambda d, s: blob, blob=always) == text
    digest = hashlib.sha256(text.encode()).digest()
    assert entries.document_digest(made) == digest.hex()
    assert entries.document_tracker(made) == base64.b64encode(digest).decode()[:43]


def test_every_document_of_every_type_is_known_by_its_place():
    for kind, entry in SAMPLES.items():
        found = sorted(canonical.encode(doc) for doc, _ in entries.documents(entry))
        assert found == sorted(canonical.encode(doc) for doc in _documents(entry)), kind


def _documents(value):
    if isinstance(value, dict):
        if set(value) in ({"text"}, {"sha256", "size"}):
            yield value
        for name, item in value.items():
            if name != "archive":
                yield from _documents(item)
    elif isinstance(value, list):
        for item in value:
            yield from _documents(item)


# Keys


def test_a_key_is_the_digest_of_type_and_key_fields():
    act = SAMPLES["OfficersAct"]
    array = f'["OfficersAct",{act["number"]}]'.encode()
    assert entries.entry_keys(act) == [hashlib.sha256(array).digest()]


def test_a_registration_has_one_key_per_credential():
    entry = SAMPLES["CredentialsRegistered"]
    wanted = [entries.credential_key(c["contest"], c["credential"]) for c in entry["credentials"]]
    assert entries.entry_keys(entry) == wanted
    assert len(set(wanted)) == len(CONTESTS)


def test_a_ballot_has_one_key_whether_it_stands_inline_or_beside():
    text = _escaped(32_769)
    inline, beside = {"text": text}, entries.blob_document(text.encode())
    keys = [entries.entry_keys({**BALLOT, "ballot": document}) for document in (inline, beside)]
    assert keys[0] == keys[1] == [entries.tracker_key(entries.document_tracker(inline))]


@pytest.mark.parametrize(
    ("kind", "other", "alike"),
    [
        ("VotingEnded", {"contests": []}, True),
        ("TallyFixed", {"ballots": 9}, True),
        ("TallyFixed", {"contest": CONTESTS[0]}, False),
        ("PartiallyDecrypted", {"trustee": 2}, False),
        ("Shuffled", {"trustee": 2}, True),
        ("Shuffled", {"step": 2}, False),
        ("SheetsEntered", {"place": "school"}, False),
        ("LotDrawn", {"order": ["b"]}, True),
        ("LotDrawn", {"tie": {"text": "other"}}, False),
        ("ResultDeclared", {"act": 1}, False),
        ("Purged", {"act": 1}, False),
    ],
)
def test_two_entries_share_a_key_exactly_in_their_key_fields(kind, other, alike):
    entry = SAMPLES[kind]
    same = entries.entry_keys(entry) == entries.entry_keys({**entry, **other})
    assert same == alike


def test_p08_keys_of_different_types_and_fields_never_meet():
    keys = [key for entry in SAMPLES.values() for key in entries.entry_keys(entry)]
    assert len(set(keys)) == len(keys)
    one = {**SAMPLES["SheetsEntered"], "place": "a", "act": 11}
    other = {**SAMPLES["SheetsEntered"], "place": "a1", "act": 1}
    assert entries.entry_keys(one) != entries.entry_keys(other)


# What is signed


def test_signing_bytes_name_type_and_origin_and_leave_the_signature_out():
    data = entries.signing_bytes("board/x", {"type": "VotingOpened", "rehearsal": 2, "s": 1}, "s")
    assert data == b'tsukuba-trust/VotingOpened/v1\nboard/x\n{"rehearsal":2,"type":"VotingOpened"}'


@given(st.text("a/\n", max_size=4), st.text("a/\n", max_size=4))
def test_p08_signing_bytes_of_two_origins_never_meet(one, other):
    made = [entries.signing_bytes(o, BALLOT, "s") for o in (one, other)]
    assert (made[0] == made[1]) == (one == other)
