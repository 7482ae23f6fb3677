"""Who counts, and the archive that follows from it (protocol.md 16, rebuilding rule B)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board_logs import CONTESTS, Log, ballot_text, credential
from tsukuba_trust.board import archive, rebuild
from tsukuba_trust.board.ledger import read_ledger
from tsukuba_trust.crypto import groups
from tsukuba_trust.crypto.elgamal import Ciphertext
from tsukuba_trust.errors import Rejected

FIRST, SECOND = CONTESTS
GROUP = groups.group("Ed25519")


class Backwards:
    """A group whose order of texts is the reverse one: shows who decides the order."""

    def reread(self, text):
        return text

    def sort_key(self, element):
        return element[::-1]


def counting(log, contest=FIRST):
    ledger = read_ledger(enumerate(log.entries), log.blob)
    return rebuild.counting(ledger, contest, Backwards())


def test_the_last_ballot_of_a_holder_counts_with_its_credential():
    log = Log().until_open()
    ann = log.register("ann")
    log.ballot("ann")
    log.register("ann2", replaces=ann)
    last = log.ballot("ann2")
    found = counting(log)
    assert (found.credentials, found.ballots) == ((credential("ann2", FIRST),), (last,))


def test_a_ballot_stays_until_a_later_one_is_accepted():
    """Registering again takes the right to cast away, never the ballot (architecture D6)."""
    log = Log().until_open()
    ann = log.register("ann")
    ballot = log.ballot("ann")
    log.register("ann2", replaces=ann)
    found = counting(log)
    assert (found.credentials, found.ballots) == ((credential("ann", FIRST),), (ballot,))


def test_a_holder_without_ballot_has_the_newest_credential_and_no_ballot():
    log = Log().until_open()
    log.register("ann2", replaces=log.register("ann"))
    log.ballot("ann2", SECOND)
    found = counting(log)
    assert (found.credentials, found.ballots) == ((credential("ann2", FIRST),), ())


def test_a_struck_holder_has_neither_credential_nor_ballot():
    log = Log().until_open()
    ann, bob = log.register("ann"), log.register("bob")
    log.ballot("ann")
    last = log.ballot("bob")
    log.register("ann2", replaces=ann)
    log.end().strike(ann)
    found = counting(log)
    assert (found.credentials, found.ballots) == ((credential("bob", FIRST),), (last,))
    assert bob < last


def test_ballots_stand_in_the_order_of_their_credentials():
    log = Log().until_open()
    for name in "abcdefgh":
        log.register(name)
    placed = {credential(name, FIRST): log.ballot(name) for name in "hgfedcba"}
    found = counting(log)
    assert list(found.credentials) == sorted(placed, key=lambda text: text[::-1])
    assert list(found.ballots) == [placed[credential] for credential in found.credentials]


STEPS = st.lists(
    st.tuples(st.sampled_from("rbs"), st.integers(0, 3), st.sampled_from(CONTESTS)), max_size=25
)


@settings(max_examples=60)
@given(STEPS)
def test_counting_is_the_rule_applied_from_scratch(steps):
    """A slow reader who keeps every list by hand finds the same."""
    log = Log().until_open()
    chains: dict[int, list[tuple[int, str]]] = {}
    cast: dict[tuple[int, str], tuple[int, str]] = {}
    struck = set()
    for number, (kind, holder, contest) in enumerate(steps):
        chain = chains.get(holder, [])
        if kind == "r":
            name = f"{holder}-{number}"
            extra = {"replaces": chain[-1][0]} if chain else {}
            chains.setdefault(holder, chain).append((log.register(name, **extra), name))
        elif kind == "b" and chain:
            cast[holder, contest] = (log.ballot(chain[-1][1], contest, str(number)), chain[-1][1])
        elif kind == "s" and chain:
            struck.add(holder)
    log.end()
    if struck:
        log.strike(*sorted(chains[holder][0][0] for holder in struck))
    for contest in CONTESTS:
        wanted = {}
        for holder, chain in chains.items():
            if holder not in struck:
                ballot, name = cast.get((holder, contest), (None, chain[-1][1]))
                wanted[credential(name, contest)] = ballot
        ledger = read_ledger(enumerate(log.entries), log.blob)
        assert ledger.counting(contest) == wanted


def two_ballots():
    log = Log().until_open()
    for name in ("ann", "bob"):
        log.register(name)
        log.ballot(name)
    texts = {i: e["ballot"]["text"] for i, e in enumerate(log.entries) if "ballot" in e}
    box = rebuild.Box(1742569200, GROUP, "record", "trustees", counting(log), texts.__getitem__)
    return box, texts


def combine(answers, weights):
    assert len(answers) == len(weights)
    return [Ciphertext(GROUP.generator, GROUP.identity)]


def with_answers(text):
    ballot = json.loads(text)
    return json.dumps({**ballot, "answers": [ballot["mark"]]}, separators=(",", ":"))


def test_an_archive_holds_setup_ballots_and_tally_in_this_order():
    box, texts = two_ballots()
    written = []
    prefix = rebuild.write_until_tally(box, combine, written.append)
    read = archive.read_archive(b"".join(written))
    assert [event.kind for event in read.events] == [
        "Setup",
        "Ballot",
        "Ballot",
        "EndBallots",
        "EncryptedTally",
    ]
    setup, tally = read.events[0].records, read.events[-1].records
    assert setup[:2] == ("record", "trustees")
    assert json.loads(setup[2]) == list(box.counting.credentials)
    assert [e.records[0] for e in read.events[1:3]] == [texts[i] for i in box.counting.ballots]
    assert json.loads(tally[1])["encrypted_tally"] == prefix.digest
    assert json.loads(tally[1])["num_tallied"] == json.loads(tally[1])["total_weight"] == 2
    assert (read.timestamp, read.head) == (1742569200, prefix.head)
    assert prefix.height == len(read.events)


def test_an_archive_is_continued_byte_for_byte():
    box, _texts = two_ballots()
    written = []
    prefix = rebuild.write_until_tally(box, combine, written.append)
    head = rebuild.write_rest(prefix, {3: "three", 1: "one"}, '{"result":[]}', written.append)
    read = archive.read_archive(b"".join(written))
    assert [event.kind for event in read.events[5:]] == [
        "PartialDecryption",
        "PartialDecryption",
        "Result",
    ]
    owners = [json.loads(event.records[1])["owner"] for event in read.events[5:7]]
    assert (owners, read.head) == ([1, 3], head)


def test_below_the_minimum_an_archive_ends_at_its_tally():
    box, _texts = two_ballots()
    written = []
    prefix = rebuild.write_until_tally(box, combine, written.append)
    size = sum(map(len, written))
    assert rebuild.write_rest(prefix, {}, None, written.append) == prefix.head
    assert sum(map(len, written)) == size


def test_a_ballot_is_fetched_once_however_often_its_answer_is_looked_at():
    box, texts = two_ballots()
    reads = []

    def ballot(index):
        reads.append(index)
        return with_answers(texts[index])

    seen = []

    def looking(answers, weights):
        assert (len(answers), weights) == (2, [1, 1])
        seen.extend([*answers, answers[-1], *answers[:1]])
        return combine(answers, weights)

    lazy = rebuild.Box(0, GROUP, "r", "t", box.counting, ballot)
    rebuild.write_until_tally(lazy, looking, lambda data: None)
    assert len(seen) == 4
    assert len(reads) == 2


def test_a_ledger_answers_by_contest_and_chain():
    log = Log().until_open()
    first = log.register("ann")
    second = log.register("ann2", replaces=first)
    log.ballot("ann2")
    ledger = log.ledger
    assert ledger.registration(FIRST, credential("ann2", FIRST)) == second
    assert ledger.registration(SECOND, credential("ann2", FIRST)) is None
    assert ledger.registration("other", "x") is None
    assert (ledger.holder(second), ledger.current(first)) == (first, second)
    assert ledger.has_ballot(first, FIRST)
    assert not ledger.has_ballot(first, SECOND)
    with pytest.raises(KeyError):
        ledger.holder(0)


def test_a_ledger_reads_strikes_and_ballots_out_of_blobs():
    log = Log().until_open()
    log.register("ann")
    text = json.dumps({**json.loads(ballot_text("ann", FIRST)), "mark": "x" * 40_000})
    document = log.document(text)
    assert "sha256" in document
    log.add("BallotAccepted", contest=FIRST, ballot=document)
    assert len(counting(log).ballots) == 1
    log.blobs.clear()
    with pytest.raises(Rejected, match="blob_missing"):
        counting(log)
