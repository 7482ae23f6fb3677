"""Run as a programme: fork casting processes, kill them, and print every receipt they gave.

Standard input is one job of ``crowd.job_of`` with ``rounds`` and ``seed``. Each round forks
a process that casts the ballots in an order of its own and kills it at a random moment; at
the end one process that nobody kills casts all of them. A programme of its own, because a
forked test run would have threads.
"""

import json
import random
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from crowd import services_of
from forks import Say, collect, fork, kill_at_random

LONGEST_LIFE_S = 0.4


def cast_all(services: Any, calls: list[list[str]], at: datetime, say: Say) -> None:
    """Cast every ballot and say each receipt as soon as it is there."""
    for _, contest, text in calls:
        receipt = services.casting.cast(contest, text, at)
        say({"text": text, "index": receipt.index, "proof": receipt.proof})


def main() -> None:
    job = json.loads(sys.stdin.readline())
    services, at = services_of(job), datetime.fromisoformat(job["at"])
    moments = random.Random(job["seed"])
    said = []
    for _ in range(job["rounds"]):
        calls = moments.sample(job["calls"], len(job["calls"]))
        work: Callable[[Say], None] = partial(cast_all, services, calls, at)
        said += kill_at_random([work], moments, LONGEST_LIFE_S)
    said += collect([fork(partial(cast_all, services, job["calls"], at))])
    for one in said:
        sys.stdout.write(json.dumps(one) + "\n")


if __name__ == "__main__":
    main()
