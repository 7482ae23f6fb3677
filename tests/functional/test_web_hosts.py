"""Two hosts from one port: what is meant for one never meets the other."""

import pytest

from web_world import WebWorld, web_world


@pytest.fixture
def world(tmp_path):
    made = web_world(tmp_path / "state")
    yield made
    made.close()


def test_the_voting_hosts_root_leads_to_the_portal(world: WebWorld):
    answer = world.vote.get("/", status=303)
    assert answer.headers["Location"] == "http://127.0.0.1:6543/"
