"""The tree against numbers made in Go (board.md 1.1, 1.2; section 7 rows 2, 3, 16)."""

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsukuba_trust.board import merkle
from tsukuba_trust.errors import Rejected

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "board" / "vectors.json").read_text("utf-8")
)
ROOTS = {item["size"]: bytes.fromhex(item["root"]) for item in VECTORS["roots"]}


@cache
def _levels():
    levels = [[merkle.leaf_hash(b"board vectors leaf %d" % i) for i in range(70_000)]]
    while len(levels[-1]) > 1:
        row = levels[-1]
        pairs = range(0, len(row) - 1, 2)
        levels.append([merkle.node_hash(row[i], row[i + 1]) for i in pairs])
    return levels


def _get(level, index):
    return _levels()[level][index]


def _path(item):
    return [bytes.fromhex(digest) for digest in item["path"]]


def test_hashes_equal_the_vectors():
    hashes = VECTORS["hashes"]
    assert hashes["empty_root"] == merkle.EMPTY_ROOT.hex() == merkle.root([]).hex()
    for leaf in hashes["leaves"]:
        if "entry_hex" in leaf:
            data = bytes.fromhex(leaf["entry_hex"])
        else:
            byte, count = leaf["entry_repeat"]
            data = bytes.fromhex(byte) * count
        assert merkle.leaf_hash(data).hex() == leaf["leaf_hash"]


def test_the_inner_node_equals_the_vector():
    node = VECTORS["hashes"]["node"]
    left, right = (bytes.fromhex(node[side]) for side in ("left", "right"))
    assert merkle.node_hash(left, right).hex() == node["node"]


@pytest.mark.parametrize("size", ROOTS)
def test_roots_equal_the_vectors(size):
    assert merkle.range_root(_get, 0, size) == ROOTS[size]


def test_the_frontier_has_the_root_of_every_size_on_its_way():
    frontier = merkle.Frontier()
    for leaf in _levels()[0]:
        frontier = frontier.append(leaf)
        if frontier.size in ROOTS:
            assert frontier.root == ROOTS[frontier.size]
            kept = merkle.Frontier.from_bytes(frontier.size, frontier.to_bytes())
            assert kept == frontier


@pytest.mark.parametrize("item", VECTORS["inclusion"], ids=lambda i: f"{i['index']} of {i['size']}")
def test_inclusion_proofs_are_made_and_accepted(item):
    index, size = item["index"], item["size"]
    assert merkle.inclusion_proof(_get, index, size) == _path(item)
    merkle.check_inclusion(_get(0, index), index, size, _path(item), ROOTS[size])


@pytest.mark.parametrize("item", VECTORS["consistency"], ids=lambda i: f"{i['old']} to {i['new']}")
def test_consistency_proofs_are_made_and_accepted(item):
    old, new = item["old"], item["new"]
    assert merkle.consistency_proof(_get, old, new) == _path(item)
    merkle.check_consistency(old, new, _path(item), ROOTS[old], ROOTS[new])


@pytest.mark.parametrize("item", VECTORS["reject"], ids=lambda i: f"{i['kind']} {i['why']}")
def test_it_refuses_every_bad_proof(item):
    with pytest.raises(Rejected, match=f"{item['kind']}_invalid"):
        _check(item)


def _check(item):
    if item["kind"] == "inclusion":
        leaf, root = bytes.fromhex(item["leaf_hash"]), bytes.fromhex(item["root"])
        merkle.check_inclusion(leaf, item["index"], item["size"], _path(item), root)
    else:
        roots = bytes.fromhex(item["old_root"]), bytes.fromhex(item["new_root"])
        merkle.check_consistency(item["old"], item["new"], _path(item), *roots)


def test_a_fork_has_the_root_that_the_vector_says():
    fork = VECTORS["fork"]
    leaves = _levels()[0][: fork["size"]]
    leaves[2] = merkle.leaf_hash(b"forged")
    assert merkle.root(leaves).hex() == fork["root"]


def test_a_proof_does_not_fix_the_size():
    """Why readers take the size from the signed checkpoint only."""
    item = VECTORS["size_is_not_bound"]
    leaf = merkle.leaf_hash(b"board vectors leaf %d" % item["index"])
    root = bytes.fromhex(item["root"])
    merkle.check_inclusion(leaf, item["index"], item["claimed_size"], _path(item), root)


SIZES = st.integers(1, 600)


@given(SIZES, st.data())
def test_a_made_inclusion_proof_is_accepted_and_no_other_leaf(size, data):
    index = data.draw(st.integers(0, size - 1))
    root = merkle.range_root(_get, 0, size)
    proof = merkle.inclusion_proof(_get, index, size)
    merkle.check_inclusion(_get(0, index), index, size, proof, root)
    with pytest.raises(Rejected):
        merkle.check_inclusion(merkle.leaf_hash(b"other"), index, size, proof, root)


@given(SIZES, SIZES)
def test_a_made_consistency_proof_is_accepted(one, other):
    old, new = sorted((one, other))
    proof = merkle.consistency_proof(_get, old, new)
    roots = (merkle.range_root(_get, 0, old), merkle.range_root(_get, 0, new))
    merkle.check_consistency(old, new, proof, *roots)


@given(st.lists(st.binary(min_size=30, max_size=33), max_size=70), st.integers(), st.integers())
def test_an_arbitrary_proof_is_refused_and_never_an_index_error(proof, index, size):
    root = merkle.leaf_hash(b"root")
    with pytest.raises(Rejected, match="inclusion_invalid"):
        merkle.check_inclusion(merkle.EMPTY_ROOT, index, size, proof, root)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70), st.integers(1), st.integers())
def test_an_arbitrary_consistency_proof_is_refused(proof, old, new):
    with pytest.raises(Rejected, match="consistency_invalid"):
        merkle.check_consistency(old, new, proof, merkle.EMPTY_ROOT, merkle.leaf_hash(b"new"))


def test_p11_any_altered_swapped_or_removed_entry_changes_the_root():
    leaves = _levels()[0][:7]
    root = merkle.root(leaves)
    for at in range(7):
        removed = leaves[:at] + leaves[at + 1 :]
        altered = [*leaves[:at], merkle.leaf_hash(b"x"), *leaves[at + 1 :]]
        swapped = [*leaves[:at], *reversed(leaves[at : at + 2]), *leaves[at + 2 :]]
        assert root not in (merkle.root(removed), merkle.root(altered))
        assert at == 6 or merkle.root(swapped) != root


def test_nothing_is_proven_from_the_empty_tree_but_its_proof_must_be_empty():
    merkle.check_consistency(0, 7, [], merkle.EMPTY_ROOT, ROOTS[7])
    with pytest.raises(Rejected):
        merkle.check_consistency(0, 7, [ROOTS[7]], merkle.EMPTY_ROOT, ROOTS[7])


@pytest.mark.parametrize("sizes", [(-1, 3), (4, 3)])
def test_it_makes_no_consistency_proof_for_sizes_out_of_order(sizes):
    with pytest.raises(Rejected, match="size_order"):
        merkle.consistency_proof(_get, *sizes)


@pytest.mark.parametrize("index", [-1, 7])
def test_it_makes_no_inclusion_proof_outside_the_tree(index):
    with pytest.raises(Rejected, match="index_outside_tree"):
        merkle.inclusion_proof(_get, index, 7)


def test_it_refuses_a_frontier_of_another_length():
    with pytest.raises(Rejected, match="frontier_invalid"):
        merkle.Frontier.from_bytes(3, bytes(32))


def test_it_refuses_hashes_that_are_not_32_bytes():
    with pytest.raises(Rejected, match="consistency_invalid"):
        merkle.check_consistency(3, 7, [b"short"], ROOTS[3], ROOTS[7])
