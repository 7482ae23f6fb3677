"""Broken archives: trustees, election record and credentials (steps 9.2 to 9.4)."""

import json
import os
from collections.abc import Callable
from dataclasses import replace

from archives import (
    Sample,
    archive,
    flawed,
    golden,
    new_sample,
    sample,
    with_trustees,
)
from broken_chain import Broken
from ceremonies import threshold_json
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.trustees import new_single
from tsukuba_trust.values import Json


def _setup_only(made: Sample) -> Broken:
    return Broken(archive([made.setup()]))


def names_twice() -> Broken:
    of = group("Ed25519")
    keys = [new_single(of, "Same", os.urandom)[1] for _ in range(2)]
    return _setup_only(new_sample(items=[("Single", key) for key in keys]))


def single_proof() -> Broken:
    made = sample()
    items = json.loads(made.trustees)
    items[0][1]["pok"] = flawed(items[0][1]["pok"])
    return _setup_only(replace(made, trustees=json_text.write(items)))


def threshold_setup(threshold: int, size: int, **wrong: Json) -> Broken:
    item = threshold_json(group("Ed25519"), threshold, size, **wrong)
    return _setup_only(new_sample(items=[("Pedersen", item)]))


def _golden_threshold(name: str, change: Callable[[Json], None]) -> Broken:
    items = json.loads(golden(name).events[0].records[1])
    change(items[1][1])
    return Broken(with_trustees(golden(name), json_text.write(items)))


def certificate_signature() -> Broken:
    def change(item: Json) -> None:
        item["certs"][1]["signature"] = flawed(item["certs"][1]["signature"])

    return _golden_threshold("ed-threshold-5-v21", change)


def commitment_signature() -> Broken:
    def change(item: Json) -> None:
        item["coefexps"][2]["signature"] = flawed(item["coefexps"][2]["signature"])

    return _golden_threshold("ed-threshold-5-v21", change)


def agreement_signature() -> Broken:
    def change(item: Json) -> None:
        item["signatures"][0] = flawed(item["signatures"][0])

    return _golden_threshold("ed-threshold-5-v33", change)


def member_proof() -> Broken:
    def change(item: Json) -> None:
        item["verification_keys"][0]["pok"] = flawed(item["verification_keys"][0]["pok"])

    return _golden_threshold("ed-threshold-5-v33", change)


def member_signature() -> Broken:
    def change(item: Json) -> None:
        key = item["verification_keys"][0]
        key["signature"] = flawed(key["signature"])

    return _golden_threshold("ed-threshold-5-v33", change)


def member_signature_missing() -> Broken:
    return _golden_threshold(
        "ed-threshold-5-v33", lambda item: item["verification_keys"][0].pop("signature")
    )


def other_election_key() -> Broken:
    made, other = sample(), new_sample()
    return _setup_only(replace(made, record=other.record))


def record_field(name: str, value: Json) -> Broken:
    made = sample()
    return _setup_only(
        replace(made, record=json_text.write({**json.loads(made.record), name: value}))
    )


def listed_as(change: Callable[[list[str]], object]) -> Broken:
    made = sample()
    entries = json.loads(made.listed)
    change(entries)
    return _setup_only(replace(made, listed=json_text.write(entries)))


def put_second(entries: list[str], value: str) -> None:
    entries[1] = value
