"""The registrar's keys of one election, and how key files are written and read.

Private Ed25519 and X25519 keys are PKCS#8 PEM files with mode 0600 (board.md 2.2).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nacl.public
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tsukuba_trust.board import encodings
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.store.files import flush_folder
from tsukuba_trust.values import Randomness

SEED_SIZE = 32


@dataclass(frozen=True, slots=True, repr=False)
class RegistrarKeys:
    """What the registrar's process holds while voting is open.

    :param registration: signs every ``CredentialsRegistered``
    :param link: opens the links; destroyed when the retention ends
    :param persons: 32 bytes: keyed hashes of persons, and answers that wait for a claim
    """

    registration: Ed25519PrivateKey
    link: nacl.public.PrivateKey
    persons: bytes


def registrar_keys(keys: Mapping[str, RegistrarKeys], origin: str) -> RegistrarKeys:
    """Return the registrar's keys of an election.

    :raises Misconfigured: ``registrar_keys_missing``
    """
    if origin not in keys:
        raise Misconfigured("registrar_keys_missing", origin)
    return keys[origin]


def new_registrar_keys(randomness: Randomness) -> RegistrarKeys:
    """Draw all keys that the registrar needs for one election."""
    return RegistrarKeys(
        new_signing_key(randomness), box_key(new_box_key(randomness)), randomness(SEED_SIZE)
    )


def new_signing_key(randomness: Randomness) -> Ed25519PrivateKey:
    """Draw an Ed25519 key: of a log, a registrar, an officer or an auditor."""
    return Ed25519PrivateKey.from_private_bytes(randomness(SEED_SIZE))


def new_box_key(randomness: Randomness) -> X25519PrivateKey:
    """Draw an X25519 key: link key or evidence key."""
    return X25519PrivateKey.from_private_bytes(randomness(SEED_SIZE))


def public_text(key: Ed25519PrivateKey | X25519PrivateKey) -> str:
    """Return the base64 text of the public key, as it stands in entry 0."""
    return encodings.base64_text(key.public_key().public_bytes_raw())


def box_key(key: X25519PrivateKey) -> nacl.public.PrivateKey:
    """Return the same key for libsodium's sealed boxes."""
    return nacl.public.PrivateKey(key.private_bytes_raw())


def write_key(path: Path, key: Ed25519PrivateKey | X25519PrivateKey) -> None:
    """Write a private key to a new file with mode 0600.

    :raises Misconfigured: ``key_file_exists``: a key is never overwritten
    """
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_secret(path, pem.decode("ascii"))


def write_secret(path: Path, text: str) -> None:
    """Write a secret to a new file with mode 0600, whole or not at all.

    :raises Misconfigured: ``key_file_exists``: a secret is never overwritten
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Misconfigured("key_file_exists", "not overwritten", where=path.name) from None
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise


def erase(path: Path) -> None:
    """Write over a key file and remove it; durable before this returns.

    What a disk or a file system keeps of older blocks is out of reach: see operator.md.
    """
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.write(bytes(size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    flush_folder(path.parent)


def read_signing_key(path: Path) -> Ed25519PrivateKey:
    """Read an Ed25519 private key.

    :raises Misconfigured: ``key_file_missing``, ``key_file_invalid``
    """
    key = _read(path)
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured("key_file_invalid", "no Ed25519 key", where=path.name)
    return key


def read_box_key(path: Path) -> X25519PrivateKey:
    """Read an X25519 private key.

    :raises Misconfigured: ``key_file_missing``, ``key_file_invalid``
    """
    key = _read(path)
    if not isinstance(key, X25519PrivateKey):
        raise Misconfigured("key_file_invalid", "no X25519 key", where=path.name)
    return key


def _read(path: Path) -> object:
    try:
        return load_pem_private_key(path.read_bytes(), password=None)
    except OSError:
        raise Misconfigured("key_file_missing", "cannot be read", where=path.name) from None
    except (ValueError, TypeError):
        raise Misconfigured("key_file_invalid", "no PEM private key", where=path.name) from None
