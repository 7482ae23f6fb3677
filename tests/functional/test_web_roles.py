"""Registrar and box as two processes: each refuses what the other answers (D5)."""

import pytest

from tsukuba_trust.errors import Refused
from tsukuba_trust.web.roles import role_of
from web_world import WebWorld, web_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = web_world(tmp_path_factory.mktemp("roles") / "state")
    yield made
    made.close()


@pytest.fixture
def as_role(world):
    opened = []

    def open_as(role) -> WebWorld:
        opened.append(world.with_settings(role=role))
        return opened[-1]

    yield open_as
    for one in opened:
        one.close()


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("registrar", "/graphql/cast"),
        ("registrar", "/board/x/checkpoint"),
        ("box", "/graphql/identify"),
        ("box", "/return"),
        ("box", "/a/00112233445566778899aabbccddeeff"),
        ("box", "/callback/openid"),
    ],
)
def test_a_path_of_the_other_process_is_a_wrong_host(as_role, role, path):
    answer = as_role(role).vote.get(path, status=421)
    assert "wrong_host" in answer.text


def test_pages_are_answered_by_both():
    assert {role_of(path) for path in ("/", "/needs-survey-2025", "/static/x", "/graphql")} == {
        "all"
    }


def test_the_box_has_neither_registrar_nor_roll_nor_attempts(as_role):
    services = as_role("box").services
    for name in ("registrar", "rolls", "roll", "attempts"):
        with pytest.raises(Refused, match="wrong_host"):
            getattr(services, name).anything()


def test_the_registrar_casts_nothing(as_role):
    with pytest.raises(Refused, match="wrong_host"):
        as_role("registrar").services.casting.cast("", "", None)


def test_the_box_does_not_even_open_the_roll(as_role, world):
    world.settings.url("roll")
    box = world.with_settings(role="box", roll_url="postgresql://nowhere.invalid/roll")
    box.close()


def test_each_process_does_its_half_of_a_vote(as_role):
    registrar, box = as_role("registrar"), as_role("box")
    voter = registrar.registered(3)
    assert box.cast(voter).index > 0
