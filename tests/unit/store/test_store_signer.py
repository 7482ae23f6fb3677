"""The signer: it signs only what continues what it signed before."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from boards import VKEY, make_signer
from record_parts import ORIGIN
from tsukuba_trust.board import merkle, note
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.store.signer import EMPTY, Head, Signer


class Tree:
    """A tree in memory."""

    def __init__(self, *leaves: str) -> None:
        self.leaves = [merkle.leaf_hash(leaf.encode()) for leaf in leaves]

    def head(self, _origin: str) -> Head:
        return Head(len(self.leaves), merkle.root(self.leaves))

    def consistency(self, _origin: str, old: int, new: int) -> Sequence[bytes]:
        def get(level: int, index: int) -> bytes:
            return merkle.root(self.leaves[index << level : (index + 1) << level])

        return merkle.consistency_proof(get, old, new)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    signer = make_signer(tmp_path)
    signer.begin(ORIGIN)
    return signer


def test_it_signs_a_head_that_readers_accept(signer: Signer) -> None:
    head, text = signer.checkpoint(ORIGIN, Tree("a", "b"))
    read = note.read_checkpoint(text, [VKEY], ORIGIN)
    assert (read.size, read.root) == (head.size, head.root) == (2, Tree("a", "b").head("").root)


def test_it_signs_the_same_head_again_in_the_same_bytes(signer: Signer, tmp_path: Path) -> None:
    first = signer.checkpoint(ORIGIN, Tree("a", "b"))
    assert make_signer(tmp_path).checkpoint(ORIGIN, Tree("a", "b")) == first


def test_it_remembers_before_it_answers(signer: Signer) -> None:
    signer.checkpoint(ORIGIN, Tree("a"))
    head, _text = signer.checkpoint(ORIGIN, Tree("a", "b", "c"))
    assert signer.memory(ORIGIN) == head


@pytest.mark.parametrize(
    "fork",
    [
        pytest.param(Tree("a", "b"), id="smaller"),
        pytest.param(Tree("a", "b", "X"), id="same size, other root"),
        pytest.param(Tree("a", "X", "c", "d", "e"), id="larger, entry 1 rewritten"),
        pytest.param(Tree(), id="empty"),
    ],
)
def test_it_refuses_what_does_not_continue_its_tree(signer: Signer, fork: Tree) -> None:
    """board.md section 7, rows 2 and 3."""
    head, _text = signer.checkpoint(ORIGIN, Tree("a", "b", "c"))
    with pytest.raises(Rejected) as caught:
        signer.checkpoint(ORIGIN, fork)
    assert caught.value.code == "signer_fork"
    assert signer.memory(ORIGIN) == head


def test_it_refuses_a_source_whose_proof_does_not_fit_its_head(signer: Signer) -> None:
    class Liar(Tree):
        def consistency(self, _origin: str, old: int, new: int) -> Sequence[bytes]:
            return []

    signer.checkpoint(ORIGIN, Tree("a", "b", "c"))
    with pytest.raises(Rejected):
        signer.checkpoint(ORIGIN, Liar("a", "b", "c", "d"))


def test_it_does_not_sign_a_log_that_it_was_never_told_to_begin(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        make_signer(tmp_path).checkpoint(ORIGIN, Tree("a"))
    assert caught.value.code == "signer_memory"


def test_beginning_again_forgets_nothing(signer: Signer) -> None:
    head, _text = signer.checkpoint(ORIGIN, Tree("a", "b"))
    signer.begin(ORIGIN)
    assert signer.memory(ORIGIN) == head


def test_logs_have_memories_of_their_own(signer: Signer) -> None:
    signer.checkpoint(ORIGIN, Tree("a", "b"))
    signer.begin("other/log")
    assert signer.memory("other/log") == EMPTY


@pytest.mark.parametrize("text", ["", "{", "[]", '{"x": 1}', '{"x": {"size": 1}}'])
def test_it_refuses_an_unreadable_memory(signer: Signer, tmp_path: Path, text: str) -> None:
    (tmp_path / "memory.json").write_text(text)
    with pytest.raises(Misconfigured) as caught:
        signer.checkpoint(ORIGIN, Tree("a"))
    assert caught.value.code == "signer_memory"


def test_it_refuses_a_key_that_others_can_read(signer: Signer, tmp_path: Path) -> None:
    (tmp_path / "log.pem").chmod(0o640)
    with pytest.raises(Misconfigured) as caught:
        make_signer(tmp_path)
    assert caught.value.code == "key_readable"


def test_it_names_a_missing_key(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        Signer(tmp_path / "none.pem", tmp_path / "memory.json")
    assert caught.value.code == "key_missing"


def test_it_refuses_a_key_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "log.pem"
    other = x25519.X25519PrivateKey.generate()
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    with pytest.raises(Misconfigured) as caught:
        Signer(path, tmp_path / "memory.json")
    assert caught.value.code == "key_invalid"
    path.write_text("nonsense")
    with pytest.raises(Misconfigured):
        Signer(path, tmp_path / "memory.json")
