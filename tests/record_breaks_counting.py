"""Faults in ballots, counts, results and audits."""

import json
from collections.abc import Callable

from record_break import BOB, Break, change, worse
from record_log import Log
from record_parts import contest, draws, election
from tsukuba_trust.crypto import json_text, proofs
from tsukuba_trust.values import Json

# -- ballots --------------------------------------------------------------------------


def resigned(text: str, log: Log, *, phi: str = "", edit: Callable[[list[Json]], None]) -> str:
    value = json.loads(text)
    edit(value["answers"])
    uuid = value["election_uuid"]
    return log.sign("bob", uuid, value["answers"], phi or log.records[uuid].fingerprint)


def nothing(answers: list[Json]) -> None:
    """Leave answers as they are."""


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


def spoiled_strong(text: str, log: Log) -> str:
    value = json.loads(text)
    worse(value[0][0])
    return json_text.write(value)


def spoiled_shuffle(text: str, log: Log) -> str:
    value = json.loads(text)
    responses = value["proofs"][0][1]
    responses[0] = str(int(responses[0]) ^ 1)
    return json_text.write(value)


def spoiled_proof(entry: Json, log: Log) -> Json:
    worse(entry["proof"])
    return entry


MIXED = election(
    contests=(contest(0, ballot_scheme="preference", ballot={"form": "choice", "blank": True}),)
)
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
    "steps_shuffles.check_shuffle": Break(
        "9.7",
        "shuffle_proof_invalid",
        24,
        {"of": MIXED, **change(shuffle_0_2=spoiled_shuffle)},
    ),
    "steps_shuffles.check_mixer": Break(
        "9.7",
        "shuffle_unsigned",
        24,
        {"of": MIXED, **change(shuffled_0_2=spoiled_proof)},
    ),
    "steps_result.check_factors": Break(
        "10",
        "factors_unproven",
        26,
        {"of": MIXED, **change(decrypted_0_1=spoiled_proof)},
    ),
    "steps_result.check_strong": Break(
        "10", "strong_proof_invalid", 24, change(strong_0_1=spoiled_strong)
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
