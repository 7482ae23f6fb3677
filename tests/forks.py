"""Forked writers that say JSON through a pipe, until somebody kills them."""

import json
import os
import random
import select
import signal
import time
from collections.abc import Callable, Sequence

from tsukuba_trust.values import Json

Say = Callable[[Json], None]


def fork(work: Callable[[Say], None]) -> tuple[int, int]:
    """Fork a writer; return its process id and the end of its pipe."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(lambda value: void(os.write(writing, json.dumps(value).encode() + b"\n")))
        except BaseException as error:
            os.write(writing, json.dumps({"failed": repr(error)}).encode() + b"\n")
        finally:
            os._exit(0)
    os.close(writing)
    return child, reading


def void(_value: object) -> None:
    """Drop a value."""


def collect(children: list[tuple[int, int]]) -> list[Json]:
    """Wait for writers and return what they said in whole lines."""
    said: list[Json] = []
    for child, reading in children:
        with os.fdopen(reading, "rb") as pipe:
            said += [json.loads(line) for line in pipe.read().split(b"\n")[:-1]]
        os.waitpid(child, 0)
    return said


def kill_at_random(
    works: Sequence[Callable[[Say], None]], moments: random.Random, longest_s: float
) -> list[Json]:
    """Fork writers, kill all of them some time after the first is ready; return what was said."""
    children = [fork(work) for work in works]
    select.select([reading for _, reading in children], [], [], 60)
    time.sleep(moments.random() * longest_s)
    for child, _ in children:
        os.kill(child, signal.SIGKILL)
    return collect(children)
