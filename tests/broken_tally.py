"""Broken archives: tally, decryptions, result, removed ballots (steps 9.6 to 9.10)."""

import json
from collections.abc import Callable
from dataclasses import replace

from archives import (
    archive,
    flawed,
    golden,
    owned,
    rewritten,
    sample,
)
from broken_chain import Broken
from tsukuba_trust.board import events
from tsukuba_trust.board.archive import Event
from tsukuba_trust.crypto import json_text
from tsukuba_trust.values import Json


def tallied_as(change: Callable[[events.Tally], events.Tally]) -> Broken:
    made = sample()
    texts = (made.ballot(0), made.ballot(1))
    found = made.tallied(*texts)
    return Broken(archive([*found[:-1], events.encrypted_tally(change(made.tally(texts)))]))


def other_tally() -> Broken:
    other = sample().tally((sample().ballot(2),))
    return tallied_as(lambda tally: replace(tally, text=other.text))


def sized_as(change: Callable[[str], str]) -> Broken:
    made = sample()
    found = made.tallied(made.ballot(0))
    tally, sized = found[-1].records
    return Broken(archive([*found[:-1], Event("EncryptedTally", (tally, change(sized)))]))


def sized_names_another() -> Broken:
    return sized_as(lambda t: json_text.write({**json.loads(t), "encrypted_tally": "0" * 64}))


def superseded_ballot_counted() -> Broken:
    made = sample()
    first, second = made.ballot(0), made.ballot(0, 1)
    tally = replace(made.tally((first,)), ballots=1, total_weight=1)
    closing = [events.end_ballots(), events.encrypted_tally(tally)]
    return Broken(archive([*made.open(first, second), *closing]))


def decrypted_as(change: Callable[[Event], Event]) -> Broken:
    made = sample()
    found = made.decrypted(made.ballot(0), by=(2,))
    return Broken(archive([*found[:-1], change(found[-1])]))


def _decryption_content(change: Callable[[Json], object]) -> Broken:
    def apply(event: Event) -> Event:
        content = json.loads(event.records[0])
        change(content)
        return owned(replace(event, records=(json_text.write(content), "")), 2)

    return decrypted_as(apply)


def owner_twice() -> Broken:
    made = sample()
    found = made.decrypted(made.ballot(0), by=(2,))
    return Broken(archive([*found, found[-1]]))


def surplus_proof() -> Broken:
    def change(content: Json) -> None:
        content["decryption_proofs"][0].append(content["decryption_proofs"][0][0])

    return _decryption_content(change)


def bad_decryption_proof() -> Broken:
    def change(content: Json) -> None:
        row = content["decryption_proofs"][0]
        row[0] = flawed(row[0])

    return _decryption_content(change)


def other_factor() -> Broken:
    def change(content: Json) -> None:
        row = content["decryption_factors"][0]
        row[0] = row[1]

    return _decryption_content(change)


def result_as(change: Callable[[str], str]) -> Broken:
    made = sample()
    found = made.complete(made.ballot(0), made.ballot(1, 1))
    return Broken(archive([*found[:-1], events.result(change(found[-1].records[0]))]))


def missing_trustee() -> Broken:
    """Leave a trustee out where nothing is encrypted, so that the numbers still fit."""
    made = sample()
    found = made.decrypted(by=(2,))
    return Broken(archive([*found, events.result('{"result":[[0,0]]}')]))


def missing_threshold_member() -> Broken:
    def change(found: list[Event]) -> None:
        del found[-2]

    return Broken(rewritten(golden("ed-threshold-5-v33"), change))


def removed_ballot() -> Broken:
    made = sample()
    first, second = made.ballot(0), made.ballot(1)
    return Broken(archive(made.complete(second)), archive(made.open(first, second)))


def cut_archive() -> Broken:
    made = sample()
    found = made.complete(made.ballot(0))
    return Broken(archive(found[:-1]), archive(found))
