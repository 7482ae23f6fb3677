"""Attack P01: a trustee who seals the last ballot moves a count; strong proofs refuse that."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from election_world import World, opened_world
from record_break import worse
from record_parts import contest, words
from tsukuba_trust.board import canonical, entries
from tsukuba_trust.crypto import json_text
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.values import Option
from tsukuba_trust.verify.record import verify_record
from tsukuba_trust.verify.trustee import decrypt, open_for_trustee


@pytest.fixture
def tallied(tmp_path: Path) -> Iterator[World]:
    held = opened_world(tmp_path)
    for person in range(2):
        held.cast(held.registered(person), person)
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    yield held
    held.close()


def file_of(held: World, trustee: int) -> str:
    lists = held.services.tallies.fixed(held.is_fixed, held.contest).prefix.ciphertexts
    return held.trustees[trustee - 1].decrypt(held.is_fixed, held.contest, lists, held.draw)


def weak(text: str) -> str:
    """Return what belenios-tool would have made: the decryption and the owner's line."""
    first = text.splitlines()[0]
    owned = json_text.write({"owner": 1, "payload": canonical.digest(first.encode())})
    return f"{first}\n{owned}\n"


def post(held: World, text: str, trustee: int = 1, fixed: Fixed | None = None) -> int:
    of = fixed or held.is_fixed
    return held.services.counting.post_decryption(of, held.contest, trustee, text)


def binding(held: World) -> Fixed:
    fixed = held.is_fixed
    return replace(fixed, election=replace(fixed.election, effect="binding"))


def refused(held: World, text: str, fixed: Fixed | None = None) -> str:
    with pytest.raises((Refused, Rejected)) as error:
        post(held, text, 1, fixed)
    return error.value.code


def entry_at(held: World, index: int) -> dict:
    return entries.read_entry(held.services.board.entry(held.origin, index))


def test_p01_our_own_file_puts_strong_proofs_on_the_board(tallied: World) -> None:
    text = file_of(tallied, 1)
    first, strong = text.splitlines()
    entry = entry_at(tallied, post(tallied, text))
    blob = tallied.services.board.blob
    assert entries.document_text(entry["decryption"], blob) == first
    assert entries.document_text(entry["strong"], blob) == strong


def test_p01_a_binding_election_takes_strongly_proven_decryptions(tallied: World) -> None:
    fixed = binding(tallied)
    for trustee in (1, 2):
        post(tallied, file_of(tallied, trustee), trustee, fixed)
    counted = tallied.services.counting.result_text(tallied.is_fixed, tallied.contest)
    assert counted == '{"result":[[1,1,0]]}'


def test_p01_a_binding_election_takes_no_weakly_proven_decryption(tallied: World) -> None:
    text, before = file_of(tallied, 1), tallied.size()
    for given in (weak(text), text.splitlines()[0]):
        assert refused(tallied, given, binding(tallied)) == "strong_proof_missing"
    assert tallied.size() == before


def test_p01_an_advisory_election_takes_a_weakly_proven_one_and_the_record_names_it(
    tallied: World, tmp_path: Path
) -> None:
    index = post(tallied, weak(file_of(tallied, 1)))
    assert "strong" not in entry_at(tallied, index)
    post(tallied, file_of(tallied, 2), 2)
    tallied.services.publishing.export(tallied.is_fixed, tmp_path / "record")
    report = verify_record(tmp_path / "record", registry=tallied.services.registry)
    noted = [(f.entry, f.detail) for f in report.findings if f.code == "decryption_weakly_proven"]
    assert noted == [(index, f"{tallied.contest}: trustee 1")]
    assert report.exit_code == 0


def spoiled(rows: list) -> list:
    worse(rows[0][0])
    return rows


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (spoiled, "strong_proof_invalid"),
        (lambda rows: [rows[0][::-1]], "strong_proof_invalid"),
        (lambda rows: [rows[0][:-1]], "strong_proof_form"),
        (lambda rows: [], "strong_proof_form"),
        (lambda rows: [1], "strong_proof_form"),
        (lambda rows: [["x"] * len(rows[0])], "proof_form"),
    ],
)
def test_p01_strong_proofs_that_are_given_must_hold(tallied: World, change, code: str) -> None:
    first, strong = file_of(tallied, 1).splitlines()
    other = json_text.write(change(json.loads(strong)))
    assert refused(tallied, f"{first}\n{other}\n") == code


def test_p01_strong_proofs_stand_in_canonical_form(tallied: World) -> None:
    first, strong = file_of(tallied, 1).splitlines()
    spaced = strong.replace(",", ", ")
    assert refused(tallied, f"{first}\n{spaced}\n") == "strong_proof_form"


def test_p01_strong_proofs_of_another_trustee_do_not_hold(tallied: World) -> None:
    first, other = file_of(tallied, 1).splitlines()[0], file_of(tallied, 2).splitlines()[1]
    assert refused(tallied, f"{first}\n{other}\n") == "strong_proof_invalid"


def test_p01_strong_proofs_stand_once(tallied: World) -> None:
    first, strong = file_of(tallied, 1).splitlines()
    assert refused(tallied, f"{first}\n{strong}\n{strong}\n") == "trustee_file"


def test_p01_a_trustees_own_machine_proves_strongly(tallied: World, tmp_path: Path) -> None:
    tallied.services.publishing.export(tallied.is_fixed, tmp_path / "record")
    opened = open_for_trustee(tmp_path / "record", registry=tallied.services.registry, log_key=None)
    secret, draw = tallied.trustees[0].secret, tallied.draw
    made = decrypt(opened.fixed, opened.tallies[0], 1, secret, draw)
    post(tallied, made, 1, binding(tallied))


def test_p01_long_strong_proofs_become_a_blob_and_verify(tmp_path: Path) -> None:
    options = tuple(Option(f"o-{n}", words(f"候補{n}")) for n in range(200))
    held = opened_world(tmp_path, contests=(contest(0, options=options),))
    held.cast(held.registered(0), 150)
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    index = post(held, file_of(held, 1))
    assert "sha256" in entry_at(held, index)["strong"]
    held.services.publishing.export(held.is_fixed, tmp_path / "record")
    assert verify_record(tmp_path / "record", registry=held.services.registry).exit_code == 0
    held.close()
