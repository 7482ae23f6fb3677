"""A small election file that loads, and a registry of our own plugins."""

import copy

import pytest

from tsukuba_trust.elections.building import build
from tsukuba_trust.elections.checking import check_rules
from tsukuba_trust.registry import DEFAULT_PLUGINS, load


def _both(text):
    return {"ja": f"{text}(日)", "en": text}


def _option(key):
    return {"key": key, "name": _both(key), "labels": {"paper": key, "screen": key.upper()}}


FILE = {
    "slug": "survey-2025",
    "kind": "survey",
    "effect": "advisory",
    "electorate": "roll",
    "official_language": "ja",
    "languages": ["ja", "en"],
    "flow": "choose-identify",
    "cross_device": True,
    "revote": True,
    "accept_unbound": False,
    "group": "Ed25519",
    "minimum_ballots": 10,
    "retention_days": 30,
    "auditors": ["one", "two"],
    "title": _both("Title"),
    "description": {"ja": "一行目\n二行目", "en": "first line\nsecond line"},
    "conditions": [_both("You live here")],
    "contact": _both("Office"),
    "period": {
        "timezone": "Asia/Tokyo",
        "opens": "2025-02-20 (Thu) 00:00",
        "closes": "2025-03-25 (Tue) 00:00",
        "shown": {
            "ja": "2025年2月20日(木)午前0時 から 3月24日(月) 午後11時59分 まで",
            "en": "until Monday, 24 March 2025",
        },
    },
    "eligibility": {"residence": "08220", "minimum_age": 15},
    "identity": [{"provider": "my-number-card"}],
    "trustees": {"names": ["t1", "t2", "t3"], "threshold": 2},
    "officers": [
        {"name": "A", "organisation": "city"},
        {"name": "B", "organisation": "school"},
        {"name": "C", "organisation": "city"},
    ],
    "approval": {"total": 2, "from_each": ["city", "school"]},
    "roll": {"groups": [{"name": "g4", "channel": "internet"}, {"name": "g5", "channel": "paper"}]},
    "contests": [
        {
            "key": "first",
            "title": _both("First"),
            "question": _both("Which?"),
            "description": _both("About the first"),
            "ballot_scheme": "homomorphic",
            "ballot": {"min": 1, "max": 1, "blank": False},
            "tally_method": "plurality",
            "tally": {"seats": 1, "legal_minimum": {"of": "valid", "divide_by": ["seats", 4]}},
            "groups": ["g4"],
            "options": [_option("a"), _option("b"), _option("c")],
        }
    ],
}


@pytest.fixture
def content():
    """The plain content of a file that passes every check; tests break one thing in it."""
    return copy.deepcopy(FILE)


@pytest.fixture
def checked():
    """Build and check a content without plugins."""

    def check(content):
        election = build(content, "x.toml", proposed=False)
        check_rules(election, "x.toml")
        return election

    return check


@pytest.fixture(scope="session")
def plugins():
    return load(DEFAULT_PLUGINS)
