"""The board store: one way in, each entry once, receipts that verify."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from boards import (
    CONTEST,
    VKEY,
    ballot,
    component,
    data_of,
    ended,
    make_board,
    make_signer,
    open_voting,
    opened,
    refusal,
    registration,
)
from record_parts import ORIGIN
from tsukuba_trust.board import entries, merkle, note, receipt
from tsukuba_trust.errors import Refused, Rejected, Unavailable
from tsukuba_trust.store import board as board_module
from tsukuba_trust.store import board_append, engines
from tsukuba_trust.store.board import BoardStore

Database = Callable[[str], str]


@pytest.fixture
def board(database: Database, tmp_path: Path) -> Iterator[BoardStore]:
    store = open_voting(database("board"), tmp_path)
    yield store
    store.close()


def test_it_holds_exactly_the_bytes_that_were_appended(board: BoardStore) -> None:
    assert [data for _, data in board.data(ORIGIN)] == opened().data
    assert board.entry(ORIGIN, 0) == opened().data[0]
    assert [entry["type"] for _, entry in board.entries(ORIGIN, 1, 3)] == [
        "TrusteesFixed",
        "OfficersAct",
    ]


def test_its_root_is_the_root_of_its_entries(board: BoardStore) -> None:
    for number in range(20):
        board.append(ORIGIN, registration(f"voter-{number}"))
    leaves = [merkle.leaf_hash(data) for _, data in board.data(ORIGIN)]
    head = board.head(ORIGIN)
    assert (head.size, head.root) == (len(leaves), merkle.root(leaves))


def test_the_same_bytes_again_give_the_first_index(board: BoardStore) -> None:
    first = board.append(ORIGIN, registration("ann"))
    board.append(ORIGIN, registration("bob"))
    again = board.append(ORIGIN, registration("ann"))
    assert (first.new, again.new, again.index) == (True, False, first.index)
    assert board.find(ORIGIN, entries.credential_key(CONTEST, "ann")) == first.index


def test_the_same_bytes_give_the_first_index_after_the_end_too(board: BoardStore) -> None:
    board.append(ORIGIN, registration("ann"))
    index = board.append(ORIGIN, ballot("ann")).index
    board.append(ORIGIN, ended(board))
    assert board.append(ORIGIN, ballot("ann")).index == index


def test_a_credential_that_stands_in_other_bytes_is_taken(board: BoardStore) -> None:
    board.append(ORIGIN, registration("ann"))
    assert refusal(lambda: board.append(ORIGIN, registration("ann", salt="x"))) == (
        "credential_taken"
    )


def test_a_key_that_stands_in_other_bytes_is_refused(board: BoardStore) -> None:
    board.append(ORIGIN, ended(board))
    other = {"type": "VotingEnded", "contests": [{"contest": CONTEST, "holders": 9, "ballots": 9}]}
    assert refusal(lambda: board.append(ORIGIN, other)) == "entry_differs"


def test_b01_a_ciphertext_that_stands_on_the_board_is_refused(board: BoardStore) -> None:
    board.append(ORIGIN, registration("ann"))
    board.append(ORIGIN, registration("bob"))
    board.append(ORIGIN, ballot("ann"), components=[component(1), component(2)])
    size = board.head(ORIGIN).size
    for components in ([component(2)], [component(3), component(1)], [component(4)] * 2):
        with pytest.raises(Refused) as caught:
            board.append(ORIGIN, ballot("bob"), components=components)
        assert caught.value.code == "component_seen"
    assert board.head(ORIGIN).size == size
    board.append(ORIGIN, ballot("bob"), components=[component(3)])


def test_nothing_of_a_refused_entry_stays(board: BoardStore) -> None:
    before = board.head(ORIGIN)
    with pytest.raises(Rejected) as caught:
        board.append(ORIGIN, ballot("stranger"), components=[component(1)])
    assert (caught.value.code, caught.value.step) == ("credential_unknown", "4")
    assert board.head(ORIGIN) == before
    board.append(ORIGIN, registration("ann"))
    board.append(ORIGIN, ballot("ann"), components=[component(1)])


@pytest.mark.parametrize("kind", ["BallotAccepted", "CredentialsRegistered"])
def test_it_refuses_votes_after_the_end(board: BoardStore, kind: str) -> None:
    board.append(ORIGIN, registration("ann"))
    board.append(ORIGIN, ended(board))
    late = ballot("ann") if kind == "BallotAccepted" else registration("bob")
    assert refusal(lambda: board.append(ORIGIN, late)) == "closed"


def test_two_votes_of_one_holder_make_two_entries_and_the_later_counts(board: BoardStore) -> None:
    """board.md section 7, row 9."""
    first = board.append(ORIGIN, registration("ann")).index
    board.append(ORIGIN, ballot("ann", 1))
    second = board.append(ORIGIN, ballot("ann", 2)).index
    assert board.lookup(ORIGIN).ballot(first, CONTEST) == second
    assert board.state(ORIGIN).ballots == {CONTEST: 1}


def test_a_replaced_credential_may_not_cast_and_its_ballot_stays(board: BoardStore) -> None:
    first = board.append(ORIGIN, registration("ann")).index
    old = board.append(ORIGIN, ballot("ann")).index
    newest = board.append(ORIGIN, registration("ann-2", replaces=first)).index
    lookup = board.lookup(ORIGIN)
    assert refusal(lambda: board.append(ORIGIN, ballot("ann", 2))) == "credential_replaced"
    assert lookup.registration(CONTEST, "ann-2") == newest
    assert (lookup.holder(newest), lookup.current(first)) == (first, newest)
    assert lookup.ballot(first, CONTEST) == old
    last = board.append(ORIGIN, ballot("ann-2")).index
    assert lookup.ballot(first, CONTEST) == last


def test_a_second_vote_is_refused_where_it_is_not_allowed(
    database: Database, tmp_path: Path
) -> None:
    board = open_voting(database("board"), tmp_path, revote=False)
    board.append(ORIGIN, registration("ann"))
    board.append(ORIGIN, ballot("ann", 1))
    assert refusal(lambda: board.append(ORIGIN, ballot("ann", 2))) == "already_voted"
    board.close()


def test_every_receipt_verifies_against_the_voters_own_bytes(board: BoardStore) -> None:
    board.append(ORIGIN, registration("ann"))
    for number in range(5):
        mine = ballot("ann", number)
        index = board.append(ORIGIN, mine).index
        text = board.receipt(ORIGIN, index)
        checkpoint = receipt.check_receipt(text, merkle.leaf_hash(data_of(mine)), [VKEY], ORIGIN)
        assert checkpoint.size > index


def test_b06_an_echo_of_another_ballot_is_seen_by_the_voter(board: BoardStore) -> None:
    """board.md section 7, row 23."""
    board.append(ORIGIN, registration("ann"))
    text = board.receipt(ORIGIN, board.append(ORIGIN, ballot("ann", 1)).index)
    with pytest.raises(Rejected):
        receipt.check_receipt(text, merkle.leaf_hash(data_of(ballot("ann", 2))), [VKEY], ORIGIN)


def test_receipts_of_all_entries_verify_across_tile_borders(
    database: Database, tmp_path: Path
) -> None:
    url = database("board")
    board = open_voting(url, tmp_path)
    while board.head(ORIGIN).size < 258:
        board.append(ORIGIN, registration(f"voter-{board.head(ORIGIN).size}"))
    board.checkpoint(ORIGIN)
    for index, data in board.data(ORIGIN):
        if index % 51 == 0 or index > 253:
            proof = board.receipt(ORIGIN, index)
            receipt.check_receipt(proof, merkle.leaf_hash(data), [VKEY], ORIGIN)
    for old in (1, 5, 255, 256, 257):
        leaves = [merkle.leaf_hash(data) for _, data in board.data(ORIGIN, 0, old)]
        head = board.head(ORIGIN)
        proof_of = board.consistency(ORIGIN, old, head.size)
        merkle.check_consistency(old, head.size, proof_of, merkle.root(leaves), head.root)
    board.close()
    again = make_board(url, tmp_path)
    assert again.start() == {}
    again.close()


def test_checkpoints_are_kept_with_their_sizes(board: BoardStore) -> None:
    first = board.checkpoint(ORIGIN)
    board.append(ORIGIN, registration("ann"))
    second = board.checkpoint(ORIGIN)
    assert [text for _, text in board.checkpoints(ORIGIN)] == [first, second]
    for size, text in board.checkpoints(ORIGIN):
        assert note.read_checkpoint(text, [VKEY], ORIGIN).size == size


def test_it_refuses_a_receipt_for_an_entry_that_is_not_there(board: BoardStore) -> None:
    size = board.head(ORIGIN).size
    for index in (-1, size):
        assert refusal(lambda index=index: board.receipt(ORIGIN, index)) == "receipt_not_found"
    assert refusal(lambda: board.entry(ORIGIN, size)) == "unknown_entry"


def test_an_unknown_log_is_refused_everywhere(board: BoardStore) -> None:
    for call in (board.head, board.state, board.checkpoint, board.lookup, board.checkpoints):
        assert refusal(lambda call=call: call("other/log")) == "unknown_election"
    assert refusal(lambda: board.append("other/log", registration("ann"))) == "unknown_election"
    assert board.origins() == [ORIGIN]


def test_an_entry_without_its_blob_never_arises(database: Database, tmp_path: Path) -> None:
    """board.md section 7, row 18."""
    board, log = make_board(database("board"), tmp_path), opened()
    board.append(ORIGIN, json.loads(log.data[0]))
    trustees = json.loads(log.data[1])
    assert refusal(lambda: board.append(ORIGIN, trustees)) == "blob_missing"
    board.append(ORIGIN, trustees, blobs=list(log.blobs.values()))
    named = trustees["trustees"]
    assert board.blob(named["sha256"], named["size"]) == log.blobs[named["sha256"]]
    board.close()


def test_a_long_ballot_stands_beside_the_log(board: BoardStore) -> None:
    board.append(ORIGIN, registration("ann"))
    text = json.dumps({"election_uuid": CONTEST, "credential": "ann", "filler": "x" * 40_000})
    document, body = entries.document(text)
    entry = {"type": "BallotAccepted", "contest": CONTEST, "ballot": document}
    assert body is not None
    index = board.append(ORIGIN, entry, blobs=[body]).index
    assert board.append(ORIGIN, entry).index == index
    stored = json.loads(board.entry(ORIGIN, index))
    assert entries.document_text(stored["ballot"], board.blob) == text


def test_an_entry_that_is_too_large_is_refused_before_anything_is_written(
    board: BoardStore, tmp_path: Path
) -> None:
    """board.md section 7, row 6."""
    blobs = sorted((tmp_path / "blobs").rglob("*"))
    entry = registration("a" * 65_535)
    refused = refusal(lambda: board.append(ORIGIN, entry, blobs=[b"never written"]))
    assert refused == "entry_too_large"
    assert sorted((tmp_path / "blobs").rglob("*")) == blobs


@pytest.mark.parametrize("change", [{"ip": "x"}, {"contest": 1}, {"ballot": None}, {"at": 1.5}])
def test_it_refuses_what_is_no_entry(board: BoardStore, change: dict[str, object]) -> None:
    """board.md section 7, row 7; B09: no field that no rule speaks of."""
    with pytest.raises(Rejected):
        board.append(ORIGIN, {**ballot("ann"), **change})


def test_a_log_is_begun_once(board: BoardStore) -> None:
    first = json.loads(opened().data[0])
    assert board.append(ORIGIN, first).index == 0
    other = {**first, "evidence_key": first["registrar_key"]}
    assert refusal(lambda: board.append(ORIGIN, other)) == "entry_differs"
    assert refusal(lambda: board.append("other/log", first)) == "entry_differs"


def test_chains_that_are_not_there_are_key_errors(board: BoardStore) -> None:
    lookup = board.lookup(ORIGIN)
    assert lookup.registration(CONTEST, "nobody") is None
    assert lookup.ballot(99, CONTEST) is None
    for call in (lookup.holder, lookup.current):
        with pytest.raises(KeyError):
            call(99)


def test_components_have_one_size(board: BoardStore) -> None:
    board.append(ORIGIN, registration("ann"))
    with pytest.raises(ValueError, match="16 bytes"):
        board.append(ORIGIN, ballot("ann"), components=[b"short"])


def test_the_signers_key_is_the_key_of_entry_0(board: BoardStore, tmp_path: Path) -> None:
    defined = json.loads(board.entry(ORIGIN, 0))
    assert make_signer(tmp_path).key(ORIGIN).text == defined["log_key"] == VKEY


def test_a_database_that_did_not_answer_is_asked_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = open_voting(database("board"), tmp_path)
    board._problems.clear()

    def silent(*_arguments: object) -> None:
        raise Unavailable("database_unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(board_module, "check_log", silent)
        assert refusal(lambda: board.checkpoint(ORIGIN)) == "database_unavailable"
    board.checkpoint(ORIGIN)
    board.close()


def test_two_logs_that_begin_at_once_wait_for_each_other(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, first = make_board(database("board"), tmp_path), json.loads(opened().data[0])
    with monkeypatch.context() as patch:
        patch.setattr(board_append, "_create", lambda *_arguments: None)
        patch.setattr(engines, "PATIENCE_S", 0.0)
        assert refusal(lambda: board.append(ORIGIN, first)) == "database_busy"
    assert board.append(ORIGIN, first).index == 0
    board.close()


def test_the_lock_comes_before_anything_is_read(board: BoardStore) -> None:
    """D15: BEGIN IMMEDIATE on SQLite, the row lock on PostgreSQL."""
    board.append(ORIGIN, registration("ann"))
    said: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(board._writer, "before_cursor_execute", record)
    board.append(ORIGIN, ballot("ann"))
    if board._writer.dialect.name == "sqlite":
        assert said[0] == "BEGIN IMMEDIATE"
        assert said[1].startswith("SELECT log.")
    else:
        assert said[0].startswith("SELECT log.")
        assert said[0].endswith("FOR UPDATE")
