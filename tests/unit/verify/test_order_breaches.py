"""Step 4 names every breach of the order of events (board.md 2.5), entry and reason.

Each record is broken in its order alone: signatures, proofs, tree and heads are made anew.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import records
from record_log import Log
from record_parts import election
from tsukuba_trust.crypto import credentials
from tsukuba_trust.values import Json
from tsukuba_trust.verify.record import verify_record

Breach = tuple[dict[str, Any], int, str]


def swapped(one: int, other: int) -> dict[str, Any]:
    def swap(data: list[bytes], log: Log) -> list[bytes]:
        data[one], data[other] = data[other], data[one]
        return data

    return {"change": {"entries": swap}}


def without(index: int) -> dict[str, Any]:
    return {"change": {"entries": lambda data, log: [*data[:index], *data[index + 1 :]]}}


def repeated(index: int, at: int) -> dict[str, Any]:
    return {"change": {"entries": lambda data, log: [*data[:at], data[index], *data[at:]]}}


def edited(name: str, edit: Callable[[Json], Json], **more: Any) -> dict[str, Any]:
    return {"change": {name: lambda entry, log: edit(entry)}, **more}


def scripted(*script: tuple[Any, ...], **more: Any) -> dict[str, Any]:
    return {"script": script, "strikes": (), "until": "voted", **more}


ANN = ("register", "ann")


def reused(entry: Json, log: Log) -> Json:
    entry["credentials"] = log.entry(5)["credentials"]
    return entry


def stranger_casts(text: str, log: Log) -> str:
    """Seal with a key that nobody registered."""
    uuid = log.election.contests[0].uuid
    holder = log.holders["ann"]
    secret = log.trustees.group.random_scalar(log.draw)
    public = credentials.public(log.trustees.group, secret)
    log.holders["x"] = replace(holder, secrets={uuid: secret}, credentials={uuid: public})
    sealed = log.seal("x", uuid, 0)
    del log.holders["x"]
    return sealed


def casts_as_before(text: str, log: Log) -> str:
    """Seal with the credential that ``keep`` put aside."""
    return log.seal("kept", log.election.contests[0].uuid, 0)


def keep(_: None, log: Log) -> None:
    log.holders["kept"] = log.holders["ann"]


def act(name: str, **change: Json) -> tuple[Any, ...]:
    return ("act", name, change)


BREACHES: dict[str, Breach] = {
    # before voting
    "no trustees": (without(1), 1, "order"),
    "trustees twice": (repeated(1, 2), 2, "order"),
    "definition twice": (repeated(0, 1), 1, "order"),
    "a roll that is not due": (
        {
            "change": {
                "trustees fixed": lambda entry, log: (
                    log.append(entry) and {"type": "RollFixed", "groups": [], "root": "0" * 64}
                )
            }
        },
        2,
        "roll_not_due",
    ),
    "no roll": (
        {"of": election(electorate="roll"), **without(2)},
        2,
        "roll_missing",
    ),
    "no seal": (without(2), 2, "act_number"),
    "seal of other entries": (
        edited("act seal", lambda entry: {**entry, "subject": entry["subject"][:1]}),
        2,
        "seal_subject",
    ),
    "opened without rehearsal": (
        edited("opened", lambda entry: {**entry, "rehearsal": 1}),
        4,
        "rehearsal_missing",
    ),
    "voting opened twice": (repeated(4, 5), 5, "order"),
    "all trustees needed without waiver": (
        {"of": election(threshold=3), **without(4)},
        4,
        "waiver_missing",
    ),
    "records in another order": (
        edited("trustees fixed", lambda entry: {**entry, "records": entry["records"] * 2}),
        1,
        "contests_differ",
    ),
    # registrations
    "registration before opening": (swapped(4, 5), 4, "not_open"),
    "credential registered again": (
        {"change": {"registration 1": reused}},
        7,
        "credential_taken",
    ),
    "a contest left out": (
        edited("registration 0", lambda entry: {**entry, "credentials": entry["credentials"] * 2}),
        5,
        "contests_differ",
    ),
    "replaces what is no registration": (
        edited("registration 2", lambda entry: {**entry, "replaces": 6}),
        10,
        "replaces_unknown",
    ),
    "replaces a later registration": (
        edited("registration 2", lambda entry: {**entry, "replaces": 12}),
        10,
        "replaces_unknown",
    ),
    "replaces what was replaced": (
        edited("registration 7", lambda entry: {**entry, "replaces": 5}),
        17,
        "replaces_old",
    ),
    # ballots
    "ballot by nobody": (
        scripted(ANN, ("cast", "ann", 0), change={"ballot 0": stranger_casts}),
        6,
        "credential_unknown",
    ),
    "ballot by a replaced credential": (
        scripted(
            ANN,
            ("replace", "ann"),
            ("cast", "ann", 0),
            change={"before 1": keep, "ballot 0": casts_as_before},
        ),
        7,
        "credential_replaced",
    ),
    "ballot for another contest": (
        edited("accepted 0", lambda entry: {**entry, "contest": "ZZZZZZZZZZZZZZ"}),
        6,
        "contest_unknown",
    ),
    "second ballot where one is allowed": (
        scripted(ANN, ("cast", "ann", 0), ("cast", "ann", 1), of=election(revote=False)),
        7,
        "already_voted",
    ),
    "ballot after the end (attack O13)": (repeated(18, 20), 20, "closed"),
    "registration after the end (attack O13)": (swapped(18, 19), 19, "closed"),
    # acts
    "act number left out": (
        edited("act rehearsed", lambda entry: {**entry, "number": 3}),
        3,
        "act_number",
    ),
    "resume without suspend": (scripted(ANN, act("resume")), 6, "order"),
    "suspended twice": (scripted(ANN, act("suspend"), act("suspend")), 7, "order"),
    "extended to an earlier end": (
        scripted(ANN, act("extend", closes="2027-05-11T00:00+09:00")),
        6,
        "closes_direction",
    ),
    "ended early to a later end": (
        scripted(ANN, act("end-early", closes="2027-06-11T00:00+09:00")),
        6,
        "closes_direction",
    ),
    "an act without its subject": (without(21), 21, "subject_missing"),
    "strike without its act": (without(20), 20, "act_missing"),
    # counting
    "end with other numbers of holders": (
        edited(
            "ended", lambda entry: {**entry, "contests": [{**entry["contests"][0], "holders": 9}]}
        ),
        19,
        "end_counts",
    ),
    "end with other numbers of ballots": (
        edited(
            "ended", lambda entry: {**entry, "contests": [{**entry["contests"][0], "ballots": 9}]}
        ),
        19,
        "end_counts",
    ),
    "no end": (without(19), 19, "order"),
    "strike of somebody unknown": (
        edited("strikes", lambda items: [{"holder": 9, "reason": "paper"}]),
        21,
        "strike_unknown",
    ),
    "strikes in another number": (
        edited("struck", lambda entry: {**entry, "count": 2}),
        21,
        "strikes_count",
    ),
    "strikes unsorted": (
        edited("strikes", lambda items: [*items, {"holder": 5, "reason": "paper"}]),
        21,
        "strikes_invalid",
    ),
    "decryption before the tally": (swapped(22, 23), 22, "order"),
    "the same trustee again": (repeated(23, 24), 24, "trustee_twice"),
    "more trustees than needed": ({"decrypting": (1, 2, 3)}, 25, "decryption_complete"),
    "a trustee who does not exist": (
        edited("decrypted 0 3", lambda entry: {**entry, "trustee": 4}),
        23,
        "trustee_unknown",
    ),
    "decryption of too few ballots": (
        edited("tallied 0", lambda entry: {**entry, "ballots": 2}, of=election(minimum_ballots=3)),
        23,
        "too_few_ballots",
    ),
    # the end
    "audited with too few decryptions": (without(24), 24, "decryption_incomplete"),
    "certified with too few decryptions": (
        {"audited": False, **without(24)},
        24,
        "decryption_incomplete",
    ),
    "declared without certificate": (without(26), 26, "act_missing"),
    "declared twice": (repeated(27, 28), 28, "order"),
    "declared without result": (
        edited("declared 0", lambda e: {k: v for k, v in e.items() if k != "result"}),
        27,
        "result_missing",
    ),
    "anything after the result (attack O13)": (repeated(5, 28), 28, "closed"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_of_the_order_is_named(name: str, tmp_path: Path) -> None:
    make, entry, code = BREACHES[name]
    path = records.build(tmp_path / "record", **make)
    report = verify_record(path, registry=records.registry())
    assert report.exit_code == 1
    found = [(f.entry, f.code) for f in report.findings if f.step == "4" and f.status == "refuted"]
    assert (entry, code) in found, report.to_text()
    assert min(index for index, _ in found if index is not None) == entry
