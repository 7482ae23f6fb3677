"""Results pages of every kind of count: lots, rounds, rankings, paper, open data (web.md 5.5)."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tsukuba_trust.data import data_dir
from tsukuba_trust.elections.definition import load
from tsukuba_trust.registry import DEFAULT_PLUGINS
from tsukuba_trust.registry import load as load_plugins
from tsukuba_trust.values import Contest, Text
from web_world import SCHOOL, WebWorld, web_world

ELECTORS = 8


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Callable[..., WebWorld]]:
    made: list[WebWorld] = []

    def new(**changes: Any) -> WebWorld:
        contests = (replace(_contest(), **changes),) if changes else (_contest(),)
        made.append(
            web_world(tmp_path / "state", file=SCHOOL, electors=ELECTORS, contests=contests)
        )
        return made[-1]

    yield new
    for one in made:
        one.close()


def _contest() -> Contest:
    path = data_dir("config") / "elections" / f"{SCHOOL}.toml"
    return load(path, registry=load_plugins(DEFAULT_PLUGINS)).contests[0]


def _page(world: WebWorld, language: str = "en") -> Any:
    return world.portal.get(f"/elections/{world.slug}/results", {"lang": language})


def _asked(world: WebWorld) -> Any:
    """Return what the API tells of those who took part."""
    fields = "ballots electors voters turnout channels { channel voters }"
    query = f"query($slug: String!) {{ results(election: $slug) {{ {fields} }} }}"
    body = {"query": query, "variables": {"slug": world.slug}}
    (found,) = world.portal.post_json("/graphql", body).json["data"]["results"]
    return found


def _vote(world: WebWorld, *choices: int) -> None:
    for person, choice in enumerate(choices, 1):
        world.cast(world.registered(person), choice=choice)


def test_a_lot_is_shown_with_its_witnesses_and_its_entry(school: Callable[..., WebWorld]) -> None:
    world = school()
    _vote(world, 0, 1)
    world.count()
    world.services.board.checkpoint(world.fixed.origin)  # what the job does every second
    page = _page(world)
    assert "by lot" in page.html.find("table").text
    lot = page.html.find(attrs={"data-testid": "lot"})
    assert "Witnesses" in lot.text
    link = lot.find("a")["href"]
    assert "LotDrawn" in world.portal.get(link).text


def test_turnout_and_valid_votes_stand_beside_the_votes(school: Callable[..., WebWorld]) -> None:
    world = school()
    _vote(world, 2, 2, 1)
    world.count()
    text = _page(world).html.text
    assert f"3 / {ELECTORS}" in text
    assert "37.5 %" in text
    assert "66.7 %" in text


def test_turnout_with_paper_is_of_the_electors_of_both_channels(
    school: Callable[..., WebWorld], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = school()
    _vote(world, 2, 2, 1)
    world.count()
    declared = world.services.publishing.outcomes(world.fixed)
    channels = [{"channel": "internet", "voters": 3}, {"channel": "paper", "voters": 16}]
    told = {
        uuid: json.dumps(json.loads(text) | {"detail": {"channels": channels}})
        for uuid, text in declared.items()
    }
    monkeypatch.setattr(type(world.services.publishing), "outcomes", lambda self, fixed: told)
    roll = {"4年生": ELECTORS, "3年生": 30}
    monkeypatch.setattr("tsukuba_trust.pages.results.groups_of", lambda *_: roll)
    monkeypatch.setattr("tsukuba_trust.api.results.groups_of", lambda *_: roll)
    text = _page(world).html.text
    assert "19 / 38" in text
    assert "50.0 %" in text
    assert _asked(world) == {
        "ballots": 3, "electors": 38, "voters": 19, "turnout": "50.0", "channels": channels
    }  # fmt: skip


def test_turnout_without_paper_is_of_the_electors_on_the_net(
    school: Callable[..., WebWorld],
) -> None:
    world = school()
    _vote(world, 2, 2, 1)
    world.count()
    assert _asked(world) == {
        "ballots": 3,
        "electors": ELECTORS,
        "voters": 3,
        "turnout": "37.5",
        "channels": [{"channel": "internet", "voters": 3}],
    }


def test_o06_a_name_is_not_calculated_by_who_opens_the_table(
    school: Callable[..., WebWorld],
) -> None:
    first, *others = _contest().options
    formula = '=HYPERLINK("http://evil.example/")'
    named = replace(first, name=Text((("ja", formula), ("en", formula))))
    world = school(options=(named, *others))
    _vote(world, 0, 0, 1)
    world.count()
    answer = world.portal.get(f"/elections/{world.slug}/results.csv")
    (row, *_) = csv.DictReader(io.StringIO(answer.text))
    assert row["name"] == f"'{formula}"


def test_every_round_of_a_ranked_count_is_a_row(school: Callable[..., WebWorld]) -> None:
    ballot = {"form": "list", "slots": 3, "accept_patterns": True}
    world = school(ballot_scheme="preference", ballot=ballot, tally_method="irv", tally={})
    _rank(world, [1, 2, 3], [1, 2, 3], [2, 3, 1], [2, 3, 1], [3, 2, 1])
    world.count()
    page = _page(world)
    grid = page.html.find("details", class_="tt-grid")
    rounds = grid.find("tbody").find_all("tr")
    assert len(rounds) == 2
    assert "excluded MIHON Minato (invented)" in rounds[0].text
    assert "MIHON Hinata (invented)" in page.html.find(class_="tt-outcome").text


def test_a_ranking_lists_all_options_in_their_order(school: Callable[..., WebWorld]) -> None:
    ballot = {"form": "ranking", "accept_patterns": True}
    world = school(ballot_scheme="preference", ballot=ballot, tally_method="schulze", tally={})
    _rank(world, [3, 2, 1], [3, 2, 1], [1, 2, 3])
    world.count()
    places = [row.text for row in _page(world).html.find("ol", translate="no").find_all("li")]
    assert [place.split()[1] for place in places] == ["Minato", "Hinata", "Aoi"]


def test_the_table_as_csv_says_what_the_page_says(school: Callable[..., WebWorld]) -> None:
    world = school()
    _vote(world, 2, 2, 1)
    world.count()
    answer = world.portal.get(f"/elections/{world.slug}/results.csv")
    assert answer.content_type == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["option"], row["votes"], row["mark"]) for row in rows] == [
        ("candidate-1", "0", ""),
        ("candidate-2", "1", ""),
        ("candidate-3", "2", "elected"),
        ("", "0", "blank"),
        ("", "0", "invalid"),
    ]


def test_words_of_a_result_are_in_the_reader_s_language(school: Callable[..., WebWorld]) -> None:
    world = school()
    _vote(world, 0, 1)
    world.count()
    text = _page(world, "ja").html.text
    assert "立会人" in text
    assert "Witnesses" not in text


def _rank(world: WebWorld, *vectors: list[int]) -> None:
    scheme = world.services.registry.ballot_schemes["preference"]
    for person, vector in enumerate(vectors, 1):
        voter = world.registered(person)
        text = voter.seal(world.contests[0], vector, scheme)
        world.services.casting.cast(world.contests[0], text, world.now)
