"""Broken archives: bytes, digests, chain and order of events (step 9.1)."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from archives import (
    archive,
    golden,
    rewritten,
    sample,
)
from tsukuba_trust.board import events, tar
from tsukuba_trust.board.archive import Event, digest
from tsukuba_trust.crypto import json_text
from tsukuba_trust.values import Json


@dataclass(frozen=True)
class Broken:
    """An archive and where needed the earlier one that contradicts it."""

    data: bytes
    previous: bytes | None = None


Builder = Callable[[], Broken]


def complete_bytes() -> bytes:
    made = sample()
    return archive(made.complete(made.ballot(0), made.ballot(1, 1)))


def last_event(change: Callable[[str], str]) -> Broken:
    """Change the text of the last event; its name is its digest again."""
    records = list(tar.scan(tar.stream_of(complete_bytes())))
    time = int(json.loads(records[0].body)["timestamp"])
    body = change(records[-1].body.decode()).encode()
    kept = b"".join(tar.record_bytes(r.name, r.body, time) for r in records[:-1])
    return Broken(kept + tar.record_bytes(f"{digest(body)}.event.json", body, time))


def last_event_field(name: str, value: Json) -> Broken:
    return last_event(lambda text: json_text.write({**json.loads(text), name: value}))


def dirty_padding() -> Broken:
    data = bytearray(complete_bytes())
    data[1023] = 1
    return Broken(bytes(data))


def other_mode() -> Broken:
    data = bytearray(complete_bytes())
    data[100:107] = b"0000600"
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return Broken(bytes(data))


def version_two() -> Broken:
    records = list(tar.scan(tar.stream_of(complete_bytes())))
    first = json.loads(records[0].body)
    time = int(first["timestamp"])
    body = json_text.write({**first, "version": 2}).encode()
    rest = b"".join(tar.record_bytes(r.name, r.body, time) for r in records[1:])
    return Broken(tar.record_bytes("BELENIOS", body, time) + rest)


def false_name() -> Broken:
    """Name the result by another digest, which its event names too."""
    records = list(tar.scan(tar.stream_of(complete_bytes())))
    time = int(json.loads(records[0].body)["timestamp"])
    kept = b"".join(tar.record_bytes(r.name, r.body, time) for r in records[:-2])
    event = {**json.loads(records[-1].body), "payload": "0" * 64}
    body = json_text.write(event).encode()
    named = tar.record_bytes(f"{'0' * 64}.data.json", records[-2].body, time)
    return Broken(kept + named + tar.record_bytes(f"{digest(body)}.event.json", body, time))


def trailing_record() -> Broken:
    data = complete_bytes()
    time = int(json.loads(next(tar.scan(tar.stream_of(data))).body)["timestamp"])
    return Broken(data + tar.record_bytes(f"{digest(b'{}')}.data.json", b"{}", time))


def tar_trailer() -> Broken:
    return Broken(complete_bytes() + bytes(1024))


def extra_record() -> Broken:
    made = sample()
    return Broken(archive([made.setup(), Event("Ballot", ("{}", made.ballot(0)))]))


def no_end_of_ballots(name: str = "ed-h-single-3") -> Broken:
    def change(found: list[Event]) -> None:
        found[:] = [event for event in found if event.kind != "EndBallots"]

    return Broken(rewritten(golden(name), change))


def end_of_ballots_in_the_middle(name: str = "ed-h-single-3") -> Broken:
    return Broken(rewritten(golden(name), lambda found: found.insert(2, Event("EndBallots"))))


def second_setup(name: str = "ed-h-single-3") -> Broken:
    return Broken(rewritten(golden(name), lambda found: found.insert(1, found[0])))


def ballot_after_result() -> Broken:
    made = sample()
    first = made.ballot(0)
    return Broken(archive([*made.complete(first), events.ballot(made.ballot(1))]))


def two_results(name: str = "ed-h-single-3") -> Broken:
    return Broken(rewritten(golden(name), lambda found: found.append(found[-1])))


def decryption_before_tally() -> Broken:
    made = sample()
    found = made.decrypted(made.ballot(0))
    return Broken(archive([*found[:-3], found[-2], found[-3], found[-1]]))


def unknown_event() -> Broken:
    made = sample()
    return Broken(archive([*made.open(made.ballot(0)), Event("Pause")]))


def result_before_decryption() -> Broken:
    made = sample()
    found = made.complete(made.ballot(0))
    return Broken(archive([event for event in found if event.kind != "PartialDecryption"]))


def setup_names_another_record() -> Broken:
    made = sample()
    texts = made.setup().records
    named = {**json.loads(texts[3]), "credentials": "0" * 64}
    return Broken(archive([Event("Setup", (*texts[:3], json_text.write(named)))]))
