"""The verifier's compact memories: digests that came twice, ballots by index."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsukuba_trust.verify.known import Spool
from tsukuba_trust.verify.seen import Seen


@given(st.lists(st.integers(0, 20), max_size=60))
def test_it_finds_exactly_what_a_dictionary_finds(values: list[int]) -> None:
    seen, first, wanted = Seen(), dict[int, int](), []
    for index, value in enumerate(values):
        seen.add(hashlib.sha256(str(value).encode()).digest(), index)
        if value in first:
            wanted.append((index, first[value]))
        first.setdefault(value, index)
    assert list(seen.repeated()) == wanted


def test_digests_that_differ_after_16_bytes_count_as_one() -> None:
    seen = Seen()
    seen.add(bytes(16) + b"a", 1)
    seen.add(bytes(16) + b"b", 2)
    assert list(seen.repeated()) == [(2, 1)]


def test_a_spool_returns_each_text_by_its_index() -> None:
    with Spool() as spool:
        texts = {3: "三", 7: "", 8: "eight", 1000: "x" * 9000}
        for index, text in texts.items():
            spool.add(index, text)
        assert {index: spool.text(index) for index in texts} == texts
        for unknown in (0, 4, 1001):
            with pytest.raises(KeyError):
                spool.text(unknown)
