"""Calling the API as booths, devices and strangers do, for tests."""

import json
from typing import Any

from webtest import TestApp, TestResponse

from tsukuba_trust.api.operations import CAST
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.voter import Voter
from web_world import CARD, CODE, WebWorld

NO_ATTEMPT = "0" * 32


def send(app: TestApp, path: str, body: Any, **arguments: Any) -> TestResponse:
    """Post JSON, whatever comes of it."""
    return app.post_json(path, body, expect_errors=True, **arguments)


def code_of(answer: TestResponse) -> str:
    """Return the code of a request that was refused as a whole."""
    found: str = answer.json["errors"][0]["extensions"]["code"]
    return found


class Booth:
    """One voter's page, and the device in her hand, over HTTP.

    :param last: the newest answer
    """

    def __init__(self, world: WebWorld, *, portal_device: bool = False) -> None:
        self.world = world
        self.voter = world.voter()
        self.device = world.portal if portal_device else world.vote
        self.attempt = ""
        self.challenge: Any = None
        self.last: TestResponse | None = None

    def call(self, operation: str, variables: Any, app: TestApp | None = None) -> Any:
        """Send an operation by its name; return its one field."""
        app = app or self.world.vote
        endpoint = "cast" if operation in CAST else "identify"
        path = "/graphql" if app is self.world.portal else f"/graphql/{endpoint}"
        body = {"operationName": operation, "variables": variables}
        self.last = app.post_json(path, body)
        (found,) = self.last.json["data"].values()
        return found

    def election(self) -> Any:
        """Load what V2 to V6 need."""
        return self.call("BoothContest", {"slug": self.world.slug})

    def start_input(self, **changes: Any) -> Any:
        """Return the input of ``startIdentification``."""
        fixed, voter = self.world.fixed, self.voter
        proofs = voter.proofs()
        given = {
            "election": fixed.origin,
            "definition": fixed.digest,
            "provider": CODE if self.world.codes else CARD,
            "credentials": [
                {"contest": uuid, "credential": public, "proof": proofs[uuid]}
                for uuid, public in voter.credentials.items()
            ],
            "blind": voter.blind.hex(),
            "pageSecretHash": voter.page_secret_hash.hex(),
            "locale": "ja",
        }
        return {"input": {**given, **changes}}

    def start(self, **changes: Any) -> Any:
        """Begin an attempt."""
        found = self.call("StartIdentification", self.start_input(**changes))
        self.attempt = found.get("attempt", self.attempt)
        self.challenge = found.get("challenge")
        return found

    def poll(self) -> Any:
        secret = self.voter.page_secret.hex()
        return self.call("Attempt", {"id": self.attempt, "pageSecret": secret})

    def request(self) -> Any:
        """Fetch what the device is asked."""
        return self.call("IdentificationRequest", {"attempt": self.attempt}, self.device)

    def answer(self, response: Any, app: TestApp | None = None) -> Any:
        """Let a device answer."""
        given = {"input": {"attempt": self.attempt, "response": response}}
        return self.call("CompleteIdentification", given, app or self.device)

    def sign(self, card: TestCard | int = 0) -> Any:
        """Let a card answer."""
        text = self.request()["challenge"]["text"]
        held = self.world.card(card) if isinstance(card, int) else card
        return self.answer(held.response(text))

    def claim(self, token: str, secret: bytes | None = None) -> Any:
        """Claim with a token or digits."""
        given = {
            "attempt": self.attempt,
            "pageSecret": (secret or self.voter.page_secret).hex(),
            "token": token,
        }
        return self.call("ClaimIdentification", {"input": given})

    def identified(self, person: int = 0) -> "Booth":
        """Go through the whole identification."""
        self.start()
        if self.world.codes:
            done = self.answer({"code": self.world.codes[str(person)]})
        else:
            done = self.sign(person)
        assert self.claim(token_of(done))["__typename"] == "ClaimIdentificationSuccess"
        return self

    def cast(self, ballot: str, contest: str = "", **more: Any) -> Any:
        """Cast a sealed ballot."""
        given = {"contest": contest or self.world.contests[0], "ballot": ballot, **more}
        return self.call("CastBallot", {"input": given})


def token_of(done: Any) -> str:
    """Return the token in the fragment of a return address."""
    address: str = done["returnAddress"]
    return address.partition("#")[2].partition(".")[2]


def sealed(booth: Booth, choice: int = 0, contest: str = "", voter: Voter | None = None) -> str:
    """Return a sealed ballot of a booth."""
    return booth.world.sealed(voter or booth.voter, choice, contest)


def free(world: WebWorld, query: str, variables: Any = None) -> TestResponse:
    """Ask the portal a free query."""
    return send(world.portal, "/graphql", {"query": query, "variables": variables or {}})


def stored(world: WebWorld, operation: str, variables: Any, **arguments: Any) -> TestResponse:
    """Ask the portal one of the listed queries by GET."""
    given = {"variables": json.dumps(variables)}
    return world.portal.get(f"/graphql/{operation}", given, expect_errors=True, **arguments)
