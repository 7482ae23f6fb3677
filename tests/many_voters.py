"""Run as a programme: voters at two processes of one service, who may be killed.

``many_voters.py kills FOLDER URLS SEED ROUNDS`` kills both processes at random moments;
``many_voters.py ask FOLDER URLS KIND COUNT`` asks for one thing COUNT times at once: kind
0 one ballot, 1 one credential's ballots without re-voting, 2 one person's identification.
A programme of its own, because it forks, and a forked test run has threads.

Printed: one JSON line per promise (entry, index, receipt) or answer; at the end what the
board says.
"""

import json
import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import election_world
from election_world import World, world
from forks import Say, collect, fork, kill_at_random
from tsukuba_trust.board import entries
from tsukuba_trust.errors import Refused, TrustError
from tsukuba_trust.testing.voter import Voter
from tsukuba_trust.values import Json

# Processes that fork and threads that share must never draw the same.
election_world.draws = lambda _seed: os.urandom  # type: ignore[attr-defined]

LONGEST_LIFE_S = 0.6
PROCESSES = 2
THREADS = 10


def promise(held: World, text: str, say: Say) -> None:
    """Cast, and pass on what the voter was promised."""
    got = held.send(text)
    document, _blob = entries.document(text)
    entry = {"type": "BallotAccepted", "contest": held.contest, "ballot": document}
    say({"entry": entry, "index": got.index, "receipt": got.proof})


def begin(made: World) -> World:
    """Start a process of the service: check the board, deliver what a crash left."""
    held = made.reopened()
    assert held.services.board.start() == {}
    held.services.registrar.sweep()
    return held


def summary(made: World) -> Json:
    """End the vote and return what the board says."""
    held = begin(made)
    held.closed()
    state = held.services.board.state(held.origin)
    with held.services.roll.begin() as tx:
        persons = tx.count_persons(held.origin)
        kept = len(list(tx.evidence(held.origin)))
    held.close()
    types = [entry["type"] for _, entry in made.reopened().services.board.entries(held.origin)]
    return {
        "ballots": state.ballots[held.contest],
        "holders": state.holders,
        "persons": persons,
        "evidence": kept,
        "registrations": types.count("CredentialsRegistered"),
        "accepted": types.count("BallotAccepted"),
    }


def kills(made: World, seed: int, rounds: int) -> list[Json]:
    """Let voters identify and cast in two processes, and kill both, again and again."""
    first = made.reopened()
    voter = first.registered(0)
    texts = [first.sealed(voter, number % 3) for number in range(rounds)]
    first.close()
    said: list[Json] = []

    def work(say: Say, *, number: int, process: int) -> None:
        held = begin(made)
        say({"ready": True})
        for text in texts[max(0, number - 2) : number + 1]:
            promise(held, text, say)
        for step in range(1000):
            # The same few people come again and again, to either process.
            mine = held.registered(1 + (number + process + step) % 5)
            try:
                promise(held, held.sealed(mine, step % 3), say)
            except Refused as error:  # the same person came to the other process meanwhile
                if error.code != "credential_replaced":
                    raise

    for number in range(rounds):
        works = [partial(work, number=number, process=process) for process in range(PROCESSES)]
        said += kill_at_random(works, random.Random(seed + number), LONGEST_LIFE_S)
    return said


def ask(made: World, kind: int, count: int) -> list[Json]:
    """Ask for one thing from all threads of two processes."""
    first = made.reopened()
    voter = first.registered(0) if kind < 2 else None
    texts = [first.sealed(voter, n % 3) for n in range(count if kind == 1 else 1)] if voter else []
    card = first.card(0)
    first.close()

    def one(held: World, task: int) -> Json:
        try:
            if kind == 2:
                mine = Voter(held.is_fixed, os.urandom)
                held.identify(mine, card)
                return held.cast(mine, task % 3).index
            return held.send(texts[task % len(texts)]).index
        except TrustError as error:
            return error.code

    def work(say: Say, *, process: int) -> None:
        held = begin(made)
        with ThreadPoolExecutor(THREADS) as threads:
            tasks = range(process * count // PROCESSES, (process + 1) * count // PROCESSES)
            for answer in threads.map(partial(one, held), tasks):
                say({"answer": answer})

    return collect([fork(partial(work, process=process)) for process in range(PROCESSES)])


if __name__ == "__main__":
    mode, where, addresses, *numbers = sys.argv[1:]
    urls = json.loads(addresses)
    revote = mode == "kills" or numbers[0] != "1"
    made = world(Path(where), url=urls.__getitem__, revote=revote).opened()
    made.close()
    for said in {"kills": kills, "ask": ask}[mode](made, *map(int, numbers)):
        print(json.dumps(said))
    print(json.dumps({"summary": summary(made)}))
