"""What GraphQL costs: a cast beside a plain JSON route, with and without caches; hostile queries.

In process, without sockets: the two sides of each ratio differ in nothing else. CPU time.
"""

import json
import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from rich.table import Table

from benchmarks.elections import Held, open_vote
from benchmarks.records import Track
from tsukuba_trust import main, vote_app
from tsukuba_trust.api import booth, portal, public, vote
from tsukuba_trust.api.operations import documents
from tsukuba_trust.api.schemas import new_schema
from tsukuba_trust.services.office import Office
from tsukuba_trust.settings import Settings
from tsukuba_trust.web.application import KEY, Application, of
from tsukuba_trust.web.limits import Limits
from tsukuba_trust.web.metrics import Metrics

CASTS = 60  # of each kind
WARM = 10
READS = 60
PORTAL = "127.0.0.1:6543"
HOSTILE = {
    "trivial": "{__typename}",
    "16 aliases": "{" + " ".join(f"a{n}:__typename" for n in range(16)) + "}",
    "20,000 tokens": "{" + " a" * 20_000 + "}",
    "depth 200": "{a" * 200 + "}" * 200,
    "60 fragments, each spread twice": "query{...F0}"
    + "".join(f" fragment F{n} on Query{{...F{n + 1} ...F{n + 1}}}" for n in range(60))
    + " fragment F60 on Query{__typename}",
    "cost 10^6": "{elections(first:100){edges{node{contests{options{name{texts{text}}}}}}}}",
    "60 kB that are no query": "x" * 60_000,
}

Send = Callable[[Any], None]


@dataclass(frozen=True)
class Measured:
    """Median CPU seconds by what was done."""

    casts: dict[str, float]
    reads: dict[str, float]
    hostile: dict[str, float]


def measure(folder: Path, track: Track) -> Measured:
    """Measure all three kinds on one open vote."""
    with open_vote(_new(folder)) as held:
        application = _application(held)
        casts = _casts(held, application, track)
        portal_app = main({}, **{KEY: application})
        voting = vote_app({KEY: application})
        reads = _reads(held, portal_app, voting, track)
        return Measured(casts, reads, _hostile(portal_app, track))


def _new(folder: Path) -> Path:
    made = folder / "api"
    made.mkdir()
    return made


def _application(held: Held) -> Application:
    nothing: Any = None
    return Application(
        settings=Settings(),
        registry=held.services.registry,
        office=Office(held.services, nothing),
        clock=lambda: held.clock.during(1, 2),
        randomness=secrets.token_bytes,
        limits=Limits(None, 1_000_000, list),
        metrics=Metrics(),
        opened=ExitStack(),
    )


def _casts(held: Held, application: Application, track: Track) -> dict[str, float]:
    ballots = iter([ballot for _device, ballot in held.registered(3 * (CASTS + WARM), jobs=1)])
    voting = vote_app({KEY: application})
    plain = _plain_app(application)
    body = {"operationName": "CastBallot"}

    def graphql(ballot: str) -> None:
        given = {"input": {"contest": held.contest, "ballot": ballot}}
        answer = _post(voting, "/graphql/cast", {**body, "variables": given})
        assert "CastBallotSuccess" in answer.text

    def uncached(ballot: str) -> None:
        with _without_caches():
            graphql(ballot)

    def json_route(ballot: str) -> None:
        answer = _post(plain, "/cast", {"contest": held.contest, "ballot": ballot})
        assert "proof" in answer.json

    kinds = {"plain JSON route": json_route, "GraphQL": graphql, "GraphQL, no caches": uncached}
    seconds: dict[str, list[float]] = {name: [] for name in kinds}
    for _number in track(range(CASTS + WARM), "Casting by GraphQL"):
        for name, send in kinds.items():
            seconds[name].append(_timed(send, next(ballots)))
    return {name: statistics.median(found[WARM:]) for name, found in seconds.items()}


def _plain_app(application: Application) -> Any:
    """Build the smallest application that casts: the same host, a route that speaks JSON."""

    def cast(request: Request) -> Response:
        given = json.loads(request.body)
        casting = of(request).office.services.casting
        receipt = casting.cast(given["contest"], given["ballot"], request.admitted_at)
        found = {"index": receipt.index, "tracker": receipt.tracker, "proof": receipt.proof}
        return Response(json_body=found, content_type="application/json")

    config = Configurator(settings={KEY: application})
    config.include("tsukuba_trust.web")
    config.include("tsukuba_trust.web.vote")
    config.add_route("cast", "/cast")
    config.add_view(cast, route_name="cast", request_method="POST")
    return config.make_wsgi_app()


def _reads(held: Held, app: Any, voting: Any, track: Track) -> dict[str, float]:
    slug = held.fixed.origin.rpartition("/")[2]
    small = "query ($c: String!) { contest(uuid: $c) { uuid title { text } } }"
    contest = {"query": small, "variables": {"c": held.contest}}
    election = {"query": documents()["Election"], "variables": {"slug": slug, "locale": "en"}}
    booths = {"operationName": "BoothContest", "variables": {"slug": slug}}
    asks: dict[str, Callable[[], Any]] = {
        "contest": lambda: _post(app, "/graphql", contest, PORTAL),
        "Election": lambda: _post(app, "/graphql", election, PORTAL),
        "BoothContest": lambda: _post(voting, "/graphql/cast", booths),
    }
    found: dict[str, list[float]] = {}
    for _number in track(range(READS), "Reading"):
        for name, ask in asks.items():
            found.setdefault(name, []).append(_timed(_answered, ask))
            with _without_caches():
                found.setdefault(f"{name}, no caches", []).append(_timed(_answered, ask))
    return {name: statistics.median(seconds[WARM:]) for name, seconds in found.items()}


def _answered(ask: Callable[[], Any]) -> None:
    assert ask().json["data"]


def _hostile(app: Any, track: Track) -> dict[str, float]:
    found: dict[str, list[float]] = {name: [] for name in HOSTILE}
    for number in track(range(READS), "Hostile queries"):
        for name, query in HOSTILE.items():
            # Another comment each time, so that no cache helps whoever attacks.
            body = {"query": f"{query}#{number}"}
            found[name].append(
                _timed(lambda one: _post(app, "/graphql", one, "127.0.0.1:6543"), body)
            )
    return {name: statistics.median(seconds[WARM:]) for name, seconds in found.items()}


def _post(app: Any, path: str, body: Any, host: str = "localhost:6543") -> Any:
    request = Request.blank(
        path, method="POST", content_type="application/json", body=json.dumps(body).encode()
    )
    request.environ["HTTP_HOST"] = host
    return request.get_response(app)


def _timed(function: Callable[[Any], object], argument: Any) -> float:
    start = time.process_time()
    function(argument)
    return time.process_time() - start


_UNCACHED: dict[str, Any] = {}


@contextmanager
def _without_caches() -> Iterator[None]:
    if not _UNCACHED:
        _UNCACHED["vote"] = new_schema(booth.Query, booth.Mutation, kept=0)
        _UNCACHED["portal"] = new_schema(public.Query, public.Mutation, free=True, kept=0)
    kept = vote.SCHEMA, portal.public_schema
    vote.SCHEMA = _UNCACHED["vote"]
    portal.public_schema = lambda introspection=False: _UNCACHED["portal"]  # type: ignore[assignment]
    try:
        yield
    finally:
        vote.SCHEMA, portal.public_schema = kept  # type: ignore[assignment]


def table(found: Measured) -> Table:
    """Return the figures with their ratios."""
    rows = Table("what", "CPU ms", "a second", "ratio", title="GraphQL")
    plain, cached = found.casts["plain JSON route"], found.casts["GraphQL"]
    for name, seconds in found.casts.items():
        ratio = f"{seconds / plain:.2f} × JSON, {seconds / cached:.2f} × GraphQL"
        rows.add_row(f"cast: {name}", f"{seconds * 1000:.2f}", f"{1 / seconds:.0f}", ratio)
    for name, seconds in found.reads.items():
        base = found.reads[name.partition(",")[0]]
        rows.add_row(
            f"query: {name}",
            f"{seconds * 1000:.2f}",
            f"{1 / seconds:.0f}",
            f"{seconds / base:.2f} × cached",
        )
    trivial = found.hostile["trivial"]
    for name, seconds in found.hostile.items():
        ratio = f"{seconds / trivial:.2f} × trivial"
        rows.add_row(f"hostile: {name}", f"{seconds * 1000:.2f}", f"{1 / seconds:.0f}", ratio)
    return rows
