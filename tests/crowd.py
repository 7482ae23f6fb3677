"""Many requests at once from several processes: each runs this file with a share of them.

``together`` starts the processes, lets them open their stores, and fires when all are
ready. A job is JSON; no RSA key and no voter's secret but a page secret travels in it.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

THREADS = 10
TIMEOUT_S = 300


def together(world: Any, calls: Sequence[tuple[str, ...]], processes: int = 2) -> list[str]:
    """Make all calls at once and return "index" or the code of each, in order.

    :param calls: ("cast", contest, ballot) or ("claim", attempt, page secret hex, token)
    """
    shares = [list(calls[start::processes]) for start in range(processes)]
    running = [_start(world, share) for share in shares]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    answers: list[list[str]] = []
    for one in running:
        out, _ = one.communicate(timeout=TIMEOUT_S)
        assert one.returncode == 0
        answers.append(json.loads(out))
    merged = [""] * len(calls)
    for start, found in enumerate(answers):
        merged[start::processes] = found
    return merged


def job_of(world: Any, calls: Sequence[tuple[str, ...]], **more: Any) -> str:
    """Return what another process needs to make calls in a world: one line of JSON."""
    keys = world.keys[world.origin]
    job = {
        "folder": str(world.folder),
        "urls": world.urls,
        "origin": world.origin,
        "registrar": keys.registration.private_bytes_raw().hex(),
        "link": bytes(keys.link).hex(),
        "persons": keys.persons.hex(),
        "at": world.now.isoformat(),
        "calls": list(calls),
        **more,
    }
    return json.dumps(job) + "\n"


def services_of(job: dict[str, Any]) -> Any:
    """Open the services of a job in this process."""
    import secrets

    import nacl.public
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
    from tsukuba_trust.registry import Registry
    from tsukuba_trust.services.assembly import assemble
    from tsukuba_trust.services.keys import RegistrarKeys
    from tsukuba_trust.store.attempts import AttemptStore
    from tsukuba_trust.store.board import BoardStore
    from tsukuba_trust.store.roll import RollStore
    from tsukuba_trust.store.signer import Signer

    folder, urls = Path(job["folder"]), job["urls"]
    registry = Registry()
    registry.add_ballot_scheme("homomorphic", HomomorphicBallots())
    signer = Signer(folder / "log.pem", folder / "memory.json")
    registrar = RegistrarKeys(
        Ed25519PrivateKey.from_private_bytes(bytes.fromhex(job["registrar"])),
        nacl.public.PrivateKey(bytes.fromhex(job["link"])),
        bytes.fromhex(job["persons"]),
    )
    services = assemble(
        board=BoardStore(urls["board"], folder / "blobs", lambda _origin: signer),
        roll=RollStore(urls["roll"], secrets.token_bytes),
        attempts=AttemptStore(urls["attempts"], secrets.token_bytes),
        registry=registry,
        keys={job["origin"]: registrar},
        voting_host="vote.example.jp:443",
        randomness=secrets.token_bytes,
    )
    services.catalogue.get(job["origin"])
    return services


def _start(world: Any, calls: list[tuple[str, ...]]) -> "subprocess.Popen[str]":
    started = subprocess.Popen(
        [sys.executable, str(Path(__file__))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stdin is not None
    started.stdin.write(job_of(world, calls))
    started.stdin.flush()
    return started


def _main() -> None:
    job = json.loads(sys.stdin.readline())
    services, at = services_of(job), datetime.fromisoformat(job["at"])
    barrier = threading.Barrier(min(THREADS, len(job["calls"])))

    def call(numbered: tuple[int, list[str]]) -> str:
        number, (kind, *arguments) = numbered
        if number < barrier.parties:
            barrier.wait()
        try:
            if kind == "cast":
                return str(services.casting.cast(arguments[0], arguments[1], at).index)
            secret = bytes.fromhex(arguments[1])
            claimed = services.registrar.claim_identification(
                arguments[0], secret, arguments[2], at
            )
        except Exception as error:
            return str(getattr(error, "code", repr(error)))
        return str(claimed.index)

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with ThreadPoolExecutor(barrier.parties) as pool:
        answers = list(pool.map(call, enumerate(job["calls"])))
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    _main()
