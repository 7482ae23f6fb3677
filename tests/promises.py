"""What a board promised, checked against the board as it is now."""

import json
from pathlib import Path

from boards import data_of, make_board, make_signer
from record_parts import ORIGIN
from tsukuba_trust.board import entries, merkle, receipt
from tsukuba_trust.values import Json


def check_promises(promises: list[Json], url: str, folder: Path) -> None:
    """Check everything that was answered against the board as it is now."""
    vkey = make_signer(folder).key(ORIGIN).text
    board = make_board(url, folder)
    assert board.start() == {}
    stored = [data for _, data in board.data(ORIGIN)]
    board.close()
    roots = [merkle.EMPTY_ROOT]
    frontier = merkle.Frontier()
    for data in stored:
        frontier = frontier.append(merkle.leaf_hash(data))
        roots.append(frontier.root)
    for promise in promises:
        mine = data_of(promise["entry"])
        checkpoint = receipt.check_receipt(
            promise["receipt"], merkle.leaf_hash(mine), [vkey], ORIGIN
        )
        assert stored[promise["index"]] == mine
        assert roots[checkpoint.size] == checkpoint.root  # no signed head was contradicted
    assert len(set(stored)) == len(stored)
    keys = [key for data in stored for key in entries.entry_keys(json.loads(data))]
    assert len(set(keys)) == len(keys)
    where = {json.dumps(promise["entry"], sort_keys=True): set() for promise in promises}
    for promise in promises:
        where[json.dumps(promise["entry"], sort_keys=True)].add(promise["index"])
    assert all(len(indexes) == 1 for indexes in where.values())
