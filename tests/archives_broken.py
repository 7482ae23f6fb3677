"""Broken archives, one fault each: what ``verify`` must refuse (attacks P03, P11, B01, B02).

``ONE_FAULT`` maps each named check of steps 9.1 to 9.10 to an archive that this check
alone refuses. ``DEFECTS`` holds further ones: each row of the protocol's defect table.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from archives import (
    QUESTION,
    Sample,
    archive,
    flawed,
    golden,
    new_sample,
    owned,
    rewritten,
    sample,
    threshold_json,
    with_trustees,
)
from tsukuba_trust.board import events, tar
from tsukuba_trust.board.archive import Event, digest
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.trustees import new_single
from tsukuba_trust.values import Json


@dataclass(frozen=True)
class Broken:
    """An archive and where needed the earlier one that contradicts it."""

    data: bytes
    previous: bytes | None = None


Builder = Callable[[], Broken]


def _complete() -> bytes:
    made = sample()
    return archive(made.complete(made.ballot(0), made.ballot(1, 1)))


def _last_event(change: Callable[[str], str]) -> Broken:
    """Change the text of the last event; its name is its digest again."""
    records = list(tar.scan(tar.stream_of(_complete())))
    time = int(json.loads(records[0].body)["timestamp"])
    body = change(records[-1].body.decode()).encode()
    kept = b"".join(tar.record_bytes(r.name, r.body, time) for r in records[:-1])
    return Broken(kept + tar.record_bytes(f"{digest(body)}.event.json", body, time))


def _last_event_field(name: str, value: Json) -> Broken:
    return _last_event(lambda text: json_text.write({**json.loads(text), name: value}))


def dirty_padding() -> Broken:
    data = bytearray(_complete())
    data[1023] = 1
    return Broken(bytes(data))


def other_mode() -> Broken:
    data = bytearray(_complete())
    data[100:107] = b"0000600"
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return Broken(bytes(data))


def version_two() -> Broken:
    records = list(tar.scan(tar.stream_of(_complete())))
    first = json.loads(records[0].body)
    time = int(first["timestamp"])
    body = json_text.write({**first, "version": 2}).encode()
    rest = b"".join(tar.record_bytes(r.name, r.body, time) for r in records[1:])
    return Broken(tar.record_bytes("BELENIOS", body, time) + rest)


def false_name() -> Broken:
    """Name the result by another digest, which its event names too."""
    records = list(tar.scan(tar.stream_of(_complete())))
    time = int(json.loads(records[0].body)["timestamp"])
    kept = b"".join(tar.record_bytes(r.name, r.body, time) for r in records[:-2])
    event = {**json.loads(records[-1].body), "payload": "0" * 64}
    body = json_text.write(event).encode()
    named = tar.record_bytes(f"{'0' * 64}.data.json", records[-2].body, time)
    return Broken(kept + named + tar.record_bytes(f"{digest(body)}.event.json", body, time))


def trailing_record() -> Broken:
    data = _complete()
    time = int(json.loads(next(tar.scan(tar.stream_of(data))).body)["timestamp"])
    return Broken(data + tar.record_bytes(f"{digest(b'{}')}.data.json", b"{}", time))


def tar_trailer() -> Broken:
    return Broken(_complete() + bytes(1024))


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


# Trustees


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


def _threshold(threshold: int, size: int, **wrong: Json) -> Broken:
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


# Election record and credentials


def _record_field(name: str, value: Json) -> Broken:
    made = sample()
    return _setup_only(
        replace(made, record=json_text.write({**json.loads(made.record), name: value}))
    )


def _listed(change: Callable[[list[str]], object]) -> Broken:
    made = sample()
    entries = json.loads(made.listed)
    change(entries)
    return _setup_only(replace(made, listed=json_text.write(entries)))


def _set(entries: list[str], value: str) -> None:
    entries[1] = value


# Ballots


def _open(*ballots: str) -> Broken:
    return Broken(archive(sample().open(*ballots)))


def unknown_credential() -> Broken:
    made = sample()
    stranger = made.of_group.random_scalar(os.urandom)
    outsider = replace(made, voters=(stranger,))
    return _open(outsider.ballot(0))


def replayed() -> Broken:
    text = sample().ballot(0)
    return _open(text, text)


def replayed_after_another() -> Broken:
    made = sample()
    text = made.ballot(0)
    return _open(text, made.ballot(0, 1), text)


def spaced() -> Broken:
    return _open(sample().ballot(0).replace('","', '", "', 1))


def escaped() -> Broken:
    return _open(sample().ballot(0).replace("TsukubaTest", "\\u0054sukubaTest", 1))


def reordered() -> Broken:
    ballot = json.loads(sample().ballot(0))
    return _open(json_text.write(dict(reversed(ballot.items()))))


def surplus_field_in_answer() -> Broken:
    answers = sample().answers(0)
    return _open(sample().sign(0, [{**answers[0], "note": "x"}]))


def reordered_answer() -> Broken:
    answers = sample().answers(0)
    return _open(sample().sign(0, [dict(reversed(answers[0].items()))]))


def other_uuid() -> Broken:
    made = sample()
    return _open(made.sign(0, made.answers(0), uuid="TsukubaTest112"))


def other_fingerprint() -> Broken:
    made = sample()
    return _open(made.sign(0, made.answers(0), phi="A" * 43))


def other_hash() -> Broken:
    made = sample()
    other = json.loads(made.ballot(0))["signature"]
    ballot = json.loads(made.ballot(0))
    return _open(json_text.write({**ballot, "signature": other}))


def bad_signature() -> Broken:
    ballot = json.loads(sample().ballot(0))
    ballot["signature"]["proof"] = flawed(ballot["signature"]["proof"])
    return _open(json_text.write(ballot))


def surplus_answer() -> Broken:
    answers = sample().answers(0)
    return _open(sample().sign(0, [*answers, *answers]))


def bad_answer_proof() -> Broken:
    (answer,) = sample().answers(0)
    answer["overall_proof"][0] = flawed(answer["overall_proof"][0])
    return _open(sample().sign(0, [answer]))


def copied_answers() -> Broken:
    made = sample()
    answers = made.answers(0)
    return _open(made.sign(0, answers), made.sign(1, answers))


def copied_ballot() -> Broken:
    made = sample()
    text = made.ballot(0)
    return _open(text, text.replace(made.credential(0), made.credential(1)))


def ninety_nine_votes() -> Broken:
    """Exchange a sum of 1 for one of 99, as the tool's race lets through."""
    (answer,) = sample().answers(0)
    of = sample().of_group
    beta = of.decode(answer["choices"][0]["beta"], identity_allowed=True)
    more = of.multiply(beta, of.power(of.generator, 98))
    answer["choices"][0]["beta"] = of.encode(more)
    return _open(sample().sign(0, [answer]))


# Tally, decryptions, result


def _tally(change: Callable[[events.Tally], events.Tally]) -> Broken:
    made = sample()
    texts = (made.ballot(0), made.ballot(1))
    found = made.tallied(*texts)
    return Broken(archive([*found[:-1], events.encrypted_tally(change(made.tally(texts)))]))


def other_tally() -> Broken:
    other = sample().tally((sample().ballot(2),))
    return _tally(lambda tally: replace(tally, text=other.text))


def _sized(change: Callable[[str], str]) -> Broken:
    made = sample()
    found = made.tallied(made.ballot(0))
    tally, sized = found[-1].records
    return Broken(archive([*found[:-1], Event("EncryptedTally", (tally, change(sized)))]))


def sized_names_another() -> Broken:
    return _sized(lambda t: json_text.write({**json.loads(t), "encrypted_tally": "0" * 64}))


def superseded_ballot_counted() -> Broken:
    made = sample()
    first, second = made.ballot(0), made.ballot(0, 1)
    tally = replace(made.tally((first,)), ballots=1, total_weight=1)
    closing = [events.end_ballots(), events.encrypted_tally(tally)]
    return Broken(archive([*made.open(first, second), *closing]))


def shuffle() -> Broken:
    made = sample()
    text = json_text.write({"ciphertexts": [], "proofs": []})
    named = owned(Event("Shuffle", (text, "")), 1)
    found = made.tallied(made.ballot(0))
    return Broken(archive([*found, named, Event("EndShuffles")]))


def _decryption(change: Callable[[Event], Event]) -> Broken:
    made = sample()
    found = made.decrypted(made.ballot(0), by=(2,))
    return Broken(archive([*found[:-1], change(found[-1])]))


def _decryption_content(change: Callable[[Json], object]) -> Broken:
    def apply(event: Event) -> Event:
        content = json.loads(event.records[0])
        change(content)
        return owned(replace(event, records=(json_text.write(content), "")), 2)

    return _decryption(apply)


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


def _result(change: Callable[[str], str]) -> Broken:
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


ONE_FAULT: dict[str, Builder] = {
    "archive_chain.check_bytes": dirty_padding,
    "archive_chain.check_first_record": version_two,
    "archive_chain.check_digest": false_name,
    "archive_chain.check_event_form": partial(_last_event, lambda t: t.replace(",", ", ")),
    "archive_chain.check_parent": partial(_last_event_field, "parent", "0" * 64),
    "archive_chain.check_height": partial(_last_event_field, "height", 99),
    "archive_chain.check_order": no_end_of_ballots,
    "archive_chain.check_records": extra_record,
    "archive_chain.check_payload": partial(_last_event_field, "payload", "0" * 64),
    "archive_chain.check_nothing_left": trailing_record,
    "archive_chain.check_continues": removed_ballot,
    "archive_setup.check_setup_data": setup_names_another_record,
    "archive_setup.check_trustee_names": names_twice,
    "archive_setup.check_single_proofs": single_proof,
    "archive_setup.check_threshold": partial(_threshold, 3, 2),
    "archive_setup.check_contexts": partial(_threshold, 2, 3, context={"index": 2}),
    "archive_setup.check_certificates": certificate_signature,
    "archive_setup.check_commitments": commitment_signature,
    "archive_setup.check_degrees": partial(_threshold, 2, 3, surplus=1),
    "archive_setup.check_agreement": agreement_signature,
    "archive_setup.check_member_keys": partial(_threshold, 2, 3, other_key=True),
    "archive_setup.check_member_proofs": member_proof,
    "archive_setup.check_member_signatures": member_signature,
    "archive_setup.check_election_key": other_election_key,
    "archive_setup.check_version": partial(_record_field, "version", 2),
    "archive_setup.check_uuid": partial(_record_field, "uuid", "TooShort"),
    "archive_setup.check_question": partial(_record_field, "questions", [{**QUESTION, "max": 3}]),
    "archive_setup.check_distinct": partial(_listed, lambda e: e.append(e[0])),
    "archive_setup.check_weight": partial(_listed, lambda e: _set(e, e[1] + ",01")),
    "archive_setup.check_members": partial(_listed, lambda e: _set(e, "0" * 64)),
    "archive_ballots.check_listed": unknown_credential,
    "archive_ballots.check_not_replayed": replayed,
    "archive_ballots.check_canonical": spaced,
    "archive_ballots.check_election": other_uuid,
    "archive_ballots.check_fingerprint": other_fingerprint,
    "archive_ballots.check_hash": other_hash,
    "archive_ballots.check_signature": bad_signature,
    "archive_ballots.check_answer_count": surplus_answer,
    "archive_ballots.check_answer": bad_answer_proof,
    "archive_tally.check_tally": other_tally,
    "archive_tally.check_sized_form": partial(_sized, lambda t: t.replace(",", ", ")),
    "archive_tally.check_tally_digest": sized_names_another,
    "archive_tally.check_num_tallied": partial(_tally, lambda t: replace(t, ballots=3)),
    "archive_tally.check_total_weight": partial(_tally, lambda t: replace(t, total_weight=3)),
    "archive_tally.check_shuffles": shuffle,
    "archive_tally.check_owned": partial(_decryption, lambda e: owned(e, 2, "0" * 64)),
    "archive_tally.check_owner": partial(_decryption, lambda e: owned(e, 0)),
    "archive_tally.check_owner_once": owner_twice,
    "archive_tally.check_shape": surplus_proof,
    "archive_tally.check_proofs": bad_decryption_proof,
    "archive_tally.check_result_form": partial(_result, lambda t: t.replace(",", ", ")),
    "archive_tally.check_result_count": partial(_result, lambda t: t.replace("]]", "],[0]]")),
    "archive_tally.check_result": partial(_result, lambda t: t.replace("[[1,1]]", "[[2,0]]")),
}

# name -> (builder, step, code)
DEFECTS: dict[str, tuple[Builder, str, str]] = {
    "another file mode": (other_mode, "9.1", "archive_bytes"),
    "a tar trailer": (tar_trailer, "9.1", "archive_bytes"),
    "a changed chain": (partial(_last_event_field, "parent", "0" * 64), "9.1", "event_chain"),
    "a changed height": (partial(_last_event_field, "height", 3), "9.1", "event_height"),
    "a record under a false name": (false_name, "9.1", "archive_digest"),
    "an extra record": (extra_record, "9.1", "event_records"),
    "an extra record at the end": (trailing_record, "9.1", "archive_unreferenced"),
    "no EndBallots": (no_end_of_ballots, "9.1", "event_order"),
    "EndBallots in the middle": (end_of_ballots_in_the_middle, "9.1", "event_order"),
    "a second Setup": (second_setup, "9.1", "event_order"),
    "a ballot after Result": (ballot_after_result, "9.1", "event_order"),
    "two Results": (two_results, "9.1", "event_order"),
    "an early decryption": (decryption_before_tally, "9.1", "event_order"),
    "a Result without decryptions": (result_before_decryption, "9.1", "event_order"),
    "an unknown event": (unknown_event, "9.1", "event_order"),
    "a bad proof of a trustee key": (single_proof, "9.2", "trustee_proof_invalid"),
    "a bad proof of a member key": (member_proof, "9.2", "trustee_proof_invalid"),
    "a member signature left out": (member_signature_missing, "9.2", "member_signature_invalid"),
    "another election key": (other_election_key, "9.2", "election_key"),
    "an unknown group": (partial(_record_field, "group", "Toy-64"), "9.3", "group_unknown"),
    "no question": (partial(_record_field, "questions", []), "9.3", "record_form"),
    "a duplicate credential": (
        partial(_listed, lambda e: e.append(e[0])),
        "9.4",
        "credential_twice",
    ),
    "a duplicate credential of other weight": (
        partial(_listed, lambda e: e.append(e[0] + ",2")),
        "9.4",
        "credential_twice",
    ),
    "a credential outside the subgroup": (
        partial(_listed, lambda e: _set(e, "0" * 64)),
        "9.4",
        "element_invalid",
    ),
    "an unknown credential": (unknown_credential, "9.5", "credential_unknown"),
    "a ballot with an invalid proof": (bad_answer_proof, "9.5", "proof_invalid"),
    "a ballot with 99 votes": (ninety_nine_votes, "9.5", "proof_invalid"),
    "a ballot with a bad signature": (bad_signature, "9.5", "signature_invalid"),
    "a signature of another ballot": (other_hash, "9.5", "ballot_hash"),
    "copied answers": (copied_answers, "9.5", "proof_invalid"),
    "a copied ballot": (copied_ballot, "9.5", "ballot_hash"),
    "spaces in a ballot": (spaced, "9.5", "ballot_form"),
    "an escape in a ballot": (escaped, "9.5", "ballot_form"),
    "other order in a ballot": (reordered, "9.5", "ballot_form"),
    "a surplus field in an answer": (surplus_field_in_answer, "9.5", "answer_form"),
    "other order in an answer": (reordered_answer, "9.5", "answer_form"),
    "the last ballot twice": (replayed, "9.5", "ballot_replayed"),
    "an old ballot put back": (replayed_after_another, "9.5", "ballot_replayed"),
    "a ballot of another election": (other_uuid, "9.5", "ballot_election"),
    "a ballot for another record": (other_fingerprint, "9.5", "ballot_fingerprint"),
    "a tally of other ballots": (other_tally, "9.6", "tally_differs"),
    "a tally of superseded ballots": (superseded_ballot_counted, "9.6", "tally_differs"),
    "a false number of ballots": (
        partial(_tally, lambda t: replace(t, ballots=3)),
        "9.6",
        "num_tallied",
    ),
    "a false total weight": (
        partial(_tally, lambda t: replace(t, total_weight=3)),
        "9.6",
        "total_weight",
    ),
    "a bad decryption proof": (bad_decryption_proof, "9.8", "decryption_proof_invalid"),
    "another factor": (other_factor, "9.8", "decryption_proof_invalid"),
    "an unknown owner": (partial(_decryption, lambda e: owned(e, 3)), "9.8", "owner_unknown"),
    "another owner": (
        partial(_decryption, lambda e: owned(e, 1)),
        "9.8",
        "decryption_proof_invalid",
    ),
    "an owner twice": (owner_twice, "9.8", "owner_twice"),
    "a missing trustee": (missing_trustee, "9.9", "decryption_incomplete"),
    "a missing member": (missing_threshold_member, "9.9", "decryption_incomplete"),
    "a wrong result": (
        partial(_result, lambda t: t.replace("[[1,1]]", "[[2,0]]")),
        "9.9",
        "result_differs",
    ),
    "a removed ballot": (removed_ballot, "9.10", "archive_not_continued"),
    "an archive cut back": (cut_archive, "9.10", "archive_not_continued"),
}
