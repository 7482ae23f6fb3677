"""The requests and answers that docs/integrator.md shows, made by running them."""

import json
from collections.abc import Callable
from typing import Any

from webtest import TestResponse

from api_world import Booth, free, sealed, send, stored, token_of
from tsukuba_trust.api.operations import CAST
from web_world import WebWorld

# Members whose values differ in every run, or are too long to read.
VARIES = {
    "after", "attempt", "ballot", "blind", "challenge.text", "checkpoint", "closes", "contest",
    "credential", "data", "definition", "deviceAddress", "digits", "election", "endCursor",
    "entry", "expiresAt", "fingerprint", "id", "incident", "lastDay", "logKey", "opens", "origin",
    "pageSecret", "pageSecretHash", "period.text", "portalUrl", "proof", "qr", "receipt", "record",
    "returnAddress", "response.certificate", "response.signature", "slug", "token", "tracker",
    "uuid", "votingUrl", "proof.challenge", "proof.response",
}  # fmt: skip
LONGEST = 90


class Told:
    """Shortens JSON to what is worth reading."""

    def shown(self, value: Any, name: str = "", parent: str = "") -> Any:
        """Return a value without what varies; lists are cut to their first item."""
        if isinstance(value, dict):
            return {key: self.shown(item, key, name) for key, item in value.items()}
        if isinstance(value, list):
            return [self.shown(item, name, parent) for item in value[:1]]
        if value is None or value == "" or isinstance(value, bool):
            return value
        if VARIES.intersection((name, f"{parent}.{name}")) and not isinstance(value, int):
            return f"⟨{name}⟩"
        if name == "text" and parent in ("period", "texts") and "⟨" in str(value):
            return "⟨text⟩"
        if isinstance(value, str) and len(value) > LONGEST:
            return value[:LONGEST] + "…"
        return value


def block(request: str, body: Any, answer: TestResponse) -> str:
    """Return one example as it stands in the file."""
    told = Told()
    lines = ["```", request]
    if body is not None:
        lines.append(_json(told.shown(body)))
    lines += ["", f"HTTP {answer.status_int}"]
    lines += [
        f"{name}: {answer.headers[name]}"
        for name in ("Cache-Control", "Vary")
        if name in answer.headers
    ]
    lines += [_json(told.shown(answer.json)), "```"]
    return "\n".join(lines)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def examples(world: WebWorld) -> dict[str, str]:
    """Hold a small vote through the API and return every example by its name."""
    made: dict[str, str] = {}
    booth = Booth(world)

    def keep(operation: str, variables: Any, *, portal: bool = False, name: str = "") -> Any:
        app = world.portal if portal else world.vote
        path = "/graphql" if portal else f"/graphql/{'cast' if operation in CAST else 'identify'}"
        body = {"operationName": operation, "variables": variables}
        answer = send(app, path, body)
        made[name or operation] = block(f"POST {path}", body, answer)
        return next(iter((answer.json.get("data") or {"": None}).values()))

    _vote(world, booth, keep)
    _read(world, made)
    return made


def _vote(world: WebWorld, booth: Booth, keep: Callable[..., Any]) -> None:
    keep("BoothContest", {"slug": world.slug})
    booth.attempt = keep("StartIdentification", booth.start_input())["attempt"]
    asked = keep("IdentificationRequest", {"attempt": booth.attempt}, portal=True)
    page = {"id": booth.attempt, "pageSecret": booth.voter.page_secret.hex()}
    keep("Attempt", page)
    response = world.card(1).response(asked["challenge"]["text"])
    given = {"input": {"attempt": booth.attempt, "response": response}}
    done = keep("CompleteIdentification", given, portal=True)
    claim = {"attempt": booth.attempt, "pageSecret": page["pageSecret"], "token": token_of(done)}
    keep("ClaimIdentification", {"input": claim})
    contest, ballot = world.contests[0], sealed(booth)
    cast = keep("CastBallot", {"input": {"contest": contest, "ballot": ballot, "padding": "0000"}})
    keep("Registration", {"contest": contest, "credential": booth.voter.credentials[contest]})
    keep("ReceiptByTracker", {"contest": contest, "tracker": cast["receipt"]["tracker"]})
    broken = {"input": {"contest": contest, "ballot": ballot[:-1]}}
    keep("CastBallot", broken, name="refused ballot")
    keep("MyOperation", {}, name="unknown operation")


def _read(world: WebWorld, made: dict[str, str]) -> None:
    def get(operation: str, variables: Any) -> None:
        answer = stored(world, operation, variables)
        shown = json.dumps(Told().shown(variables), ensure_ascii=False)
        made[operation] = block(f"GET /graphql/{operation}?variables={shown}", None, answer)

    get("Elections", {"first": 1, "locale": "en"})
    get("Election", {"slug": world.slug, "locale": "en"})
    get("BoardEntries", {"election": world.slug, "first": 1})
    get("BoardEntry", {"election": world.slug, "index": 6})
    query = "query ($slug: String!) { election(slug: $slug) { phase contests { ballots } } }"
    body = {"query": query, "variables": {"slug": world.slug}}
    made["free query"] = block("POST /graphql", body, free(world, query, body["variables"]))
    world.count()
    get("Results", {"election": world.slug, "locale": "en"})
