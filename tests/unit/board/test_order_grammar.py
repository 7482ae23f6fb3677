"""The order against a grammar written down independently (board.md 2.5; attack O07).

Random entries are offered at random moments. Whatever history is accepted must be a
beginning of a sentence of this grammar, in which each letter is one entry.
"""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from board_logs import CONTESTS, Log
from tsukuba_trust.errors import Rejected

LETTERS = {
    "ElectionDefined": "D",
    "TrusteesFixed": "T",
    "RollFixed": "R",
    "VotingOpened": "O",
    "CredentialsRegistered": "c",
    "BallotAccepted": "b",
    "VotingEnded": "E",
    "HoldersStruck": "H",
    "TallyFixed": "F",
    "Shuffled": "s",
    "PartiallyDecrypted": "p",
    "SheetsEntered": "S",
    "LotDrawn": "L",
    "RegistrationAudited": "U",
    "ResultDeclared": "X",
    "Purged": "Z",
    "seal": "1",
    "waiver": "w",
    "rehearsed": "2",
    "suspend": "(",
    "resume": ")",
    "extend": "v",
    "end-early": "v",
    "correct": "v",
    "change-roll": "r",
    "strike": "h",
    "sheets": "q",
    "lot": "l",
    "certify": "x",
    "purge": "z",
    "change-approval": "a",
    "change-policy": "a",
    "rotate-key": "a",
}

# Each part may be reached or not: a history is a beginning. "a" (acts that may stand
# anywhere after the seal) is taken out before, but never between an act and its subject.
VOTING = r"[cbvr]*(?:\([cvr]*\)[cbvr]*)*(?:\([cvr]*)?"
PARTS = [
    "D",
    "TR?",
    "1[wr]*",
    "2[wr]*",
    f"O{VOTING}",
    "E(?:hH)?",
    "F",
    "F[sp]*(?:qS|lL)*U?",
    "xX",
    "x?X(?:zZ)*",
]


def _beginnings(parts):
    return f"(?:{parts[0]}{_beginnings(parts[1:])})?" if parts else ""


SENTENCE = re.compile(_beginnings(PARTS))

OFFERS = st.sampled_from([*LETTERS, *["CredentialsRegistered", "BallotAccepted"] * 3])


def offer(log, name, number):
    """Append one entry or act of a kind, with whatever could make it right."""
    contest = CONTESTS[number % 2]
    other = {
        "ElectionDefined": log.defined,
        "TrusteesFixed": log.trustees,
        "RollFixed": lambda: log.add("RollFixed", groups=[], root="00" * 32),
        "VotingOpened": lambda: log.add("VotingOpened", rehearsal=log.state.rehearsal or 1),
        "CredentialsRegistered": lambda: log.register(str(number)),
        "BallotAccepted": lambda: log.ballot(str(number % 7), contest, str(number)),
        "VotingEnded": log.end,
        "TallyFixed": lambda: log.tally(contest),
        "Shuffled": lambda: log.shuffle(contest, 1 + number % 3, 1 + number % 2),
        "PartiallyDecrypted": lambda: log.decrypt(contest, 1 + number % 3),
        "RegistrationAudited": lambda: log.add(
            "RegistrationAudited",
            checked=1,
            faulty=0,
            sample=log.document("[]"),
            auditors=[{"name": "x", "signature": "A" * 86 + "=="}],
        ),
        "seal": log.seal,
        "extend": lambda: log.act(
            "extend", change={"closes": f"20{30 + number % 60}-01-01T00:00+09:00"}
        ),
        "correct": lambda: log.act("correct", change={"text": "x"}),
        "change-roll": lambda: log.act("change-roll", change={"groups": [], "root": "11" * 32}),
        "change-approval": lambda: log.act(
            "change-approval", change={"approval": {"total": 1, "from_each": []}}
        ),
        "certify": lambda: log.act("certify", log.result(contest)),
        "purge": lambda: log.act("purge", {"type": "Purged", "kinds": ["k"], "counts": [1]}),
        "sheets": lambda: log.act("sheets", sheet(log, contest)),
        "lot": lambda: log.act("lot", lot(contest)),
        "strike": lambda: log.strike(*_first_holder(log)),
        "HoldersStruck": lambda: log.add("HoldersStruck", holders={"text": "[]"}, count=1, act=1),
        "SheetsEntered": lambda: log.add("SheetsEntered", **_fields(sheet(log, contest)), act=1),
        "LotDrawn": lambda: log.add("LotDrawn", **_fields(lot(contest)), act=1),
        "ResultDeclared": lambda: log.add("ResultDeclared", **_fields(log.result(contest)), act=1),
        "Purged": lambda: log.add("Purged", kinds=["k"], counts=[1], act=1),
    }.get(name)
    before, entries = log.state, len(log.entries)
    try:
        other() if other else log.act(name)
    except (Rejected, KeyError):
        # What is refused leaves no trace; an act whose subject is refused goes with it.
        log.state = before
        del log.entries[entries:]


def _fields(entry):
    return {name: value for name, value in entry.items() if name != "type"}


def sheet(log, contest):
    made = {"type": "SheetsEntered", "contest": contest, "place": "hall", "source": "00" * 32}
    return {**made, "sheets": log.document("[]")}


def lot(contest):
    return {"type": "LotDrawn", "contest": contest, "tie": {"text": "t"}, "order": ["a"]}


def _first_holder(log):
    return [i for i, e in enumerate(log.entries) if e["type"] == "CredentialsRegistered"][:1]


def sentence(log):
    letters = (LETTERS[entry.get("act") or entry["type"]] if entry["type"] == "OfficersAct"
               else LETTERS[entry["type"]] for entry in log.entries)  # fmt: skip
    return "".join(letters)


STARTS = ["until_sealed", "until_open", "until_decrypted", "until_declared", None]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(STARTS), st.sampled_from(["roll", "certificate"]), st.lists(OFFERS, max_size=40)
)
def test_o07_whatever_is_accepted_is_a_beginning_of_the_grammar(start, electorate, offers):
    log = Log(electorate=electorate, mixed=CONTESTS[:1])
    if start:
        getattr(log, start)()
    for number, name in enumerate(offers):
        offer(log, name, number)
    said = sentence(log)
    assert SENTENCE.fullmatch(said.replace("a", "")), said
    assert "a" not in said.partition("1")[0]
    if "1" in said:
        assert ("R" in said) == (electorate == "roll")
    assert not re.search(r"[hqlxz]a", said)


def test_the_grammar_itself_refuses_what_it_should():
    for wrong in ("T", "DR", "DT2", "DT12E", "DT12O(b", "DT12OEc", "DT12OEFhH", "DT12OEFpF"):
        assert not SENTENCE.fullmatch(wrong)
    assert SENTENCE.fullmatch("DTR1w2Ocb(c)bvEhHFFpppqSlLUxXxXzZ")
