"""Hostile GraphQL is refused with a code before anything is executed, and cheaply.

Counters and not clocks: how many tokens were read, how often something was executed, how
many bytes of a body were taken.
"""

import io
import json
import logging

import pytest
from graphql.language.lexer import Lexer

from api_world import NO_ATTEMPT, code_of, free, send, stored
from tsukuba_trust.api.limits import ALIASES, DEPTH, TOKENS
from tsukuba_trust.api.schemas import Schema
from web_world import WebWorld, web_world

CANARY = "geheim-4711"
COMPLETE = """mutation($input: CompleteIdentificationInput!) {
  completeIdentification(input: $input) { __typename ... on Refusal { code } }
}"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = web_world(tmp_path_factory.mktemp("hostile") / "state")
    yield made
    made.close()


@pytest.fixture
def counted(monkeypatch):
    """Count executions and tokens."""
    counts = {"executed": 0, "tokens": 0}
    get, advance = Schema._get_execute_function, Lexer.advance

    def get_counting(self):
        execute = get(self)

        def counting(*arguments, **named):
            counts["executed"] += 1
            return execute(*arguments, **named)

        return counting

    def advance_counting(self):
        counts["tokens"] += 1
        return advance(self)

    monkeypatch.setattr(Schema, "_get_execute_function", get_counting)
    monkeypatch.setattr(Lexer, "advance", advance_counting)
    return counts


def deep(levels: int) -> str:
    """Return a query of so many levels of fields."""
    inner = "texts{" * (levels - 6)
    closing = "}" * (levels - 1)
    return "{elections{edges{node{contests{title{" + inner + "text" + closing + "}"


BOMB = "query{...F0}" + "".join(
    f" fragment F{n} on Query{{a:__typename ...F{n + 1} ...F{n + 1}}}" for n in range(60)
)
FREE = {
    "aliases": ("{" + " ".join(f"a{n}:__typename" for n in range(ALIASES + 1)) + "}", 413),
    "aliases in fragments": (
        "query{...F ...G} fragment F on Query{"
        + " ".join(f"a{n}:__typename" for n in range(8))
        + "} fragment G on Query{"
        + " ".join(f"b{n}:__typename" for n in range(8))
        + "}",
        413,
    ),
    "depth": (deep(DEPTH + 1), 413),
    "tokens": ("{" + " __typename" * TOKENS + "}", 413),
    "depth 200": ("{a" * 200 + "}" * 200, 413),
    "depth 320": ("{a" * 320 + "}" * 320, 400),
    "deep literals": ("{a(b:" + "[" * 450 + "]" * 450 + ")}", 400),
    "deep types": ("query($a:" + "[" * 450 + "Int" + "]" * 450 + "){__typename}", 400),
    "two operations": ("query A{__typename} query B{__typename}", 413),
    "cost": (
        "{elections(first:100){edges{node{contests{options{name{texts{text}}}}}}}}",
        413,
    ),
    "cost by variable": (
        "query($n:Int!){elections(first:$n){edges{node{contests{options{name{texts{text}}}}}}}}",
        413,
    ),
    "fragment bomb": (BOMB + "fragment F60 on Query{__typename}", 413),
    "fragment cycle": ("query{...F} fragment F on Query{...G} fragment G on Query{...F}", 400),
    "introspection": ("{__schema{types{name}}}", 400),
    "unknown field": (f'{{nothing(a:"{CANARY}")}}', 400),
    "syntax": (f'{{a(b:"{CANARY}")', 400),
    "literal of another type": (f'{{election(slug:12,x:"{CANARY}"){{slug}}}}', 400),
    "mutation of the booth": ('mutation{castBallot(input:{contest:"a"}){__typename}}', 400),
    "values inside a mutation": (
        f'mutation{{completeIdentification(input:{{attempt:"{NO_ATTEMPT}",'
        f'response:{{code:"{CANARY}"}}}}){{__typename}}}}',
        400,
    ),
    "subscription": ("subscription{elections{pageInfo{hasNextPage}}}", 400),
    "defer": ("{...@defer{__typename}}", 400),
    "empty": ("", 400),
}


@pytest.mark.parametrize("name", FREE)
def test_a_hostile_query_is_refused_before_it_is_executed(world: WebWorld, counted, name, caplog):
    query, status = FREE[name]
    caplog.set_level(logging.INFO)
    answer = free(world, query, {"n": 100} if "$n" in query else {})
    assert answer.status_int == status
    assert code_of(answer) == {413: "too_large", 400: "bad_request"}[status]
    assert counted["executed"] == 0
    assert CANARY not in answer.text and CANARY not in caplog.text


def test_the_parser_stops_at_the_token_limit(world: WebWorld, counted):
    free(world, "{" + " a" * 20_000 + "}")
    assert counted["tokens"] <= TOKENS + 2


def test_many_small_comments_are_stopped_too(world: WebWorld, counted):
    answer = free(world, "{" + "#\n" * 20_000 + "__typename}")
    assert code_of(answer) == "too_large"
    assert counted["tokens"] <= TOKENS + 2


def test_a_batch_is_refused(world: WebWorld, counted):
    batch = [{"query": "{__typename}"}] * 3
    assert code_of(send(world.portal, "/graphql", batch)) == "bad_request"
    assert code_of(send(world.vote, "/graphql/cast", batch)) == "bad_request"
    assert counted["executed"] == 0


class Body(io.BytesIO):
    """A body that knows how much of it was taken."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


@pytest.mark.parametrize(
    ("host", "path"),
    [("portal", "/graphql"), ("vote", "/graphql/identify"), ("vote", "/graphql/cast")],
)
def test_a_megabyte_of_variables_is_refused_before_it_is_read(world: WebWorld, counted, host, path):
    text = json.dumps({"operationName": "CastBallot", "variables": {"x": "y" * 1_048_576}})
    body = Body(text.encode())
    answer = getattr(world, host).request(
        path,
        method="POST",
        body_file=body,
        content_type="application/json",
        content_length=len(text),
        expect_errors=True,
    )
    assert (answer.status_int, code_of(answer)) == (413, "too_large")
    assert (body.taken, counted["executed"]) == (0, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nothing",
        b"[]",
        b'"text"',
        b"12",
        b'{"operationName":"CastBallot","variables":[]}',
        b'{"operationName":["CastBallot"]}',
        b'{"operationName":"CastBallot","variables":{},"more":1}',
        b'{"operationName":"CastBallot","variables":{"input":NaN}}',
        b'{"operationName":"CastBallot","variables":' + b"[" * 30_000,
        b'{"operationName":"CastBallot","variables":{"input":' + b"9" * 5_000 + b"}}",
        b"\xff\xfe",
    ],
)
def test_what_is_no_request_is_refused_with_a_code(world: WebWorld, counted, body):
    headers = {"Content-Type": "application/json"}
    answer = world.vote.post("/graphql/cast", body, headers=headers, expect_errors=True)
    assert (answer.status_int, code_of(answer)) == (400, "bad_request")
    assert counted["executed"] == 0


WRONG = {
    "no input": {},
    "null": {"input": None},
    "number for text": {"input": {"contest": "a", "ballot": 12}},
    "object for text": {"input": {"contest": {"a": 1}, "ballot": "{}"}},
    "unknown member": {"input": {"contest": "a", "ballot": "{}", CANARY: CANARY}},
    "list": {"input": [{"contest": "a", "ballot": "{}"}] * 2},
}


@pytest.mark.parametrize("name", WRONG)
def test_variables_of_wrong_types_are_refused_and_not_repeated(world: WebWorld, name, caplog):
    caplog.set_level(logging.INFO)
    body = {"operationName": "CastBallot", "variables": WRONG[name]}
    answer = send(world.vote, "/graphql/cast", body)
    assert (answer.status_int, code_of(answer)) == (400, "bad_request")
    assert CANARY not in answer.text and CANARY not in caplog.text


@pytest.mark.parametrize("name", ["Nothing", "", "__proto__", "../CastBallot", None, "castballot"])
def test_an_unknown_operation_is_refused_by_name(world: WebWorld, counted, name):
    body = {"operationName": name, "variables": {}}
    for path in ("/graphql/identify", "/graphql/cast"):
        assert code_of(send(world.vote, path, body)) == "unknown_operation"
    assert counted["executed"] == 0


def test_the_voting_host_takes_no_text_but_the_stored_one(world: WebWorld, counted):
    send(world.vote, "/graphql/cast", {"query": "{warm}"})
    counted["tokens"] = 0
    for query in ("{__typename}", "query BoothContest{__typename}", "x " * 150_000, "{" * 200):
        body = {"operationName": "BoothContest", "query": query, "variables": {}}
        assert code_of(send(world.vote, "/graphql/cast", body)) == "unknown_operation"
    assert counted["executed"] == 0 and counted["tokens"] < TOKENS


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/graphql/identify", "CastBallot"),
        ("/graphql/identify", "BoothContest"),
        ("/graphql/cast", "StartIdentification"),
        ("/graphql/cast", "ClaimIdentification"),
        ("/graphql/cast", "Elections"),
    ],
)
def test_a_call_on_the_wrong_endpoint_is_told_so(world: WebWorld, counted, path, name):
    answer = send(world.vote, path, {"operationName": name, "variables": {}})
    assert (answer.status_int, code_of(answer)) == (421, "wrong_host")
    assert counted["executed"] == 0


@pytest.mark.parametrize("name", ["StartIdentification", "ClaimIdentification", "CastBallot"])
def test_the_booths_calls_are_refused_on_the_portal(world: WebWorld, name):
    assert code_of(send(world.portal, "/graphql", {"operationName": name})) == "wrong_host"
    assert code_of(stored(world, name, {})) == "wrong_host"


def test_free_queries_by_get_are_refused(world: WebWorld):
    asked = world.portal.get("/graphql", {"query": "{__typename}"}, expect_errors=True)
    assert asked.status_int in (404, 405)


@pytest.mark.parametrize("path", ["/graphql/identify", "/graphql/cast"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_the_voting_host_takes_posts_only(world: WebWorld, path, method):
    answer = world.vote.request(path, method=method, expect_errors=True)
    assert answer.status_int in (404, 405)
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken_so_no_other_site_can_post_without_asking(world: WebWorld, kind):
    answer = world.vote.post(
        "/graphql/cast", "{}", headers={"Content-Type": kind}, expect_errors=True
    )
    assert (answer.status_int, code_of(answer)) == (415, "unsupported_media_type")


def test_pages_are_limited_to_a_hundred(world: WebWorld):
    query = "query($n:Int!){elections(first:$n){edges{node{slug}}}}"
    assert code_of(free(world, query, {"n": 101})) == "too_large"
    assert code_of(free(world, query, {"n": -1})) == "too_large"
    assert free(world, query, {"n": 100}).status_int == 200


@pytest.mark.parametrize("cursor", ["", "nothing", "cGxhY2U6", "cGxhY2U6LTE=", "Zm9vOjE=", "😀"])
def test_a_cursor_that_is_none_is_refused(world: WebWorld, cursor):
    asked = {"election": world.slug, "after": cursor}
    assert code_of(stored(world, "BoardEntries", asked)) == "bad_request"


def test_an_error_in_a_resolver_is_told_without_its_words(world: WebWorld, monkeypatch, caplog):
    """O23: the message of an exception may hold anything."""

    def fail(*_arguments):
        raise ValueError(CANARY)

    caplog.set_level(logging.INFO)
    monkeypatch.setattr(type(world.application), "election", fail)
    body = {"operationName": "BoothContest", "variables": {"slug": CANARY}}
    answer = send(world.vote, "/graphql/cast", body)
    assert (answer.status_int, code_of(answer)) == (500, "internal_error")
    mark = answer.json["errors"][0]["extensions"]["incident"]
    assert mark in caplog.text and CANARY not in caplog.text + answer.text


def test_introspection_is_a_setting(world: WebWorld):
    shown = world.with_settings(introspection=True)
    assert free(shown, "{__schema{queryType{name}}}").status_int == 200
    assert free(world, "{__schema{queryType{name}}}").status_int == 400
    shown.close()
