"""Faults in acts, trustees, records and registrations."""

import json

from record_break import DAN, Break, change, worse
from record_log import Log
from record_parts import ORIGIN, contest, election, key, public
from tsukuba_trust.board import registration
from tsukuba_trust.crypto import json_text
from tsukuba_trust.values import Json

# -- acts, trustees, registrations ----------------------------------------------------


def impossible_rule(data: list[bytes], log: Log) -> list[bytes]:
    log.act("change-approval", approval={"total": 9, "from_each": []})
    return data


def weak_rule(data: list[bytes], log: Log) -> list[bytes]:
    log.act("change-approval", approval={"total": 1, "from_each": []})
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
    "steps_acts.check_new_rule": Break("5", "approval_too_weak", 28, change(entries=weak_rule)),
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
