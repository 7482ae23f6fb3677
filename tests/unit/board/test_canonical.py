"""Canonical bytes (board.md 2.1), attacks of board.md section 7 row 7."""

import json
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tsukuba_trust.board import canonical, entries, merkle
from tsukuba_trust.errors import Rejected

CASES = json.loads(
    (Path(__file__).parents[2] / "vectors" / "board" / "canonical.json").read_text("utf-8")
)["cases"]


def _bytes(case):
    if "hex" in case:
        return bytes.fromhex(case["hex"])
    repeat = case["repeat"]
    return (repeat["before"] + repeat["byte"] * repeat["count"] + repeat["after"]).encode()


def _name(case):
    return case.get("why", case.get("hex", "")[:40])


@pytest.mark.parametrize("case", [c for c in CASES if c["ok"]], ids=_name)
def test_it_reads_and_writes_each_good_vector_byte_for_byte(case):
    data = _bytes(case)
    entry = entries.read_object(data)
    assert canonical.encode(entry) == data
    assert merkle.leaf_hash(data).hex() == case["leaf_hash"]


@pytest.mark.parametrize("case", [c for c in CASES if not c["ok"]], ids=_name)
def test_it_refuses_each_bad_vector(case):
    with pytest.raises(Rejected) as caught:
        entries.read_object(_bytes(case))
    assert caught.value.step == "3"


KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    TEXTS | st.booleans() | st.integers(0, canonical.LARGEST_INTEGER),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)


@given(OBJECTS)
def test_it_writes_what_a_strangers_library_writes(value):
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(OBJECTS)
def test_reading_undoes_writing(value):
    assert canonical.decode(canonical.encode(value)) == value


@given(OBJECTS, OBJECTS)
def test_p08_two_values_never_share_bytes(one, other):
    assert (canonical.encode(one) == canonical.encode(other)) == _same(one, other)


def _same(one, other):
    """Equality that keeps true and 1 apart, as JSON does."""
    return repr(_sorted(one)) == repr(_sorted(other))


def _sorted(value):
    if isinstance(value, dict):
        return sorted((key, _sorted(item)) for key, item in value.items())
    return [_sorted(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "value",
    [None, [], "a", {"a": None}, {"a": 1.0}, {"a": -1}, {"a": 2**53}, {"A": 1}, {1: 1}, {"a\n": 1},
     {"a": "\ud800"}, {"a": b""}],
    ids=repr,
)  # fmt: skip
def test_it_refuses_to_write_what_could_not_be_read(value):
    with pytest.raises(Rejected, match="not_canonical"):
        canonical.encode(value)


def test_it_refuses_a_value_nested_a_million_times_without_recursing():
    with pytest.raises(Rejected, match="not_canonical"):
        canonical.decode(b'{"a":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}")


def test_it_refuses_sixty_five_levels():
    value: object = "x"
    for _ in range(canonical.DEEPEST):
        value = [value]
    with pytest.raises(Rejected, match="nested"):
        canonical.encode({"a": value})


def test_it_refuses_an_integer_of_ten_thousand_digits():
    with pytest.raises(Rejected, match="not_canonical"):
        canonical.decode(b'{"a":' + b"9" * 10_000 + b"}")


def test_a_digest_is_the_same_over_object_and_bytes():
    assert canonical.digest({"a": 1}) == canonical.digest(b'{"a":1}')
