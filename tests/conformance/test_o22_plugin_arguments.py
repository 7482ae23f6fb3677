"""What plugins are given in a whole election: values, never the house (attack O22)."""

import io
import types
from array import array
from dataclasses import fields, is_dataclass
from datetime import datetime
from fractions import Fraction
from itertools import count

import pytest

from election_world import world
from tsukuba_trust.interfaces import IBallotScheme, IIdentityProvider, ITallyMethod
from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
from tsukuba_trust.plugins.identity.my_number_card import MyNumberCard
from tsukuba_trust.plugins.identity.roll_code import RollCode
from tsukuba_trust.plugins.tallies.plurality import Plurality
from tsukuba_trust.registry import Registry
from tsukuba_trust.settings import Settings

CONTRACTS = {
    HomomorphicBallots: IBallotScheme,
    MyNumberCard: IIdentityProvider,
    RollCode: IIdentityProvider,
    Plurality: ITallyMethod,
}
PLAIN = (str, bytes, bool, int, Fraction, datetime, types.NoneType)
# The tests' own randomness counts its calls; answers to combine are kept in a nameless file.
HARMLESS = (count, array, io.BufferedRandom)
# Values, what the interfaces exchange, and the group with its elements (gmpy2's integers).
SPOKEN = (
    "tsukuba_trust.values",
    "tsukuba_trust.counts",
    "tsukuba_trust.interfaces",
    "tsukuba_trust.crypto.",
    "gmpy2",
)


def strangers(value, where, spoken):
    """Yield every object inside a value that is no value."""
    if isinstance(value, PLAIN):
        spoken.add(value)
    elif isinstance(value, dict | types.MappingProxyType):
        for key, inner in value.items():
            yield from strangers(inner, f"{where}.{key}", spoken)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from strangers(inner, f"{where}[{number}]", spoken)
    elif isinstance(value, types.FunctionType | types.BuiltinFunctionType):
        cells = getattr(value, "__closure__", None) or ()
        yield from strangers([cell.cell_contents for cell in cells], f"{where}()", spoken)
    elif isinstance(value, HARMLESS):
        return
    elif type(value).__module__ == "tsukuba_trust.board.rebuild":  # ballots in a file of their own
        yield from strangers(vars(value), where, spoken)
    elif not type(value).__module__.startswith(SPOKEN):
        yield f"{where}: {type(value).__module__}.{type(value).__qualname__}"
    elif is_dataclass(value):
        for field in fields(value):
            yield from strangers(getattr(value, field.name), f"{where}.{field.name}", spoken)


@pytest.fixture
def given(monkeypatch):
    """Note all arguments of all contract methods of our plugins."""
    noted = []

    def note(kind, name, method):
        def noting(self, *args, **kwargs):
            noted.append((f"{kind.__name__}.{name}", [*args, *kwargs.values()]))
            return method(self, *args, **kwargs)

        monkeypatch.setattr(kind, name, noting)

    for kind, contract in CONTRACTS.items():
        for name in contract.names():
            if callable(getattr(kind, name)):
                note(kind, name, getattr(kind, name))
    return noted


@pytest.mark.parametrize("electorate", ["certificate", "roll"])
def test_o22_a_plugin_is_given_values_only(tmp_path, given, electorate):
    held = world(tmp_path, electorate=electorate).opened()
    for person in (1, 2):
        held.cast(held.registered(person), person)
    held.counted()

    spoken, found = set(), []
    for where, arguments in given:
        found += strangers(arguments, where, spoken)
    assert found == []

    called = {where.split(".")[1] for where, _ in given}
    assert {"begin", "complete", "recheck", "verify_answer", "combine", "decide"} <= called
    secrets = {trustee.secret for trustee in held.trustees} - {0}
    assert secrets
    assert not secrets & spoken


@pytest.mark.parametrize("thing", [Registry(), Settings(), object()])
def test_the_search_finds_what_is_no_value(thing):
    hidden = {"deep": [(lambda: thing)]}
    assert list(strangers(hidden, "x", set()))
