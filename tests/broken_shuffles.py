"""Broken archives: how ballots were mixed (steps 9.4 and 9.7)."""

import json
from collections.abc import Callable
from dataclasses import replace

from archives import archive, owned, sample
from broken_chain import Broken
from mixed_archives import Mixing, mixed, tallied
from tsukuba_trust.board import events
from tsukuba_trust.board.archive import Event
from tsukuba_trust.crypto import json_text
from tsukuba_trust.values import Json


def unexpected_shuffle() -> Broken:
    """Mix nothing, where nothing is to be mixed."""
    made = sample()
    text = json_text.write({"ciphertexts": [], "proofs": []})
    found = made.tallied(made.ballot(0))
    return Broken(archive([*found, events.shuffle(1, text), events.end_shuffles()]))


def no_shuffle() -> Broken:
    """Open the ballots in the order of their credentials: every other program accepts it."""
    found = tallied().complete()
    return Broken(archive([event for event in found if event.kind != "EndShuffles"]))


def last_shuffle_as(change: Callable[[Event], Event]) -> Broken:
    found = mixed().events()
    return Broken(archive([*found[:-1], change(found[-1])]))


def changed_text(change: Callable[[str], str]) -> Broken:
    def apply(event: Event) -> Event:
        return owned(replace(event, records=(change(event.records[0]), "")), 2)

    return last_shuffle_as(apply)


def changed_content(change: Callable[[Json], object]) -> Broken:
    def apply(text: str) -> str:
        content = json.loads(text)
        change(content)
        return json_text.write(content)

    return changed_text(apply)


def mixed_twice_by_one() -> Broken:
    """Let one trustee mix for both, so that she knows who voted what."""
    return Broken(archive(tallied().mixed_by(1).mixed_by(1).complete()))


def bad_response(content: Json) -> None:
    content["proofs"][0][1][0] = "1"


def replaced_vote(content: Json) -> None:
    rows = content["ciphertexts"][0]
    rows[0] = rows[1]


def swapped_votes(content: Json) -> None:
    content["ciphertexts"][0].reverse()


def dropped_vote(content: Json) -> None:
    del content["ciphertexts"][0][0]


def outside_the_subgroup(content: Json) -> None:
    content["ciphertexts"][0][0]["alpha"] = "0" * 64


def shuffles_swapped() -> Broken:
    found = mixed().events()
    return Broken(archive([*found[:-2], found[-1], found[-2]]))


def first_shuffle_removed() -> Broken:
    found = mixed().complete()
    return Broken(archive([event for event in found if event is not found[-6]]))


def decrypted_before_mixing() -> Broken:
    """Decrypt what was put in instead of what the mixers put out."""
    made = tallied()
    shuffled = made.mixed_by(1)
    other = Mixing(made.of, made.ballots, shuffled.shuffles, made.rows)
    return Broken(archive(other.complete()))


def result_in_another_order() -> Broken:
    found = mixed().complete()
    entries = json.loads(found[-1].records[0])
    entries["result"][0].sort()
    kept = found[:-1]
    if json_text.write(entries) == found[-1].records[0]:
        entries["result"][0].reverse()
    return Broken(archive([*kept, events.result(json_text.write(entries))]))


def weighted_list() -> Broken:
    made = tallied().of
    listed = json.loads(made.listed)
    listed[2] += ",2"
    setup = events.setup(made.record, made.trustees, json_text.write(listed))
    return Broken(archive([setup, events.ballot(made.ballot(0))]))
