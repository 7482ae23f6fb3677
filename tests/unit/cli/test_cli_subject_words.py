"""What an officer reads before she approves strikes or a certificate."""

import hashlib

import pytest

from tsukuba_trust.cli.approve import following

STRIKES = '[{"holder":7,"reason":"voted on paper"},{"holder":9,"reason":"died"}]'
OUTCOME = (
    '{"ballots":9,"elected":["b"],"status":"decided",'
    '"totals":[{"option":"a","votes":4},{"option":"b","votes":"9/2"}]}'
)


def blob(text: str) -> dict[str, object]:
    return {"sha256": hashlib.sha256(text.encode()).hexdigest(), "size": len(text)}


def test_who_is_struck_is_shown_with_the_reasons():
    shown = "HoldersStruck: 2 holders (1 for: died, 1 for: voted on paper): 7, 9"
    assert following({"type": "HoldersStruck", "holders": {"text": STRIKES}}, ()) == shown
    assert (
        following({"type": "HoldersStruck", "holders": blob(STRIKES)}, (b"x", STRIKES.encode()))
        == shown
    )


def test_what_is_certified_is_shown():
    entry = {"type": "ResultDeclared", "contest": "uuid", "outcome": blob(OUTCOME)}
    assert following(entry, (OUTCOME.encode(),)) == (
        "ResultDeclared of contest uuid: decided, 9 ballots, elected: b; a 4, b 9/2"
    )


def test_a_contest_that_was_not_opened_is_shown_as_such():
    text = '{"ballots":2,"status":"not_decrypted"}'
    entry = {"type": "ResultDeclared", "contest": "uuid", "outcome": blob(text)}
    assert "not_decrypted, 2 ballots, elected: nobody" in following(entry, (text.encode(),))


@pytest.mark.parametrize("brought", [(), (b"another",), (b"[" * 9000,)])
def test_what_cannot_be_read_is_not_to_be_signed(brought):
    struck = {"type": "HoldersStruck", "holders": blob(STRIKES)}
    result = {"type": "ResultDeclared", "contest": "uuid", "outcome": blob(OUTCOME)}
    if brought:
        result["outcome"] = blob(brought[0].decode())
    for entry in (struck, result):
        assert following(entry, brought).endswith("do not sign")
