"""The private keys that an installation holds, one folder per election, mode 0600.

``log.pem`` signs heads, ``registrar.pem`` registrations; ``link.pem`` opens the links;
``persons.key`` keys the hashes of persons. Officers', auditors' and trustees' keys are
never here.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from tsukuba_trust.board.note import LogKey
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.services.keys import (
    RegistrarKeys,
    box_key,
    erase,
    new_box_key,
    new_signing_key,
    public_text,
    read_box_key,
    read_signing_key,
    write_key,
    write_secret,
)
from tsukuba_trust.store.signer import Signer
from tsukuba_trust.values import Randomness

PERSONS_KEY_SIZE = 32
REGISTRAR_FILES = ("link.pem", "persons.key", "registrar.pem")


class KeyFolder(Mapping[str, RegistrarKeys]):
    """Key files by the origin of the election; reads as a mapping to the registrar's keys.

    :param folder: of all elections; each has a folder named by the origin's last part
    :param memory: the signer's memory, outside the database and its backups
    """

    def __init__(self, folder: Path, memory: Path) -> None:
        self._folder = folder
        self._memory = memory
        self._registrars: dict[str, RegistrarKeys] = {}
        self._signers: dict[str, Signer] = {}

    def make(self, origin: str, randomness: Randomness) -> tuple[str, str]:
        """Draw the keys of a new election, or find those of an interrupted proposal.

        :returns: the log's verifier key text, and base64 of the registrar's public key
        :raises Misconfigured: a key file is unusable
        """
        place = self._place(origin)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in ("log.pem", "registrar.pem"):
            if not (place / name).exists():
                write_key(place / name, new_signing_key(randomness))
        if not (place / "link.pem").exists():
            write_key(place / "link.pem", new_box_key(randomness))
        if not (place / "persons.key").exists():
            write_secret(place / "persons.key", randomness(PERSONS_KEY_SIZE).hex())
        registrar = public_text(read_signing_key(place / "registrar.pem"))
        return self.log_key(origin).text, registrar

    def log_key(self, origin: str) -> LogKey:
        """Return the public half of the log's key."""
        return self.signer(origin).key(origin)

    def signer(self, origin: str) -> Signer:
        """Return the signer of a log.

        :raises Misconfigured: ``key_file_missing``
        """
        if origin not in self._signers:
            self._signers[origin] = Signer(self._place(origin) / "log.pem", self._memory)
        return self._signers[origin]

    def registrar_files(self, origin: str) -> list[Path]:
        """Return the registrar's key files of an election, as far as they are there."""
        place = self._place(origin)
        return [place / name for name in REGISTRAR_FILES if (place / name).exists()]

    def destroy(self, origin: str) -> None:
        """Destroy the registrar's keys of an election; the log's key stays. Repeatable."""
        self._registrars.pop(origin, None)
        for path in self.registrar_files(origin):
            erase(path)

    def __getitem__(self, origin: str) -> RegistrarKeys:
        place = self._place(origin)
        if not (place / "registrar.pem").exists():  # perhaps another process destroyed it
            self._registrars.pop(origin, None)
            raise KeyError(origin)
        if origin not in self._registrars:
            self._registrars[origin] = RegistrarKeys(
                registration=read_signing_key(place / "registrar.pem"),
                link=box_key(read_box_key(place / "link.pem")),
                persons=_read_persons_key(place / "persons.key"),
            )
        return self._registrars[origin]

    def __iter__(self) -> Iterator[str]:
        return iter(self._registrars)

    def __len__(self) -> int:
        return len(self._registrars)

    def _place(self, origin: str) -> Path:
        return self._folder / origin.rpartition("/")[2]


def _read_persons_key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise Misconfigured("key_file_invalid", "64 hex digits wanted", where=path.name) from None
    if len(key) != PERSONS_KEY_SIZE:
        raise Misconfigured("key_file_invalid", "64 hex digits wanted", where=path.name)
    return key
