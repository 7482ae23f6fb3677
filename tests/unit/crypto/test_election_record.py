"""The election record and its fingerprint."""

import json

import pytest

from archives import QUESTION, UUID, WITHOUT_PREFERENCES, golden, sample
from tsukuba_trust.crypto.record import election_record, read_record
from tsukuba_trust.errors import Rejected


@pytest.mark.parametrize("name", WITHOUT_PREFERENCES)
def test_it_writes_a_golden_record_again(name: str) -> None:
    text = golden(name).events[0].records[0]
    value = json.loads(text)
    names = ("administrator", "credential_authority")
    further = {field: value[field] for field in names if field in value}
    made = election_record(
        value["uuid"],
        value["name"],
        value["description"],
        value["group"],
        value["public_key"],
        value["questions"],
        **further,
    )
    assert made == text


def test_it_writes_who_administers() -> None:
    text = election_record(
        UUID, "n", "d", "Ed25519", "k", [QUESTION], administrator="A", credential_authority="C"
    )
    assert text.endswith(f'"uuid":"{UUID}","administrator":"A","credential_authority":"C"}}')


def test_it_reads_a_record_with_other_spacing_and_an_unknown_field() -> None:
    text = json.dumps({**json.loads(sample().record), "more": 1}, indent=1)
    record = read_record(text)
    assert record.uuid == UUID
    assert record.fingerprint != read_record(sample().record).fingerprint


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("version", 2, "record_version"),
        ("version", True, "record_version"),
        ("version", None, "record_version"),
        ("uuid", "1234567890123", "record_uuid"),
        ("uuid", "TsukubaTest11I", "record_uuid"),
        ("uuid", "TsukubaTest111\n", "record_uuid"),
        ("name", 1, "record_form"),
        ("group", None, "record_form"),
        ("group", "Toy-64", "group_unknown"),
        ("questions", {}, "record_form"),
        ("questions", [], "record_form"),
        ("public_key", "0" * 63 + "1", "element_invalid"),
    ],
)
def test_it_refuses_a_record_with(field: str, value: object, code: str) -> None:
    text = json.dumps({**json.loads(sample().record), field: value})
    with pytest.raises(Rejected) as refusal:
        read_record(text)
    assert refusal.value.code == code


def test_it_refuses_a_record_that_is_no_object() -> None:
    with pytest.raises(Rejected, match="record_form"):
        read_record("[]")
