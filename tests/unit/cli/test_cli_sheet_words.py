"""What an officer reads before she approves that sheets are entered."""

import hashlib
from dataclasses import replace

from record_sheets import KEYS, SOURCE, paper
from tsukuba_trust.cli.approve import following
from tsukuba_trust.elections.doubtful import Doubtful
from tsukuba_trust.elections.sheets import Source, sheet_text


def entry(document: dict[str, object]) -> dict[str, object]:
    return {
        "type": "SheetsEntered",
        "contest": "uuid",
        "place": "hall",
        "sheets": document,
        "source": SOURCE,
        "act": 4,
    }


TEXT = sheet_text(paper(), Source(SOURCE), KEYS)
BLOB = {"sha256": hashlib.sha256(TEXT.encode()).hexdigest(), "size": len(TEXT)}


def test_place_numbers_and_digest_are_shown():
    shown = following(entry({"text": TEXT}), ())
    assert shown == (
        "SheetsEntered in contest uuid, place: hall: 7 voters, 7 papers received, 7 valid, "
        "0 blank, 0 invalid, 0 doubtful, option-a 1, option-b 5, option-c 1; "
        f"file SHA-256 {SOURCE}"
    )
    assert following(entry(BLOB), (b"another", TEXT.encode())) == shown


def test_shared_names_are_shown():
    shared = ((KEYS[:2], 3),)
    one = paper()
    text = sheet_text(replace(one, sheet=replace(one.sheet, shared=shared)), Source(SOURCE), KEYS)
    assert "option-a and option-b share 3" in following(entry({"text": text}), ())


def test_what_is_no_sheet_or_another_blob_is_said():
    for document in ({"text": "{}"}, {"text": "no JSON"}, {"text": '{"votes":[]}'}, BLOB):
        assert following(entry(document), (b"other",)).endswith("NOT A SHEET, do not sign")


def test_o09_votes_of_doubtful_papers_are_shown():
    papers = tuple(
        Doubtful("hall", number, (KEYS[0],), decided_by=("manager",)) for number in range(1, 501)
    )
    spoilt = Doubtful("hall", 501, (), "unclear", ("manager",))
    text = sheet_text(paper(doubtful=(*papers, spoilt)), Source(SOURCE), KEYS)
    shown = following(entry({"text": text}), ())
    assert "doubtful for option-a 500" in shown
    assert "doubtful invalid as unclear 1" in shown
