"""A school votes at once, behind one address, with production limits, over two processes."""

import copy
import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from api_world import Booth, sealed
from services_running import served
from tsukuba_trust.settings import Settings
from web_world import SCHOOL, WebWorld, web_world

PUPILS, MANY = 40, 900
CLIENTS = 8
TIMEOUT_S = 60
PADDED = 4_000


class Http:
    """Posts JSON as a browser behind the school's address does."""

    def __init__(self, port, host, timeout=TIMEOUT_S):
        self._port, self._host, self._timeout = port, host, timeout

    def post_json(self, path, body):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        try:
            headers = {"Host": self._host, "Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            told = json.loads(answer.read())
        finally:
            connection.close()
        assert answer.status == 200, told
        return SimpleNamespace(json=told)


def vote(world: WebWorld, pupil: int):
    """Identify with a printed code and cast one ballot; return its receipt and the seconds."""
    booth = Booth(world).identified(pupil)
    ballot = sealed(booth, pupil % 2)
    start = time.perf_counter()
    done = booth.cast(ballot, padding="x" * PADDED)
    seconds = time.perf_counter() - start
    assert done["__typename"] == "CastBallotSuccess", done
    return done["receipt"], seconds


def school_votes(world: WebWorld, pupils: int, record):
    """Let everybody vote; nothing is refused, no receipt is lost."""
    assert Settings().max_failures == world.settings.max_failures == 3000
    with served(world, "--processes", "2") as (port, _process):
        outside = copy.copy(world)
        outside.vote = Http(port, world.settings.voting_host)
        with ThreadPoolExecutor(CLIENTS) as clients:
            done = list(clients.map(lambda n: vote(outside, n), range(1, pupils + 1)))
    seconds = sorted(one for _receipt, one in done)
    milliseconds = round(seconds[int(len(seconds) * 0.95)] * 1000)
    record(f"p95 of castBallot of {pupils} pupils, ms", milliseconds)
    indexes = {receipt["index"] for receipt, _seconds in done}
    types = world.types()
    assert len(indexes) == pupils == types.count("BallotAccepted")
    assert all(types[index] == "BallotAccepted" for index in indexes)


def test_j12_a_school_votes_from_one_address(tmp_path, record_testsuite_property):
    world = web_world(tmp_path / "state", file=SCHOOL, electors=PUPILS)
    school_votes(world, PUPILS, record_testsuite_property)
    world.close()


@pytest.mark.long
def test_j12_900_pupils_vote_from_one_address(tmp_path, database, record_testsuite_property):
    world = web_world(tmp_path / "state", file=SCHOOL, electors=MANY, url=database)
    school_votes(world, MANY, record_testsuite_property)
    world.close()
