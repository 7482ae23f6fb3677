"""Witness policy texts (board.md 4.2)."""

import json
from pathlib import Path

import pytest

from board_logs import LOG_KEY, key
from tsukuba_trust.board import note, policy
from tsukuba_trust.errors import Rejected

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "board" / "vectors.json").read_text("utf-8")
)
PUBLIC = key("w").public_key().public_bytes_raw()
WITNESS = note.LogKey("witness.example.jp/w1", PUBLIC, note.COSIGNATURE).text
HEAD = f"log {LOG_KEY}\n"


def test_a_policy_without_witnesses_survives_reading():
    read = policy.read_policy(policy.none_policy(LOG_KEY))
    assert (read.logs, read.is_none) == ((LOG_KEY,), True)


def test_the_vectors_policy_is_read_whole():
    read = policy.read_policy(VECTORS["policy"]["text"])
    assert read.logs == (VECTORS["keys"]["log"]["vkey"],)
    assert not read.is_none
    assert read.witnesses and read.groups


def test_groups_hold_witnesses_and_groups():
    text = (
        f"# comment\n\n{HEAD}witness a {WITNESS} https://w.example.jp/\nwitness b {WITNESS}\n"
        "group g any a b\ngroup h all g a\ngroup i 1 h\nquorum i\n"
    )
    read = policy.read_policy(text)
    assert read.groups == {"g": (1, ("a", "b")), "h": (2, ("g", "a")), "i": (1, ("h",))}
    assert read.witnesses["a"] == (WITNESS, "https://w.example.jp/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum none\n",
        HEAD,
        f"{HEAD}quorum none",
        f"{HEAD}{HEAD}quorum none\n",
        f"{HEAD}quorum none\nquorum none\n",
        f"{HEAD}quorum a\n",
        f"{HEAD}nonsense\nquorum none\n",
        f"log x\n{HEAD}quorum none\n",
        f"{HEAD}witness a {LOG_KEY}\nquorum none\n",
        f"{HEAD}witness none {WITNESS}\nquorum none\n",
        f"{HEAD}witness a {WITNESS} u v\nquorum none\n",
        f"{HEAD}witness a {WITNESS}\nwitness a {WITNESS}\nquorum none\n",
        f"{HEAD}witness a {WITNESS}\ngroup g 0 a\nquorum none\n",
        f"{HEAD}witness a {WITNESS}\ngroup g 2 a\nquorum none\n",
        f"{HEAD}witness a {WITNESS}\ngroup g any a a\nquorum none\n",
        f"{HEAD}witness a {WITNESS}\ngroup g any\nquorum none\n",
        f"{HEAD}group g any g\nquorum none\n",
        f"{HEAD}  quorum none\n",
    ],
)
def test_it_refuses_every_other_text(text):
    with pytest.raises(Rejected, match="policy_invalid"):
        policy.read_policy(text)
