"""A trustee's decryptions, and her memory of them: one tally per contest, ever (D16)."""

import json
import secrets
from pathlib import Path

from tsukuba_trust.cli.files import read_text, replace_text, write_new
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.verify.trustee import (
    Opened,
    Tally,
    check_all_mixed,
    decrypt,
    own_key,
    rehearse,
    shuffle,
)


class Remembered:
    """Which tally of a contest this key has decrypted; a file beside the key.

    :param path: made with the first decryption
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def claim(self, tally: Tally) -> None:
        """Remember a tally before it is decrypted; again the same is allowed.

        :raises Refused: ``tally_other``: another tally of this contest was decrypted
        :raises Misconfigured: ``memory_invalid``
        """
        known = self._read()
        contest = tally.record.uuid
        if known.setdefault(contest, tally.digest) != tally.digest:
            raise Refused("tally_other", f"contest {contest} was decrypted with another tally")
        replace_text(self._path, json.dumps(known, indent=1, sort_keys=True) + "\n")

    def _read(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        try:
            known = json.loads(read_text(self._path))
        except (ValueError, RecursionError):
            known = None
        if not isinstance(known, dict):
            raise Misconfigured("memory_invalid", "not a memory", where=str(self._path))
        return known


def decrypt_tallies(
    opened: Opened, number: int, secret: int, remembered: Remembered, out: Path
) -> list[Path]:
    """Decrypt every fixed tally that has enough ballots; return the files.

    Nothing is remembered or written before the key is known to be the trustee's.

    :param out: folder, made when it is not there
    :raises Refused: ``tally_missing``, ``tally_other``, ``shuffles_missing``,
        ``trustee_unknown``, ``key_other``
    """
    minimum = opened.fixed.election.minimum_ballots
    due = [tally for tally in opened.tallies if tally.prefix.ballots >= minimum]
    if not due:
        code = "too_few_ballots" if opened.tallies else "tally_missing"
        raise Refused(code, "nothing may be decrypted")
    own_key(opened.fixed.keys, number, secret)
    for tally in due:
        check_all_mixed(tally)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for tally in due:
        remembered.claim(tally)
        text = decrypt(opened.fixed, tally, number, secret, secrets.token_bytes)
        path = out / f"{tally.record.uuid}.decryption-{number}.json"
        write_new(path, text)
        written.append(path)
    return written


def mix_tallies(
    opened: Opened, number: int, secret: int, out: Path, made: str | None
) -> list[Path]:
    """Mix every tally that still wants this trustee's shuffle; return the files.

    :param made: what another program made of the only such tally; it is checked and signed
    :raises Refused: ``nothing_to_mix``, ``made_ambiguous``, ``trustee_unknown``, ``key_other``
    """
    minimum = opened.fixed.election.minimum_ballots
    due = [
        tally
        for tally in opened.tallies
        if tally.prefix.ballots >= minimum and tally.missing and number not in tally.mixers
    ]
    if not due:
        raise Refused("nothing_to_mix", f"no list waits for trustee {number}")
    if made is not None and len(due) > 1:
        raise Refused("made_ambiguous", f"{len(due)} contests wait")
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for tally in due:
        text = shuffle(opened.fixed, tally, number, secret, secrets.token_bytes, made=made)
        path = out / f"{tally.record.uuid}.shuffle-{number}.json"
        write_new(path, text)
        written.append(path)
    return written


def decrypt_rehearsal(opened: Opened, text: str, number: int, secret: int, out: Path) -> Path:
    """Decrypt a rehearsal; return the file."""
    answer = rehearse(opened.fixed, text, number, secret, secrets.token_bytes)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"rehearsal-{number}.json"
    write_new(path, answer)
    return path
