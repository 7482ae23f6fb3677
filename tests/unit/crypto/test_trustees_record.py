"""Trustees records: golden ones of both threshold formats, and wrong ones."""

import json
import os

import pytest

from archives import WITHOUT_PREFERENCES, flawed, golden
from ceremonies import hold, item_of, threshold_json
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.record import read_record
from tsukuba_trust.crypto.trustees import new_single, read_trustees, trustees_text
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json

OF = group("Ed25519")
NEW = "ed-threshold-5-v33"
OLD = "ed-threshold-5-v21"


def _items(name: str) -> Json:
    return json.loads(golden(name).events[0].records[1])


@pytest.mark.parametrize("name", WITHOUT_PREFERENCES)
def test_it_reads_golden_trustees_old_and_new(name: str) -> None:
    election, text = golden(name).events[0].records[:2]
    record = read_record(election)
    assert read_trustees(record.group, text).key == record.key


@pytest.mark.parametrize("name", WITHOUT_PREFERENCES)
def test_it_writes_golden_trustees_again(name: str) -> None:
    assert trustees_text(_items(name)) == golden(name).events[0].records[1]


@pytest.mark.parametrize("name", ["ed-threshold-5-v21", "ff-threshold-5"])
def test_it_refuses_the_older_format_where_all_fields_are_asked_for(name: str) -> None:
    election, text = golden(name).events[0].records[:2]
    with pytest.raises(Rejected, match="trustees_form"):
        read_trustees(read_record(election).group, text, require_all_fields=True)


@pytest.mark.parametrize("field", ["context", "signatures", "signature"])
def test_it_refuses_where_one_newer_field_is_missing_and_all_are_asked_for(field: str) -> None:
    item = threshold_json(OF, 1, 1, contexts=field != "context")
    if field == "signatures":
        del item["signatures"]
    elif field == "signature":
        del item["verification_keys"][0]["signature"]
    text = trustees_text([("Pedersen", item)])
    read_trustees(OF, text)
    with pytest.raises(Rejected, match="trustees_form"):
        read_trustees(OF, text, require_all_fields=True)


@pytest.mark.parametrize("name", ["", "筑波"])
def test_it_reads_a_single_trustee_that_it_made(name: str) -> None:
    secret, public = new_single(OF, name, os.urandom)
    trustees = read_trustees(OF, trustees_text([("Single", public)]))
    assert trustees.verification_keys == [OF.power(OF.generator, secret)]
    assert trustees.key == trustees.verification_keys[0]


def test_it_accepts_the_two_formats_of_its_own_ceremony() -> None:
    item = item_of(OF, hold(OF, 3, 2))
    read_trustees(OF, trustees_text([("Pedersen", item)]), require_all_fields=True)


@pytest.mark.parametrize("value", ["2", 2.0, None, True])
def test_it_refuses_a_threshold_that_is_no_number(value: object) -> None:
    items = _items(NEW)
    items[1][1]["threshold"] = value
    with pytest.raises(Rejected, match="trustees_form"):
        read_trustees(OF, json.dumps(items))


@pytest.mark.parametrize("signed", [{"message": 1}, {"signature": {}, "message": ""}])
def test_it_refuses_a_certificate_that_is_no_signed_message(signed: dict[str, object]) -> None:
    items = _items(NEW)
    proof = items[1][1]["certs"][0]["signature"]
    items[1][1]["certs"][0] = {**signed, "signature": proof} if len(signed) == 1 else signed
    with pytest.raises(Rejected, match="signed_form"):
        read_trustees(OF, trustees_text(items))


@pytest.mark.parametrize("field", ["certs", "coefexps", "signatures", "verification_keys"])
def test_it_refuses_lists_of_unequal_length(field: str) -> None:
    items = _items(NEW)
    items[1][1][field].pop()
    with pytest.raises(Rejected, match="trustees_form"):
        read_trustees(OF, trustees_text(items))


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "[[]]",
        '[["Double",{}]]',
        '[["Single",{}]]',
        '[["Single",[]]]',
        '[["Pedersen",{}]]',
        '[["Pedersen",1]]',
        '[["Pedersen",{"threshold":1,"certs":[],"coefexps":[],"verification_keys":[]}]]',
    ],
)
def test_it_refuses_what_is_no_trustees_record(text: str) -> None:
    with pytest.raises(Rejected, match="trustees_form"):
        read_trustees(OF, text)


def test_it_refuses_a_name_that_is_no_text() -> None:
    _, public = new_single(OF, "", os.urandom)
    with pytest.raises(Rejected, match="trustees_form"):
        read_trustees(OF, trustees_text([("Single", {**public, "name": 1})]))


@pytest.mark.parametrize("key", ["0" * 63 + "1", "0" * 64, "f" * 64])
def test_p04_it_refuses_a_key_that_is_no_usable_element(key: str) -> None:
    _, public = new_single(OF, "", os.urandom)
    with pytest.raises(Rejected, match="element_invalid"):
        read_trustees(OF, trustees_text([("Single", {**public, "public_key": key})]))


@pytest.mark.parametrize("place", ["verification", "encryption", "coefexps"])
def test_p04_it_refuses_the_identity_inside_a_threshold(place: str) -> None:
    item = threshold_json(OF, 1, 1)
    part = item["coefexps" if place == "coefexps" else "certs"][0]
    content = json.loads(part["message"])
    content[place] = ["0" * 63 + "1"] if place == "coefexps" else "0" * 63 + "1"
    part["message"] = json.dumps(content, separators=(",", ":"))
    with pytest.raises(Rejected, match="element_invalid"):
        read_trustees(OF, trustees_text([("Pedersen", item)]))


def test_it_names_the_member_at_fault() -> None:
    items = _items(NEW)
    keys = items[1][1]["verification_keys"]
    keys[2]["pok"] = flawed(keys[2]["pok"])
    with pytest.raises(Rejected, match="member 3"):
        read_trustees(OF, trustees_text(items))


@pytest.mark.parametrize("coefexps", [[], {}, "x"])
def test_it_refuses_a_member_without_commitments(coefexps: object) -> None:
    item = threshold_json(OF, 1, 1)
    item["coefexps"][0]["message"] = json.dumps({"coefexps": coefexps})
    with pytest.raises(Rejected, match="trustees_form"):
        read_trustees(OF, trustees_text([("Pedersen", item)]))
