"""The events of an election's archive, from what they mean to their records.

protocol.md section 12, table of events, and the rebuilding rule of section 16:
one archive up to EncryptedTally, continued byte for byte by decryptions and result.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tsukuba_trust.board.archive import (
    ArchiveWriter,
    Event,
    digest,
    read_archive,
    write_archive,
)
from tsukuba_trust.crypto import json_text
from tsukuba_trust.errors import Refused
from tsukuba_trust.values import Json

LARGEST_NUMBER = 1073741823  # the tool writes larger counts and weights as strings


@dataclass(frozen=True, slots=True)
class Tally:
    """The encrypted tally and its two counts.

    :param text: canonical JSON array, one item per question (protocol.md section 8)
    :param ballots: how many ballots are in it, of different credentials
    :param total_weight: of their credentials
    """

    text: str
    ballots: int
    total_weight: int


def setup(election: str, trustees: str, credentials: str) -> Event:
    """Return the first event, from the three records as stored."""
    texts = (election, trustees, credentials)
    names = ("election", "trustees", "credentials")
    hashes = {name: digest(text.encode()) for name, text in zip(names, texts, strict=True)}
    return Event("Setup", (*texts, json_text.write(hashes)))


def ballot(text: str) -> Event:
    """Return the event of one ballot."""
    return Event("Ballot", (text,))


def end_ballots() -> Event:
    """Return the event after the last ballot."""
    return Event("EndBallots")


def encrypted_tally(tally: Tally) -> Event:
    """Return the event of the tally, with the sized tally as its payload."""
    return Event("EncryptedTally", (tally.text, sized_tally(tally)))


def sized_tally(tally: Tally) -> str:
    """Return the second record of the tally event (protocol.md section 8)."""
    return json_text.write(
        {
            "num_tallied": number(tally.ballots),
            "total_weight": number(tally.total_weight),
            "encrypted_tally": digest(tally.text.encode()),
        }
    )


def number(value: int) -> Json:
    """Return a count or weight as the tool writes it: large ones as strings."""
    return value if value <= LARGEST_NUMBER else str(value)


def shuffle(owner: int, text: str) -> Event:
    """Return the event of one trustee's mix.

    :param owner: number of the trustee, from 1
    """
    return Event("Shuffle", (text, owned_text(owner, text)))


def end_shuffles() -> Event:
    """Return the event after the last mix."""
    return Event("EndShuffles")


def partial_decryption(owner: int, text: str) -> Event:
    """Return the event of one trustee's factors.

    :param owner: number of the trustee, from 1
    """
    return Event("PartialDecryption", (text, owned_text(owner, text)))


def owned_text(owner: int, text: str) -> str:
    """Return the record that says whose a shuffle or decryption is."""
    return json_text.write({"owner": owner, "payload": digest(text.encode())})


def result(text: str) -> Event:
    """Return the last event."""
    return Event("Result", (text,))


def setup_until_tally(
    timestamp: int, records: tuple[str, str, str], ballots: Iterable[str], tally: Tally
) -> bytes:
    """Return an archive up to and including EncryptedTally.

    :param timestamp: POSIX seconds
    :param records: election, trustees and public credentials, as stored
    """
    before = [setup(*records), *map(ballot, ballots)]
    return write_archive(timestamp, [*before, end_ballots(), encrypted_tally(tally)])


def continue_archive(
    prefix: bytes,
    decryptions: Sequence[tuple[int, str]],
    result_text: str | None = None,
    *,
    shuffles: Sequence[tuple[int, str]] = (),
) -> bytes:
    """Return an archive with shuffles, decryptions by rising owner, and the result added.

    :param prefix: an archive up to EncryptedTally
    :param decryptions: (owner, text)
    :param shuffles: (owner, text), all of them, in their order
    :raises Refused: ``archive_not_tallied``
    :raises Rejected: the prefix is no sound archive
    """
    archive = read_archive(prefix)
    if not archive.events or archive.events[-1].kind != "EncryptedTally":
        raise Refused("archive_not_tallied", "the archive does not end with its tally")
    sink = io.BytesIO()
    sink.write(prefix)
    writer = ArchiveWriter(
        archive.timestamp, sink.write, height=len(archive.events), parent=archive.head
    )
    for owner, text in shuffles:
        writer.add(shuffle(owner, text))
    if shuffles:
        writer.add(end_shuffles())
    for owner, text in sorted(decryptions):
        writer.add(partial_decryption(owner, text))
    if result_text is not None:
        writer.add(result(result_text))
    return sink.getvalue()
