"""Step 9.7: how the ballots that are opened one by one were mixed.

protocol.md sections 9 and 13. Each shuffle is checked by itself, in a worker process where
there are any: what it begins with is what the one before it says, sound or not.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tsukuba_trust.crypto import json_text, shuffle_record
from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.crypto.shuffle_record import Lists
from tsukuba_trust.crypto.trustees import Trustees
from tsukuba_trust.errors import Rejected
from tsukuba_trust.verify.archive_ballots import Counted
from tsukuba_trust.verify.archive_chain import Chain, Place, at_step
from tsukuba_trust.verify.archive_setup import Setup
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.workers import Workers

AFTER_SHUFFLES = ("EndShuffles", "PartialDecryption", "Result")


@dataclass(frozen=True, slots=True)
class Mixed:
    """What the trustees decrypt.

    :param rows: one per question: sums, and the lists of the last shuffle
    :param owners: numbers of the trustees that mixed, in their order
    """

    rows: tuple[tuple[Ciphertext, ...], ...]
    owners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShuffleJob:
    """One shuffle to be checked; goes to a worker process as a value.

    :param number: from 1
    """

    of: ElectionRecord
    number: int
    before: Lists
    text: str


def check_shuffles(
    chain: Chain, setup: Setup, counted: Counted, mixers: int | None, workers: Workers
) -> Mixed:
    """Check all Shuffle events, in their order.

    1. none where none is needed; 2. as many as there must be before anybody decrypts;
    3. owners exist, each once; 4. form and proof of each.

    :param mixers: how many there must be; at least one when nobody says so
    :raises Rejected: step 9.7
    """
    places = [i for i, scheme in enumerate(setup.schemes) if scheme.needs_shuffle]
    check_needed(chain, bool(places))
    if not places:
        return Mixed(counted.sums, ())
    check_number(chain, mixers)
    owners: list[int] = []
    texts: list[str] = []
    for number, (place, owned) in enumerate(chain.of_kind("Shuffle"), 1):
        with at_step("9.7", f"shuffle {number}"):
            owners.append(_owner(setup.trustees, chain.text(owned), place, owners))
            texts.append(chain.text(place))
    lists: Lists = [counted.sums[i] for i in places]
    for made in workers.map(check_shuffle, jobs_of(setup.record, lists, texts)):
        lists = made
    rows = list(counted.sums)
    for i, row in zip(places, lists, strict=True):
        rows[i] = tuple(row)
    return Mixed(tuple(rows), tuple(owners))


def _owner(of: Trustees, text: str, place: Place, before: Collection[int]) -> int:
    value = json_text.read(text, code="owner_form")
    owner, _ = json_text.fields(value, ("owner", "payload"), code="owner_form")
    if type(owner) is not int:
        raise Rejected("owner_form", "an owner is no number")
    check_owned(text, owner, place)
    check_owner(of, owner)
    check_owner_once(before, owner)
    return owner


def jobs_of(of: ElectionRecord, lists: Lists, texts: Sequence[str]) -> Iterator[ShuffleJob]:
    """Yield one job per shuffle; behind one that cannot even be read there is none."""
    for number, text in enumerate(texts, 1):
        yield ShuffleJob(of, number, lists, text)
        try:
            lists = shuffle_record.reread_lists(of.group, text)
        except Rejected:
            return


def check_shuffle(job: ShuffleJob) -> Lists:
    """Check one shuffle and return its lists.

    :raises Rejected: step 9.7
    """
    of = job.of
    with at_step("9.7", f"shuffle {job.number}"):
        check_form(job.text)
        sizes = [len(row) for row in job.before]
        made = shuffle_record.parse_shuffle(of.group, job.text, sizes)
        check_proofs(job, made)
        return made.lists


@check("9.7")
def check_needed(chain: Chain, needed: bool) -> None:
    """Check that nothing was shuffled where no question needs it."""
    if not needed and (chain.of_kind("Shuffle") or chain.of_kind("EndShuffles")):
        raise Rejected("shuffle_unexpected", "no question needs a shuffle", step="9.7")


@check("9.7")
def check_number(chain: Chain, mixers: int | None) -> None:
    """Check that ballots were mixed as often as they must be; no Belenios release does."""
    found = len(chain.of_kind("Shuffle"))
    over = any(chain.of_kind(kind) for kind in AFTER_SHUFFLES)
    if over and found < (1 if mixers is None else mixers):
        raise Rejected("shuffles_missing", f"{found} shuffles", step="9.7")
    if mixers is not None and found > mixers:
        raise Rejected("shuffle_unexpected", f"{found} of {mixers} shuffles", step="9.7")


@check("9.7")
def check_owned(text: str, owner: int, place: Place) -> None:
    """Check that the owner's record names the shuffle before it, in canonical form."""
    if text != json_text.write({"owner": owner, "payload": place.digest}):
        raise Rejected("owner_form", "other digest than that of the shuffle")


@check("9.7")
def check_owner(of: Trustees, owner: int) -> None:
    """Check that there is a trustee of this number."""
    if not 1 <= owner <= len(of.verification_keys):
        raise Rejected("owner_unknown", f"trustee {owner}")


@check("9.7")
def check_owner_once(before: Collection[int], owner: int) -> None:
    """Check that no trustee mixes twice: two shuffles of one hand hide as little as one."""
    if owner in before:
        raise Rejected("owner_twice", f"trustee {owner}")


@check("9.7")
def check_form(text: str) -> None:
    """Check that a shuffle is in canonical form."""
    shuffle_record.check_form(text)


@check("9.7")
def check_proofs(job: ShuffleJob, made: shuffle_record.Mix) -> None:
    """Check that the new lists hold the same votes as those before (attack P02)."""
    of = job.of
    shuffle_record.check_proofs(of.group, of.key, of.fingerprint, job.before, made)
