"""docs/privacy.md names every attribute that a card gives and every column that keeps something."""

import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tsukuba_trust.interfaces import AttemptView
from tsukuba_trust.jpki.attributes import Attributes
from tsukuba_trust.plugins.identity.my_number_card import MyNumberCard
from tsukuba_trust.store.attempts_tables import ATTEMPTS
from tsukuba_trust.store.roll_tables import ROLL
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.people import people

AT = datetime(2025, 3, 1, 3, 0, tzinfo=UTC)
PAGE = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text(encoding="utf-8")
NAMED = frozenset(re.findall(r"`([a-z_.]+)`", PAGE))
COLUMNS = {
    f"{table.name}.{column.name}"
    for store in (ROLL, ATTEMPTS)
    for table in store.sorted_tables
    for column in table.columns
}


def test_every_attribute_that_a_card_gives_is_named():
    authority = TestAuthority(AT)
    provider = MyNumberCard(authority.anchors)
    attempt = AttemptView("0" * 32, bytes(32), "題", "b/e", "v", "ja")
    card = authority.card(people(1, 1)[0])
    response = card.response(provider.begin(attempt).challenge["text"])
    identity = provider.complete(attempt, {}, response, AT)
    assert set(identity.attributes) | {one.name for one in fields(Attributes)} <= NAMED


@pytest.mark.parametrize("column", sorted(COLUMNS))
def test_every_column_is_named(column):
    assert column in NAMED


def test_no_column_is_named_that_is_gone():
    assert {name for name in NAMED if "." in name} - {"tests/test_privacy_page.py"} <= COLUMNS
