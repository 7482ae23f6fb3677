"""The corpus of broken records: one fault each, by the check that alone can see it (P03)."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import records
from record_log import Log
from record_parts import ORIGIN, contest, draws, election, key, public
from tsukuba_trust.board import entries, note, registration
from tsukuba_trust.crypto import json_text, proofs
from tsukuba_trust.values import Json

BOB = 8  # entry of bob's first ballot: a later one of his counts
DAN = 14  # entry of dan's registration: he never votes


@dataclass(frozen=True)
class Break:
    """A fault, and where the verifier must name it.

    :param make: arguments of ``records.make``
    :param entry: index, or None where a file is at fault
    :param previous: arguments of the earlier record, when step 12 is asked
    """

    step: str
    code: str
    entry: int | None = None
    make: dict[str, Any] = field(default_factory=dict)
    verify: dict[str, Any] = field(default_factory=dict)
    previous: dict[str, Any] | None = None
    previous_archive: bool = False

    def build(self, folder: Path) -> tuple[Path, dict[str, Any]]:
        """Write the record; return it and the arguments to verify it with."""
        arguments = dict(self.verify)
        if self.previous is not None:
            arguments["previous"] = records.build(folder / "previous", **self.previous)
        if self.previous_archive:
            arguments["previous"] = next(arguments["previous"].glob("*.bel"))
        return records.build(folder / "record", **self.make), arguments


def change(**hooks: Callable[[Any, Log], Any]) -> dict[str, Any]:
    """Return arguments that change one thing; ``_`` in a name stands for a space."""
    return {"change": {name.replace("_", " "): hook for name, hook in hooks.items()}}


# -- ballots --------------------------------------------------------------------------


def resigned(text: str, log: Log, *, phi: str = "", edit: Callable[[list[Json]], None]) -> str:
    value = json.loads(text)
    edit(value["answers"])
    uuid = value["election_uuid"]
    return log.sign("bob", uuid, value["answers"], phi or log.records[uuid].fingerprint)


def nothing(answers: list[Json]) -> None:
    """Leave answers as they are."""


def worse(proof: Json) -> None:
    """Spoil one proof."""
    proof["response"] = str(int(proof["response"]) ^ 1)


def wrong_hash(text: str, log: Log) -> str:
    value = json.loads(text)
    group = log.trustees.group
    secret = log.holders["bob"].secrets[value["election_uuid"]]
    value["signature"]["hash"] = "A" * 43
    proof = proofs.prove_knowledge(group, f"sig|{'A' * 43}|", secret, log.draw)
    value["signature"]["proof"] = proofs.proof_json(proof)
    return json_text.write(value)


def wrong_signature(text: str, log: Log) -> str:
    value = json.loads(text)
    worse(value["signature"]["proof"])
    return json_text.write(value)


def same_randomness(text: str, log: Log) -> str:
    uuid = log.election.contests[0].uuid
    context = log.context(uuid, log.holders["bob"].credentials[uuid])
    choice = [1, 0, 0] if log.casts == 2 else [0, 1, 0]
    answer = log.scheme.seal_answer(context, choice, draws("used twice"))
    return log.sign("bob", uuid, [answer], log.records[uuid].fingerprint)


BALLOTS = {
    "steps_ballots.check_form": Break(
        "8", "ballot_form", BOB, change(ballot_1=lambda text, log: text.replace(",", ", ", 1))
    ),
    "steps_ballots.check_fingerprint": Break(
        "8",
        "ballot_fingerprint",
        BOB,
        change(ballot_1=lambda text, log: resigned(text, log, phi="B" * 43, edit=nothing)),
    ),
    "steps_ballots.check_hash": Break("8", "ballot_hash", BOB, change(ballot_1=wrong_hash)),
    "steps_ballots.check_signature": Break(
        "8", "signature_invalid", BOB, change(ballot_1=wrong_signature)
    ),
    "steps_ballots.check_answer_count": Break(
        "8",
        "ballot_answers",
        BOB,
        change(ballot_1=lambda text, log: resigned(text, log, edit=lambda a: a.append(a[0]))),
    ),
    "steps_ballots.check_answer": Break(
        "8",
        "proof_invalid",
        BOB,
        change(
            ballot_1=lambda text, log: resigned(
                text, log, edit=lambda a: worse(a[0]["overall_proof"][0])
            )
        ),
    ),
    "steps_ballots.check_not_copied": Break(
        "8", "component_seen", BOB + 1, change(ballot_1=same_randomness, ballot_2=same_randomness)
    ),
}


# -- counting, result -----------------------------------------------------------------


def other_numbers(text: str, log: Log) -> str:
    counts = json.loads(text)["result"][0]
    return json_text.write({"result": [[counts[1], counts[0], *counts[2:]]]})


def spoiled_decryption(text: str, log: Log) -> str:
    value = json.loads(text)
    worse(value["decryption_proofs"][0][0])
    return json_text.write(value)


COUNTING = {
    "steps_counting.check_archive": Break(
        "9",
        "archive_differs",
        22,
        change(tallied_0=lambda entry, log: {**entry, "archive": log.blob(b"another archive")}),
    ),
    "steps_counting.check_tally": Break(
        "9", "tally_differs", 22, change(tallied_0=lambda entry, log: {**entry, "tally": "0" * 64})
    ),
    "steps_counting.check_ballots": Break(
        "9", "tally_ballots", 22, change(tallied_0=lambda entry, log: {**entry, "ballots": 4})
    ),
    "steps_counting.check_copy": Break(
        "9", "archive_copy_differs", None, change(final_0=lambda data, log: data[:-1] + b"x")
    ),
    "steps_result.check_decryption": Break(
        "10", "decryption_proof_invalid", 24, change(partial_0_1=spoiled_decryption)
    ),
    "steps_result.check_result_form": Break(
        "10", "result_form", 27, change(result_0=lambda text, log: text.replace(",", ", ", 1))
    ),
    "steps_result.check_result": Break("10", "result_differs", 27, change(result_0=other_numbers)),
    "steps_result.check_outcome": Break(
        "10",
        "outcome_differs",
        27,
        change(outcome_0=lambda text, log: text.replace("option-a", "option-b", 1)),
    ),
    "steps_result.check_audit": Break(
        "11", "auditors_too_few", 25, change(auditors=lambda names, log: names[:1])
    ),
    "steps_result.check_audit_size": Break(
        "11", "audit_counts", 25, change(audit=lambda entry, log: {**entry, "checked": 99})
    ),
}


# -- entries and files ----------------------------------------------------------------


def spaced(data: list[bytes], log: Log) -> list[bytes]:
    data[DAN] = data[DAN].replace(b":", b": ", 1)
    return data


def twice(text: str, log: Log) -> str:
    first = entries.document_text(log.entry(BOB)["ballot"], lambda sha, size: b"")
    return str(first)


def file_change(name: str, edit: Callable[[bytes], bytes]) -> dict[str, Any]:
    def files(found: dict[str, bytes], log: Log) -> dict[str, bytes]:
        return {**found, name: edit(found.get(name, b""))}

    return change(files=files)


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def foreign(data: bytes) -> bytes:
    """Sign a head anew with a key of the same name that is not the log's."""
    head = note.peek_checkpoint(data)
    text = note.sign_checkpoint(head.origin, head.size, head.root, ORIGIN, key("a stranger"))
    return text.encode()


STRANGER = note.LogKey(ORIGIN, key("a stranger").public_key().public_bytes_raw()).text
SUSPENDED = (
    ("register", "ann"),
    ("cast", "ann", 0),
    ("act", "suspend"),
    ("cast", "ann", 1),
    ("act", "resume"),
)

FORMS = {
    "steps_entries.check_canonical": Break("3", "not_canonical", DAN, change(entries=spaced)),
    "steps_entries.check_schema": Break(
        "3", "schema", 25, change(audit=lambda entry, log: {**entry, "time": "12:00"})
    ),
    "steps_entries.check_documents": Break(
        "3",
        "blob_not_due",
        2,
        change(act_seal=lambda entry, log: {**entry, "reason": log.blob(b"short")}),
    ),
    "steps_entries.check_key_once": Break("3", "key_twice", BOB + 1, change(ballot_2=twice)),
    "steps_entries.check_order": Break("4", "suspended", 8, {"script": SUSPENDED, "strikes": ()}),
    "steps_tree.check_pinned_key": Break("1", "log_key_other", 0, verify={"log_key": STRANGER}),
    "steps_tree.check_checkpoint": Break(
        "1", "note_unsigned", None, file_change("checkpoint", foreign)
    ),
    "steps_tree.check_old_checkpoint": Break(
        "1", "note_unsigned", None, file_change("checkpoints/5", foreign)
    ),
    "steps_tree.check_newest": Break(
        "1", "rollback", None, file_change("checkpoints/index", lambda data: data + b"1000\n")
    ),
    "steps_tree.check_root": Break(
        "2", "root_differs", None, change(head=lambda head, log: (head[0], bytes(32)))
    ),
    "steps_tree.check_tile": Break(
        "2", "tile_differs", 27, file_change("tile/0/000.p/28", flipped)
    ),
    "steps_tree.check_tile_name": Break(
        "2", "tile_beyond", None, file_change("tile/0/001.p/3", lambda data: bytes(96))
    ),
    "steps_tree.check_old_bundle": Break(
        "2", "bundle_differs", None, file_change("tile/entries/000.p/1", lambda d: b"\0\1x")
    ),
    "steps_previous.check_signed": Break(
        "12",
        "note_unsigned",
        None,
        previous={"until": "voted", **file_change("checkpoint", foreign)},
    ),
    "steps_previous.check_not_shorter": Break(
        "12", "rollback", None, {"until": "voted"}, previous={}
    ),
    "steps_previous.check_begins_alike": Break(
        "12", "fork", None, previous={"until": "voted", "seed": "another history"}
    ),
    "steps_previous.check_archive": Break(
        "12",
        "archive_not_continued",
        None,
        previous={"seed": "another history"},
        previous_archive=True,
    ),
}


# -- acts, trustees, registrations ----------------------------------------------------


def impossible_rule(data: list[bytes], log: Log) -> list[bytes]:
    log.act("change-approval", approval={"total": 9, "from_each": []})
    return data


def one_decryption_less(text: str, log: Log) -> str:
    value = json.loads(text)
    value["decryptions"].pop()
    return json_text.write(value)


def older_format(text: str, log: Log) -> str:
    value = json.loads(text)
    del value[0][1]["signatures"]
    return json_text.write(value)


def other_key(entry: Json, log: Log) -> Json:
    entry["officers"][2]["key"] = public("somebody else")
    return entry


def other_registrar(entry: Json, log: Log) -> Json:
    return registration.sign(ORIGIN, entry, key("a stranger"))


def unknown_secret(entry: Json, log: Log) -> Json:
    worse(entry["credentials"][0]["proof"])
    return entry


def renamed(text: str, log: Log) -> str:
    return text.replace("Trustee 1", "Trustee X")


PEOPLE = {
    "steps_acts.check_officers": Break(
        "5", "approval_impossible", 28, change(entries=impossible_rule)
    ),
    "steps_acts.check_officer_keys": Break("5", "officer_key", 0, change(defined=other_key)),
    "steps_acts.check_approvals": Break(
        "5",
        "approvals_too_few",
        3,
        change(approvers_rehearsed=lambda names, log: ("Aoki", "Chiba")),
    ),
    "steps_acts.check_rules_kept": Break(
        "5", "slug_without_year", 0, {"of": election(slug="record")}
    ),
    "steps_acts.check_ready": Break(
        "5", "witnesses_missing", 0, {"of": election(effect="binding")}
    ),
    "steps_acts.check_parameters": Break(
        "5", "several_votes", 0, {"of": election(contests=(contest(0, most=2),))}
    ),
    "steps_acts.check_rehearsal": Break(
        "5", "rehearsal_incomplete", 3, change(rehearsal=one_decryption_less)
    ),
    "steps_records.check_trustees": Break("6", "trustees_form", 1, change(trustees=older_format)),
    "steps_records.check_trustee_names": Break(
        "6", "trustee_names", 1, {"of": election(threshold=3), **change(trustees=renamed)}
    ),
    "steps_records.check_record": Break(
        "6",
        "record_differs",
        1,
        change(record_0=lambda text, log: text.replace("選択肢0a", "選択肢0z")),
    ),
    "steps_registrations.check_registrar": Break(
        "7", "registrar_signature", DAN, change(registered_5=other_registrar)
    ),
    "steps_registrations.check_possession": Break(
        "7", "proof_invalid", DAN, change(registration_5=unknown_secret)
    ),
    "steps_registrations.check_provider": Break(
        "7",
        "provider_unknown",
        DAN,
        change(registration_5=lambda entry, log: {**entry, "provider": "roll-code"}),
    ),
    "steps_registrations.check_roll_size": Break(
        "7", "roll_exceeded", 16, {"of": election(electorate="roll"), "electors": 4}
    ),
}

BREAKS: dict[str, Break] = {**BALLOTS, **COUNTING, **FORMS, **PEOPLE}
