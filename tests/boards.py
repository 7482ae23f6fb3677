"""Board stores for tests: a log that is open for voting, and cheap entries to put into it.

The writer judges order and keys, not proofs, so registrations and ballots here carry none.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from record_log import Log
from record_parts import ORIGIN, UUIDS, contest, election, key
from records import make
from tsukuba_trust.board import entries, note
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.signer import Signer
from tsukuba_trust.values import Json

CONTEST = UUIDS[0]
VKEY = note.LogKey(ORIGIN, key("log").public_key().public_bytes_raw()).text
FAKE = base64.b64encode(bytes(64)).decode()


@cache
def opened(*, revote: bool = True) -> Log:
    """Return the log of an election with one contest, up to its opening."""
    return make(election(contests=(contest(0),), revote=revote), until="opened")


def make_signer(folder: Path, _origin: str = ORIGIN) -> Signer:
    """Return the log's signer; key and memory stand in the folder."""
    path = folder / "log.pem"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(
            key("log").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
    return Signer(path, folder / "memory.json")


def make_board(url: str, folder: Path) -> BoardStore:
    """Open a board store whose blobs, key and memory stand in the folder."""
    return BoardStore(url, folder / "blobs", partial(make_signer, folder))


def open_voting(url: str, folder: Path, *, revote: bool = True) -> BoardStore:
    """Return a store whose log is open for voting."""
    board, log = make_board(url, folder), opened(revote=revote)
    for data in log.data:
        board.append(ORIGIN, json.loads(data), blobs=list(log.blobs.values()))
    return board


def registration(name: str, *, replaces: int | None = None, salt: str = "") -> Json:
    """Return a registration of somebody's credential."""
    entry: Json = {
        "type": "CredentialsRegistered",
        "credentials": [
            {
                "contest": CONTEST,
                "credential": name,
                "proof": {"challenge": "1", "response": "2"},
            }
        ],
        "provider": "test",
        "bound": True,
        "evidence": hashlib.sha256(f"{name} {salt}".encode()).hexdigest(),
        "registrar": FAKE,
    }
    return entry if replaces is None else {**entry, "replaces": replaces}


def ballot(name: str, number: int = 0) -> Json:
    """Return an accepted ballot of somebody, different for every number."""
    text = json.dumps({"election_uuid": CONTEST, "credential": name, "number": number})
    return {"type": "BallotAccepted", "contest": CONTEST, "ballot": {"text": text}}


def ended(board: BoardStore) -> Json:
    """Return the end of the log as it stands."""
    state = board.state(ORIGIN)
    return {
        "type": "VotingEnded",
        "contests": [
            {"contest": one, "holders": state.holders, "ballots": state.ballots[one]}
            for one in state.contests
        ],
    }


def component(number: int) -> bytes:
    """Return the digest of some ciphertext."""
    return hashlib.sha256(f"{number}".encode()).digest()[:16]


def refusal(call: Callable[[], object]) -> str:
    """Return the code with which a call is refused."""
    try:
        call()
    except Exception as error:
        return str(getattr(error, "code", type(error).__name__))
    return "not refused"


def data_of(entry: Json) -> bytes:
    """Return an entry's canonical bytes."""
    return entries.encode_entry(entry)
