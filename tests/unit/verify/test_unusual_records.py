"""Records that are large, long in the making, incomplete or of another time."""

import errno
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import records
from record_log import Log
from record_parts import ORIGIN, UUIDS, contest, election, key, words
from tsukuba_trust.board import note, tiles
from tsukuba_trust.crypto import json_text
from tsukuba_trust.interfaces import IBallotScheme, ITallyMethod
from tsukuba_trust.values import Json
from tsukuba_trust.verify import record as programme
from tsukuba_trust.verify import steps_ballots
from tsukuba_trust.verify.record import verify_record
from tsukuba_trust.verify.report import Report

ONE = (("register", "ann"), ("cast", "ann", 0))


def verify(path: Path, **arguments: Any) -> Report:
    return verify_record(path, **{"registry": records.registry(), **arguments})


def found(report: Report) -> set[tuple[str, str, str, int | None]]:
    return {
        (finding.status, finding.step, finding.code, finding.entry)
        for finding in report.findings
        if finding.status not in ("passed", "note")
    }


@dataclass
class Fewer:
    """A registry in which not everything is switched on."""

    ballot_schemes: dict[str, IBallotScheme]
    tally_methods: dict[str, ITallyMethod]


# -- large trees ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    script = [("register", f"voter {i}") for i in range(600)]
    folder = tmp_path_factory.mktemp("large") / "record"
    return records.build(folder, script=script, until="voted", change={"files": with_older_tiles})


def with_older_tiles(files: dict[str, bytes], log: Log) -> dict[str, bytes]:
    """Keep the partial tiles of earlier heads, as an export does."""
    for size in (5, 300):
        files = {**records.tree(log, size), **files}
    return files


def test_a_tree_of_several_levels_verifies(large: Path) -> None:
    report = verify(large)
    assert report.exit_code == 0, report.to_text()
    assert (large / "tile/1/000.p/1").exists()


@pytest.mark.parametrize("name", ["tile/1/000.p/1", "tile/1/000.p/2", "tile/0/000.p/5"])
def test_a_false_hash_in_any_tile_is_named(name: str, large: Path) -> None:
    path = large / name
    kept = path.read_bytes()
    try:
        path.write_bytes(bytes(len(kept)))
        report = verify(large)
    finally:
        path.write_bytes(kept)
    assert {code for _, _, code, _ in found(report)} == {"tile_differs"}


@pytest.mark.parametrize("name", ["tile/entries/001", "tile/0/001"])
def test_a_file_that_is_not_in_this_copy_cannot_be_checked(name: str, large: Path) -> None:
    path = large / name
    kept = path.read_bytes()
    try:
        path.unlink()
        report = verify(large)
    finally:
        path.write_bytes(kept)
    assert {(status, code) for status, _, code, _ in found(report)} == {("missing", "file_missing")}
    assert report.exit_code == 2


def test_a_bundle_beyond_the_tree_is_a_finding(large: Path) -> None:
    extra = large / tiles.bundle_path(9, 1)
    extra.parent.mkdir(parents=True, exist_ok=True)
    extra.write_bytes(b"\0\1x")
    try:
        report = verify(large)
    finally:
        extra.unlink()
    assert "tile_beyond" in {code for _, _, code, _ in found(report)}


def test_many_refutations_of_one_kind_are_counted_not_listed(tmp_path: Path) -> None:
    script = [("register", f"voter {i}") for i in range(15)]
    stranger = {f"registration {i}": unoffered for i in range(15)}
    report = verify(records.build(tmp_path / "r", script=script, until="voted", change=stranger))
    refuted = [f for f in report.findings if f.status == "refuted"]
    assert len(refuted) == 11
    assert refuted[-1].detail == "5 more of this kind"


def unoffered(entry: Json, log: Log) -> Json:
    return {**entry, "provider": "roll-code"}


# -- plugins and policies -------------------------------------------------------------


def test_a_ballot_scheme_that_is_not_installed_makes_a_record_unusable(tmp_path: Path) -> None:
    path = records.build(tmp_path / "record")
    installed = records.registry()
    report = verify(path, registry=Fewer({}, dict(installed.tally_methods)))
    assert report.exit_code == 2
    assert ("unusable", "5", "scheme_not_installed", 0) in found(report)


def test_a_tally_method_that_is_not_installed_makes_a_record_unusable(tmp_path: Path) -> None:
    path = records.build(tmp_path / "record", until="tallied")
    report = verify(path, registry=Fewer(dict(records.registry().ballot_schemes), {}))
    assert report.exit_code == 2
    assert ("unusable", "5", "method_not_installed", 0) in found(report)


def test_a_question_kind_that_is_not_installed_makes_an_archive_unusable(tmp_path: Path) -> None:
    path = records.build(tmp_path / "record") / f"{UUIDS[0]}.bel"
    report = verify(path, registry=Fewer({}, {}))
    assert report.exit_code == 2
    assert "scheme_not_installed" in {code for _, _, code, _ in found(report)}


def witnessed(vkey: str) -> str:
    witness = note.LogKey("w.example", key("w").public_key().public_bytes_raw(), note.COSIGNATURE)
    return f"log {vkey}\nwitness w {witness.text} https://w.example/\nquorum w\n"


def test_a_quorum_that_this_release_cannot_check_is_not_passed_over(tmp_path: Path) -> None:
    def defined(entry: Json, log: Log) -> Json:
        return {**entry, "witness_policy": witnessed(entry["log_key"])}

    report = verify(records.build(tmp_path / "record", change={"defined": defined}))
    assert report.exit_code == 2
    assert ("unusable", "5", "witnesses_not_checked", 0) in found(report)


def test_a_policy_that_is_changed_by_act_is_said_again(tmp_path: Path) -> None:
    def changed(data: list[bytes], log: Log) -> list[bytes]:
        vkey = log.entry(0)["log_key"]
        log.act("change-policy", witness_policy=f"log {vkey}\nquorum none\n")
        return data

    report = verify(records.build(tmp_path / "record", change={"entries": changed}))
    assert report.exit_code == 0
    notes = [f.entry for f in report.findings if f.code == "no_witnesses"]
    assert notes == [0, 28]


def test_a_policy_that_cannot_be_read_is_a_breach_of_the_order(tmp_path: Path) -> None:
    policy = {"defined": lambda entry, log: {**entry, "witness_policy": "quorum"}}
    report = verify(records.build(tmp_path / "record", until="sealed", change=policy))
    assert ("refuted", "4", "policy_invalid", 0) in found(report)


def test_a_definition_that_is_none_is_refuted(tmp_path: Path) -> None:
    empty = {"defined": lambda entry, log: {**entry, "definition": {"text": "{}"}}}
    report = verify(records.build(tmp_path / "record", until="sealed", change=empty))
    assert ("refuted", "5", "definition_invalid", 0) in found(report)


def test_trustees_that_are_none_are_refuted(tmp_path: Path) -> None:
    broken = {"trustees": lambda text, log: "[]"}
    report = verify(records.build(tmp_path / "record", until="sealed", change=broken))
    assert ("refuted", "6", "trustees_form", 1) in found(report)


def test_a_record_that_is_none_is_refuted(tmp_path: Path) -> None:
    def fixed(entry: Json, log: Log) -> Json:
        entry["records"][0]["record"] = log.blob(b"{}")
        return entry

    path = records.build(tmp_path / "record", until="sealed", change={"trustees fixed": fixed})
    assert ("refuted", "6", "record_form", 1) in found(verify(path))


# -- lots, and what is not read yet ---------------------------------------------------

TIED = (("register", "ann"), ("cast", "ann", 0), ("register", "bob"), ("cast", "bob", 1))


def drawn(order: list[str]) -> dict[str, Callable[[Any, Log], Any]]:
    """Draw a lot between decryption and audit."""

    def draw(entry: Json, log: Log) -> Json:
        lot = {
            "type": "LotDrawn",
            "contest": UUIDS[0],
            "tie": log.document("{}"),
            "order": order,
            "act": log.acts + 1,
        }
        log.act("lot", subject=[lot])
        log.append(lot)
        log.lots.append(order)
        return entry

    return {"audit": draw}


def test_a_tie_is_reported_and_never_broken(tmp_path: Path) -> None:
    report = verify(records.build(tmp_path / "record", script=TIED, strikes=()))
    assert report.exit_code == 0, report.to_text()
    assert report.facts["contests"][0]["outcome"]["status"] == "tie"


def test_a_recorded_lot_decides_a_tie(tmp_path: Path) -> None:
    change = drawn(["option-b", "option-a"])
    report = verify(records.build(tmp_path / "record", script=TIED, strikes=(), change=change))
    assert report.exit_code == 0, report.to_text()
    assert report.facts["contests"][0]["outcome"]["elected"] == ["option-b"]


def test_an_outcome_against_the_lot_is_refuted(tmp_path: Path) -> None:
    change = drawn(["option-b", "option-a"])
    change["outcome 0"] = lambda text, log: text.replace('"option-b"', '"option-a"', 1)
    report = verify(records.build(tmp_path / "record", script=TIED, strikes=(), change=change))
    assert {code for _, _, code, _ in found(report)} == {"outcome_differs"}


def test_a_lot_that_no_tie_asked_for_is_refuted(tmp_path: Path) -> None:
    change = drawn(["option-c", "option-x"])
    change["outcome 0"] = lambda text, log: "{}"
    report = verify(records.build(tmp_path / "record", script=ONE, strikes=(), change=change))
    assert report.exit_code == 1


def test_paper_sheets_are_not_passed_over(tmp_path: Path) -> None:
    def enter(entry: Json, log: Log) -> Json:
        sheet = {
            "type": "SheetsEntered",
            "contest": UUIDS[0],
            "place": "hall",
            "sheets": log.document("{}"),
            "source": "0" * 64,
            "act": log.acts + 1,
        }
        log.act("sheets", subject=[sheet])
        log.append(sheet)
        return entry

    report = verify(records.build(tmp_path / "record", change={"audit": enter}))
    assert report.exit_code == 2
    assert ("unusable", "10", "entry_not_supported", 26) in found(report)


# -- copies that lack something -------------------------------------------------------


def lacking(name: Callable[[Log], str]) -> dict[str, Any]:
    """Leave one blob out; ``name`` returns its digest."""

    def files(made: dict[str, bytes], log: Log) -> dict[str, bytes]:
        digest = name(log)
        return {path: data for path, data in made.items() if not path.endswith(digest)}

    return {"change": {"files": files}}


LACKING: dict[str, tuple[Callable[[Log], str], set[str]]] = {
    "trustees": (lambda log: log.entry(1)["trustees"]["sha256"], {"3", "6"}),
    "a record": (lambda log: log.entry(1)["records"][0]["record"]["sha256"], {"3", "6"}),
    "an archive": (lambda log: log.entry(22)["archive"]["sha256"], {"9"}),
    "a result": (lambda log: log.entry(27)["result"]["sha256"], {"3", "10"}),
    "an outcome": (lambda log: log.entry(27)["outcome"]["sha256"], {"3", "10"}),
}


@pytest.mark.parametrize("what", LACKING)
def test_a_copy_without_a_blob_is_unusable_and_not_refuted(what: str, tmp_path: Path) -> None:
    name, where = LACKING[what]
    report = verify(records.build(tmp_path / "record", **lacking(name)))
    assert {step for _, step, _, _ in found(report)} >= where
    assert {(status, code) for status, _, code, _ in found(report)} == {("missing", "blob_missing")}
    assert report.exit_code == 2


def test_a_copy_without_the_definition_is_unusable_and_not_refuted(tmp_path: Path) -> None:
    of = election(description=words("長" * 12_000))
    name = lacking(lambda log: log.entry(0)["definition"]["sha256"])
    assert verify(records.build(tmp_path / "whole", of=of)).exit_code == 0
    report = verify(records.build(tmp_path / "record", of=of, **name))
    assert {status for status, _, _, _ in found(report)} == {"missing"}


def test_a_copy_without_the_rehearsal_is_unusable(tmp_path: Path) -> None:
    def rehearsed(entry: Json, log: Log) -> Json:
        return {**entry, "reason": {"sha256": "0" * 64, "size": 40_000}}

    report = verify(records.build(tmp_path / "record", change={"act rehearsed": rehearsed}))
    assert ("missing", "5", "blob_missing", 3) in found(report)
    assert report.exit_code == 2


def test_a_copy_without_a_decryption_is_unusable(tmp_path: Path) -> None:
    def decrypted(entry: Json, log: Log) -> Json:
        return {**entry, "decryption": {"sha256": "0" * 64, "size": 40_000}}

    report = verify(records.build(tmp_path / "record", change={"decrypted 0 3": decrypted}))
    assert ("missing", "10", "blob_missing", 23) in found(report)
    assert report.exit_code == 2


def test_a_copy_without_archives_says_so(tmp_path: Path) -> None:
    def files(made: dict[str, bytes], log: Log) -> dict[str, bytes]:
        return {name: data for name, data in made.items() if not name.endswith(".bel")}

    report = verify(records.build(tmp_path / "record", change={"files": files}))
    assert report.exit_code == 0
    assert "no_archive_copy" in {finding.code for finding in report.findings}


def test_a_long_ballot_whose_blob_is_missing_cannot_be_checked(tmp_path: Path) -> None:
    def accepted(entry: Json, log: Log) -> Json:
        return {**entry, "ballot": {"sha256": "0" * 64, "size": 40_000}}

    path = records.build(tmp_path / "record", until="voted", change={"accepted 1": accepted})
    report = verify(path)
    assert report.exit_code == 2
    assert ("missing", "8", "blob_missing", 8) in found(report)


def test_a_blob_that_is_no_text_cannot_be_checked(tmp_path: Path) -> None:
    def declared(entry: Json, log: Log) -> Json:
        return {**entry, "outcome": log.blob(b"\xff\xfe")}

    report = verify(records.build(tmp_path / "record", change={"declared 0": declared}))
    assert "blob_not_text" in {code for _, _, code, _ in found(report)}
    assert report.exit_code in (1, 2)


# -- ballots that spoil the count -----------------------------------------------------


def test_a_counted_ballot_with_false_proofs_is_named_by_both_steps(tmp_path: Path) -> None:
    """Its index on the board by step 8, its number in the archive by step 9.5 (attack B05)."""

    def spoil(text: str, log: Log) -> str:
        value = json.loads(text)
        proof = value["answers"][0]["individual_proofs"][0][0]
        proof["response"] = str(int(proof["response"]) ^ 1)
        uuid = value["election_uuid"]
        return log.sign("ann", uuid, value["answers"], log.records[uuid].fingerprint)

    report = verify(records.build(tmp_path / "record", change={"ballot 0": spoil}))
    assert ("refuted", "8", "proof_invalid", 6) in found(report)
    assert ("refuted", "9.5", "proof_invalid", 22) in found(report)


def test_a_counted_ballot_without_ciphertexts_is_named(tmp_path: Path) -> None:
    def empty(text: str, log: Log) -> str:
        value = json.loads(text)
        uuid = value["election_uuid"]
        return log.sign("ann", uuid, [{}], log.records[uuid].fingerprint)

    path = records.build(tmp_path / "r", until="ended", change={"ballot 0": empty})
    assert ("refuted", "8", "answer_form", 6) in found(verify(path))


def test_a_tally_over_ballots_that_cannot_be_added_is_refuted(tmp_path: Path) -> None:
    """The count was made over other ballots than the board shows."""

    def swap(data: list[bytes], log: Log) -> list[bytes]:
        entry = json.loads(data[6])
        ballot = json.loads(entry["ballot"]["text"])
        uuid = ballot["election_uuid"]
        text = log.sign("ann", uuid, [{}], log.records[uuid].fingerprint)
        ballot["answers"] = [{}]
        entry["ballot"]["text"] = json_text.write({**json.loads(text), "answers": [{}]})
        data[6] = json.dumps(
            entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()
        return data

    script = (("register", "ann"), ("cast", "ann", 0), ("register", "bob"), ("cast", "bob", 0))
    path = records.build(
        tmp_path / "r",
        script=script,
        strikes=(),
        until="tallied",
        change={"counted 0": only_bob, "entries": swap},
    )
    report = verify(path)
    assert report.exit_code == 1
    assert "ballot_unusable" in {code for _, _, code, _ in found(report)}


def only_bob(pairs: list[tuple[str, str]], log: Log) -> list[tuple[str, str]]:
    bob = log.holders["bob"].credentials[UUIDS[0]]
    return [pair for pair in pairs if pair[0] == bob]


@pytest.mark.parametrize(
    ("point", "change", "code"),
    [
        ("counted 0", lambda pairs, log: pairs[:-1], "archive_differs"),
        ("counted 0", lambda pairs, log: pairs[::-1], "archive_differs"),
        ("opens", lambda opens, log: opens + 1, "archive_differs"),
        ("tally 0", lambda text, log: text.replace("alpha", "alphb", 1), "tally_differs"),
    ],
)
def test_a_count_by_another_rule_is_refuted(
    point: str, change: Callable[[Any, Log], Any], code: str, tmp_path: Path
) -> None:
    report = verify(records.build(tmp_path / "record", until="tallied", change={point: change}))
    assert ("refuted", "9", code, 22) in found(report)


def test_a_struck_holder_who_is_counted_all_the_same_is_refuted(tmp_path: Path) -> None:
    def with_eve(pairs: list[tuple[str, str]], log: Log) -> list[tuple[str, str]]:
        eve = log.holders["eve"]
        pair = (eve.credentials[UUIDS[0]], eve.ballots[UUIDS[0]])
        group = log.trustees.group
        return sorted([*pairs, pair], key=lambda p: group.sort_key(group.reread(p[0])))

    report = verify(records.build(tmp_path / "record", change={"counted 0": with_eve}))
    assert ("refuted", "9", "tally_ballots", 22) in found(report)


def test_an_earlier_ballot_that_is_counted_instead_is_refuted(tmp_path: Path) -> None:
    """Attack B03: the last ballot counts, whatever the office would like better."""

    def older(pairs: list[tuple[str, str]], log: Log) -> list[tuple[str, str]]:
        ann = log.entry(6)["ballot"]["text"]
        other = log.entry(13)["ballot"]["text"]
        return [(c, ann if text == ann else other if text else "") for c, text in pairs]

    report = verify(
        records.build(tmp_path / "record", until="tallied", change={"counted 0": older})
    )
    assert ("refuted", "9", "archive_differs", 22) in found(report)


def test_a_trustee_number_that_does_not_exist_is_refuted(tmp_path: Path) -> None:
    change = {"decrypted 0 3": lambda entry, log: {**entry, "trustee": 4}}
    report = verify(records.build(tmp_path / "record", change=change))
    assert ("refuted", "10", "trustee_unknown", 23) in found(report)


def test_a_result_without_enough_decryptions_is_refuted(tmp_path: Path) -> None:
    change = {"entries": lambda data, log: [*data[:24], *data[25:]]}
    report = verify(records.build(tmp_path / "record", change=change))
    assert ("refuted", "10", "decryption_incomplete", 26) in found(report)


def test_a_decryption_that_is_none_is_refuted(tmp_path: Path) -> None:
    report = verify(records.build(tmp_path / "r", change={"partial 0 3": lambda text, log: "{}"}))
    assert ("refuted", "10", "decryption_form", 23) in found(report)


def test_a_result_of_another_shape_is_refuted(tmp_path: Path) -> None:
    change = {"result 0": lambda text, log: '{"result":[[3]]}', "outcome 0": lambda t, log: "{}"}
    report = verify(records.build(tmp_path / "r", **quiet(change)))
    assert ("refuted", "10", "result_form", 27) in found(report)


def quiet(change: dict[str, Callable[[Any, Log], Any]]) -> dict[str, Any]:
    """Let the builder write the outcome of the true result."""
    return {"change": change, "outcome_of": '{"result":[[2,1,0]]}'}


# -- earlier copies -------------------------------------------------------------------


def test_an_earlier_archive_of_another_contest_cannot_be_compared(tmp_path: Path) -> None:
    now = records.build(tmp_path / "now")
    of = election(contests=(contest(1),))
    other = records.build(tmp_path / "other", of=of) / f"{UUIDS[1]}.bel"
    report = verify(now, previous=other)
    assert ("unusable", "12", "previous_other", None) in found(report)


@pytest.mark.parametrize("content", [b"", b"BELENIOS\0 and nothing else"])
def test_an_earlier_copy_that_cannot_be_read_is_unusable(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "earlier.bel"
    path.write_bytes(content)
    assert verify(records.build(tmp_path / "now"), previous=path).exit_code == 2


def test_an_earlier_record_with_a_broken_head_is_unusable(tmp_path: Path) -> None:
    broken = {"files": lambda files, log: {**files, "checkpoint": b"no note"}}
    earlier = records.build(tmp_path / "earlier", change=broken)
    report = verify(records.build(tmp_path / "now"), previous=earlier)
    assert ("unusable", "12", "previous_unusable", None) in found(report)


def test_an_earlier_archive_without_a_setup_is_unusable(tmp_path: Path) -> None:
    now = records.build(tmp_path / "now")
    path = tmp_path / "earlier.bel"
    path.write_bytes(next(now.glob("*.bel")).read_bytes()[:1024])
    report = verify(now, previous=path)
    assert ("unusable", "12", "previous_unusable", None) in found(report)


def test_an_archive_is_compared_with_an_earlier_one(tmp_path: Path) -> None:
    now = records.build(tmp_path / "now") / f"{UUIDS[0]}.bel"
    before = records.build(tmp_path / "before", until="tallied") / f"{UUIDS[0]}.bel"
    other = records.build(tmp_path / "other", seed="another history") / f"{UUIDS[0]}.bel"
    assert verify(now, previous=before).exit_code == 0
    assert verify(now, previous=other).exit_code == 1


def test_a_trustee_compares_with_an_earlier_archive_too(tmp_path: Path) -> None:
    now = records.build(tmp_path / "now", until="tallied")
    before = now / f"{UUIDS[0]}.bel"
    assert verify(now, previous=before, for_trustee=True).exit_code == 0


# -- heads ----------------------------------------------------------------------------


def files_change(edit: Callable[[dict[str, bytes]], dict[str, bytes]]) -> dict[str, Any]:
    return {"change": {"files": lambda files, log: edit(dict(files))}}


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda f: {**f, "checkpoints/5": f["checkpoints/20"]}, "checkpoint_size"),
        (lambda f: {**f, "checkpoints/5": b"nothing"}, "note_malformed"),
        (lambda f: {**f, "checkpoints/index": b"20\n5\n"}, "checkpoint_index"),
        (lambda f: {**f, "checkpoint": b"nothing"}, "note_malformed"),
    ],
)
def test_a_head_that_is_not_what_its_name_says_is_refuted(
    edit: Callable[[dict[str, bytes]], dict[str, bytes]], code: str, tmp_path: Path
) -> None:
    report = verify(records.build(tmp_path / "record", **files_change(edit)))
    assert code in {found_code for _, _, found_code, _ in found(report)}
    assert report.exit_code == 1


def test_a_record_without_kept_heads_verifies(tmp_path: Path) -> None:
    def edit(files: dict[str, bytes]) -> dict[str, bytes]:
        return {name: data for name, data in files.items() if not name.startswith("checkpoints")}

    assert verify(records.build(tmp_path / "record", **files_change(edit))).exit_code == 0


def test_an_empty_log_is_no_election(tmp_path: Path) -> None:
    change = {"entries": lambda data, log: [], "act seal": lambda entry, log: entry}
    path = records.build(tmp_path / "record", until="sealed", change=change)
    report = verify(path)
    assert report.exit_code == 1
    assert "log_empty" in {code for _, _, code, _ in found(report)}


def test_a_pinned_key_that_is_no_key_refutes_nothing(tmp_path: Path) -> None:
    report = verify(records.build(tmp_path / "record"), log_key=f"{ORIGIN}+00000000+AAAA")
    assert report.exit_code == 2
    assert found(report) == {("unusable", "1", "log_key_invalid", None)}


# -- numbers and jobs -----------------------------------------------------------------


def test_electors_of_the_definition_count_where_there_is_no_roll(tmp_path: Path) -> None:
    of = election(electors=(100, "住民基本台帳"))
    path = records.build(tmp_path / "record", of=of, of_electors=100)
    assert verify(path).exit_code == 0


def test_an_unbound_registration_is_refused_where_the_election_wants_bound_ones(
    tmp_path: Path,
) -> None:
    unbound = {"registration 5": lambda entry, log: {**entry, "bound": False}}
    report = verify(records.build(tmp_path / "record", change=unbound))
    assert ("refuted", "7", "unbound_not_accepted", 14) in found(report)


@pytest.mark.parametrize("size", [1, 5_000])
def test_the_size_of_the_chunks_changes_nothing(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = records.build(tmp_path / "record")
    whole = verify(path)
    monkeypatch.setattr(steps_ballots, "CHUNK_BYTES", size)
    assert verify(path, jobs=2).to_json() == whole.to_json()


# -- never a traceback ----------------------------------------------------------------


def test_whatever_goes_wrong_inside_is_a_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*_: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(programme.steps_tree, "check_heads", burst)
    report = verify(records.build(tmp_path / "record"))
    assert report.exit_code == 2
    assert "unreadable" in {finding.code for finding in report.findings}


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    report = verify(tmp_path / "nowhere.bel")
    assert found(report) == {("unusable", "1", "file_unusable", None)}
    assert "nowhere.bel" in report.to_text()


def test_a_full_disk_is_no_verdict_on_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(programme.Spool, "add", full)
    monkeypatch.setattr(steps_ballots.Gathering, "add", full)
    report = verify(records.build(tmp_path / "record"))
    assert found(report) >= {("unusable", "1", "file_unusable", None)}
    assert report.exit_code == 2


OTHER = [0, 1, 2**60, True, "", "x", "A" * 43, [], {}, [[]], {"a": 1}, "0", "9" * 700]


def places(value: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found_places = [path]
    items = value.items() if isinstance(value, dict) else ()
    for key_, item in (*items, *(enumerate(value) if isinstance(value, list) else ())):
        found_places += places(item, (*path, key_))
    return found_places


def changed(value: Json, path: tuple[Any, ...], new: Json) -> Json:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("seed", range(30))
def test_any_other_value_in_an_entry_is_refuted_though_the_log_signs_it(
    seed: int, tmp_path: Path
) -> None:
    draw = random.Random(seed)

    def entries(data: list[bytes], log: Log) -> list[bytes]:
        index = draw.randrange(len(data))
        entry = json.loads(data[index])
        path = draw.choice(places(entry))
        spoiled = changed(entry, path, draw.choice(OTHER))
        text = json.dumps(spoiled, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return [*data[:index], text.encode(), *data[index + 1 :]]

    report = verify(records.build(tmp_path / "record", change={"entries": entries}))
    assert report.exit_code == 1, report.to_text()
    assert "unreadable" not in {finding.code for finding in report.findings}


def test_the_json_form_numbers_the_findings(tmp_path: Path) -> None:
    report = verify(records.build(tmp_path / "record"))
    value = json.loads(report.to_json())
    assert value["verdict"] == "accepted"
    assert [item["number"] for item in value["findings"]] == list(range(1, 15))
    assert value["findings"][-1]["entry"] == 25
