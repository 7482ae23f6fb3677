"""The 12-digit My Number enters nowhere and stands nowhere after a whole election (J07)."""

import copy
import json
import logging
import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLScalarType,
    build_schema,
    get_named_type,
    is_list_type,
    parse,
    type_from_ast,
)
from sqlalchemy.engine import make_url

from api_world import Booth, sealed, send
from tsukuba_trust.api.operations import CAST, IDENTIFY, documents
from tsukuba_trust.data import data_dir
from tsukuba_trust.my_number import my_numbers_in
from tsukuba_trust.store.migrations import VERSIONS
from web_world import WebWorld, web_world

NUMBER = "123456789018"  # the ministry's own sample: valid check digit, nobody's number
RESPONSES = (
    NUMBER,
    {"code": NUMBER},
    {"certificate": NUMBER, "signature": NUMBER},
    {"cms": NUMBER},
    {NUMBER: "x"},
)


@pytest.fixture
def world(tmp_path):
    made = web_world(tmp_path / "state")
    yield made
    made.close()


def on_voting_host(name: str) -> bool:
    return name in (*IDENTIFY, *CAST)


def typed(name: str, base: Any) -> Iterator[Any]:
    """Yield an operation's variables with the number in one field after the other."""
    kind = "booth" if on_voting_host(name) else "schema"
    schema = build_schema((data_dir("graphql") / f"{kind}.graphql").read_text(encoding="utf-8"))
    for variable in parse(documents()[name]).definitions[0].variable_definitions:
        key = variable.variable.name.value
        for path, values in leaves(type_from_ast(schema, variable.type), [key]):
            for value in values:
                yield replaced(base, path, value)


def leaves(kind: Any, path: list[Any]) -> Iterator[tuple[list[Any], Any]]:
    """Find every field that takes a text or any JSON."""
    named = get_named_type(kind)
    inside = [*path, 0] if is_list_type(getattr(kind, "of_type", kind)) else path
    if isinstance(named, GraphQLInputObjectType):
        for key, one in named.fields.items():
            yield from leaves(one.type, [*inside, key])
    elif isinstance(named, GraphQLScalarType) and named.name not in ("Int", "Boolean", "Float"):
        yield inside, RESPONSES if named.name == "JSON" else (NUMBER,)
    else:
        assert isinstance(named, GraphQLEnumType | GraphQLScalarType)


def replaced(base: Any, path: list[Any], value: Any) -> Any:
    whole = copy.deepcopy(base)
    place = whole
    for key, after in pairwise(path):
        if isinstance(place, list) and not place:
            place.append({})
        if not isinstance(place, list) and key not in place:
            place[key] = [] if after == 0 else {}
        place = place[key]
    if isinstance(place, list) and not place:
        place.append(value)
    else:
        place[path[-1]] = value
    return whole


def bases(world: WebWorld) -> dict[str, Any]:
    """Return variables that would be taken, for every operation."""
    booth = Booth(world)
    booth.start()
    secret = booth.voter.page_secret.hex()
    card = world.card(3).response(booth.request()["challenge"]["text"])
    digest = "0" * 64
    return {
        "StartIdentification": Booth(world).start_input(),
        "IdentificationRequest": {"attempt": booth.attempt},
        "Attempt": {"id": booth.attempt, "pageSecret": secret},
        "CompleteIdentification": {"input": {"attempt": booth.attempt, "response": card}},
        "ClaimIdentification": {
            "input": {"attempt": booth.attempt, "pageSecret": secret, "token": digest}
        },
        "BoothContest": {"slug": world.slug},
        "CastBallot": {"input": {"contest": world.contests[0], "ballot": sealed(booth)}},
    }


def stands(world: WebWorld) -> list[str]:
    """Return where in the three databases and the files of the installation a number stands."""
    found = []
    for store in VERSIONS:
        with sqlite3.connect(str(make_url(world.settings.url(store)).database)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in tables.fetchall():
                rows = connection.execute(f"SELECT * FROM {table}").fetchall()
                texts = (text_of(value) for row in rows for value in row)
                found += [f"{store}.{table}" for text in texts if my_numbers_in(text)]
    for path in sorted(world.folder.rglob("*")):
        if path.is_file() and my_numbers_in(path.read_bytes().decode("latin-1")):
            found.append(str(path.relative_to(world.folder)))
    return found


def text_of(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def held(world: WebWorld) -> None:
    """Hold a small election over the API, to its result."""
    for person in range(2):
        booth = Booth(world).identified(person)
        assert booth.cast(sealed(booth))["__typename"] == "CastBallotSuccess"
    world.count()


def test_j07_no_input_of_the_api_takes_it(world: WebWorld, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    known, tried = bases(world), 0
    for name in documents():
        app = world.vote if on_voting_host(name) else world.portal
        path = "/graphql"
        if on_voting_host(name):
            path += "/cast" if name in CAST else "/identify"
        for variables in typed(name, known.get(name, {})):
            answer = send(app, path, {"operationName": name, "variables": variables})
            tried += 1
            assert answer.status_int < 500, (name, variables, answer.text)
            data = answer.json.get("data") or {}
            kinds = {one.get("__typename", "") for one in data.values() if isinstance(one, dict)}
            assert not any(kind.endswith("Success") for kind in kinds), (name, variables)
    assert tried > 30
    assert stands(world) == []
    assert my_numbers_in(caplog.text) == []


def test_j07_nothing_of_a_whole_election_holds_one(
    world: WebWorld, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    held(world)
    assert "ResultDeclared" in world.types()
    assert stands(world) == []
    assert my_numbers_in(caplog.text) == []


def test_j07_the_scanner_would_find_one_in_a_column_a_file_and_a_log(
    world: WebWorld, caplog: pytest.LogCaptureFixture
):
    with sqlite3.connect(str(make_url(world.settings.url("roll")).database)) as connection:
        connection.execute("CREATE TABLE planted (kept BLOB)")
        connection.execute("INSERT INTO planted VALUES (?)", (json.dumps([NUMBER]).encode(),))
    (world.folder / "planted.log").write_text(f"typed {NUMBER}\n", encoding="ascii")
    logging.getLogger("tsukuba_trust").warning("typed %s", NUMBER)
    found = stands(world)
    assert {"roll.planted", "planted.log"} <= set(found)
    assert my_numbers_in(caplog.text)
