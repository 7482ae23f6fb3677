"""Run as a programme: fork writers into one board, kill them, and print what they promised.

``killed_writer.py rounds URL FOLDER SEED ROUNDS WRITERS`` kills writers with SIGKILL at
random moments; ``killed_writer.py lines URL FOLDER SEED STEP`` kills a writer at every
STEP-th line of the store that a cast runs through, and casts the same ballot again;
``killed_writer.py parallel URL FOLDER KIND COUNT`` kills nobody: two processes with ten
threads each ask for the same thing COUNT times and print the answers.
A programme of its own, because it forks, and a forked test run has threads.

Printed: one JSON line per promise: entry, index, receipt.
"""

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parent))

from boards import ballot, make_board, registration
from forks import Say, collect, fork, kill_at_random
from record_parts import ORIGIN
from tsukuba_trust.errors import TrustError
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.roll import RollStore
from tsukuba_trust.values import Json

STORE = str(Path(sys.modules[BoardStore.__module__].__file__ or "").parent)
LONGEST_LIFE_S = 0.25


def promise(board: BoardStore, entry: Json, say: Say) -> None:
    """Do what a cast does: append, receipt, answer."""
    index = board.append(ORIGIN, entry).index
    say({"entry": entry, "index": index, "receipt": board.receipt(ORIGIN, index)})


def rounds(url: str, folder: Path, seed: int, count: int, writers: int) -> list[Json]:
    """Kill all writers of a round at one random moment; later writers repeat what was asked."""
    moments = random.Random(seed)
    said: list[Json] = []
    for number in range(count):

        def work(say: Say, *, number: int = number, writer: int = 0) -> None:
            board = make_board(url, folder)
            assert board.start() == {}
            say({"ready": True})
            asked = [registration("same")]
            asked += [ballot("same", old) for old in range(max(0, number - 2), number + 1)]
            for entry in asked:
                promise(board, entry, say)
            for step in range(10_000):
                name = f"{number}-{writer}-{step}"
                promise(board, registration(name), say)
                promise(board, ballot(name), say)

        works = [partial(work, writer=writer) for writer in range(writers)]
        said += kill_at_random(works, moments, LONGEST_LIFE_S)
    return said


def lines(url: str, folder: Path, seed: int, step: int) -> list[Json]:
    """Kill a writer at every ``step``-th line that one cast runs through in the store."""
    said = collect([fork(lambda say: promise(make_board(url, folder), registration("same"), say))])
    line = seed % step
    while True:
        entry = ballot("same", line)

        def work(say: Say, *, entry: Json = entry, line: int = line) -> None:
            board = make_board(url, folder)
            assert board.start() == {}
            sys.settrace(killer(line))
            promise(board, entry, say)
            sys.settrace(None)
            say({"survived": True})

        told = collect([fork(work)])
        # The voter asks again; whatever the crash left, she gets one place on the board.
        said += told + collect(
            [fork(lambda say, e=entry: promise(make_board(url, folder), e, say))]
        )
        if {"survived": True} in told:
            return said
        line += step


def parallel(url: str, folder: Path, kind: int, count: int) -> list[Json]:
    """Ask for one thing from two processes at once: who asks is the task's number."""

    def ask(task: int, store: BoardStore | RollStore) -> Json:
        try:
            if isinstance(store, RollStore):
                with store.begin() as tx:
                    return tx.admit(ORIGIN, b"\1" * 32).key
            entry = [registration("same", salt=str(task)), ballot("same"), ballot("same", task)]
            done = store.append(ORIGIN, entry[kind])
            store.receipt(ORIGIN, done.index)
            return [done.index, done.new]
        except TrustError as error:
            return error.code

    def work(say: Say, first: int) -> None:
        store = RollStore(url, os.urandom) if kind == 3 else make_board(url, folder)
        with ThreadPoolExecutor(10) as threads:
            tasks = range(first, first + count // 2)
            say(list(threads.map(lambda task: ask(task, store), tasks)))

    said = [fork(lambda say, first=first: work(say, first)) for first in (0, count // 2)]
    return [answer for answers in collect(said) for answer in answers]


def killer(line: int) -> Callable[[FrameType, str, object], object]:
    """Return a trace function that ends the process at a line of the store's files."""
    left = line

    def trace(frame: FrameType, event: str, _argument: object) -> object:
        nonlocal left
        if not frame.f_code.co_filename.startswith(STORE):
            return None
        if event == "line":
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
        return trace

    return trace


if __name__ == "__main__":
    mode, address, where, *numbers = sys.argv[1:]
    run = {"rounds": rounds, "lines": lines, "parallel": parallel}[mode]
    for one in run(address, Path(where), *map(int, numbers)):
        print(json.dumps(one))
