"""Rankings, scores, grades and lists, filled in on a phone and counted (protocol.md 6.2)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from looking import faults
from playwright.sync_api import expect
from school import School

from conftest import PHONE, Visitor
from tsukuba_trust.board import entries
from tsukuba_trust.data import data_dir
from tsukuba_trust.elections.definition import load
from tsukuba_trust.registry import DEFAULT_PLUGINS
from tsukuba_trust.registry import load as load_plugins
from tsukuba_trust.values import Contest, Text
from web_world import SCHOOL, web_world

pytestmark = pytest.mark.browser

FORMS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "ranking": ({"form": "ranking", "blank": True}, "schulze", {}),
    "ties": ({"form": "ranking", "ties": True}, "schulze", {}),
    "score": ({"form": "score", "max": 100}, "score", {}),
    "grade": ({"form": "grade", "grades": ["良い", "普通", "悪い"]}, "majority-judgment", {}),
    "list": ({"form": "list", "slots": 2}, "irv", {}),
    "choice": ({"form": "choice", "blank": True}, "plurality", {"seats": 1}),
}


def _contests() -> tuple[Contest, ...]:
    path = data_dir("config") / "elections" / f"{SCHOOL}.toml"
    registry = load_plugins(DEFAULT_PLUGINS)
    first = load(path, registry=registry).contests[0]
    return tuple(
        replace(
            first,
            key=key,
            title=Text((("ja", f"投票 {key}"), ("en", f"Vote {key}"))),
            ballot_scheme="preference",
            ballot={**ballot, "accept_patterns": True},
            tally_method=method,
            tally=tally,
        )
        for key, (ballot, method, tally) in FORMS.items()
    )


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    folder = tmp_path_factory.mktemp("preferences")
    world = web_world(folder / "state", file=SCHOOL, electors=8, contests=_contests())
    try:
        with world.serve_in_thread() as port:
            yield School(port, world)
    finally:
        world.close()


def _open(one: Visitor, contest: str) -> None:
    one.sees("hub")
    one.page.click(f"#field-{contest}")
    one.sees("V3")
    assert faults(one.page) == []


def _next(one: Visitor) -> None:
    one.page.click("#next")
    one.sees("hub")


def _places(one: Visitor) -> list[str]:
    return [one.page.inner_text(f"[data-testid=place-{n}]") for n in range(3)]


def test_nothing_said_cannot_be_sealed_but_blank_can(school: School, visitor: Any) -> None:
    one: Visitor = visitor(demo=school, viewport=PHONE)
    school.identify(one, 2)
    _open(one, "ranking")
    one.page.click("#next")
    expect(one.page.locator("#ballot-error")).to_contain_text("Nothing is filled in")
    one.page.click("#option-0")
    one.page.check("#option-blank")
    assert _places(one) == ["", "", ""]
    _next(one)


def test_a_phone_fills_in_every_form_and_the_count_reads_it(school: School, visitor: Any) -> None:
    one: Visitor = visitor(demo=school, viewport=PHONE)
    school.identify(one, 1)
    page = one.page
    _open(one, "ranking")
    for option in (2, 0, 1):
        page.click(f"#option-{option}")
    assert _places(one) == ["2", "3", "1"]
    page.click("#option-0")  # taken away: the later one moves up
    assert _places(one) == ["", "2", "1"]
    _next(one)
    _open(one, "ties")
    page.select_option("#option-0", "1")
    page.select_option("#option-1", "3")
    page.click("#next")
    expect(page.locator("#ballot-error")).to_contain_text("left out")
    page.select_option("#option-1", "1")
    _next(one)
    _open(one, "score")
    page.select_option("#option-0", "100")
    page.select_option("#option-2", "0")
    _next(one)
    _open(one, "grade")
    page.check("#option-0-3")
    page.check("#option-1-1")
    _next(one)
    _open(one, "list")
    page.click("#option-1")
    page.click("#option-0")
    page.click("#option-2")
    expect(page.locator("#ballot-error")).to_contain_text("2 at most")
    _next(one)
    _open(one, "choice")
    page.check("#option-blank")
    _next(one)
    page.click("#to-confirm")
    one.sees("V4")
    chosen = {key: page.inner_text(f"[data-testid=chosen-{key}]") for key in FORMS}
    assert chosen["ranking"].index("Minato") < chosen["ranking"].index("Hinata")
    assert "Aoi" not in chosen["ranking"]
    assert "points: 100" in chosen["score"]
    assert "悪い" in chosen["grade"]
    page.click("#confirm")
    one.sees("send")
    page.click("#send")
    one.sees("V7")
    assert one.receipts() == len(FORMS)
    _check_counts(school)


def _check_counts(school: School) -> None:
    world = school.world
    world.count()
    origin, results = world.proposed.origin, {}
    keys = {contest.uuid: contest.key for contest in world.election.contests}
    for _, entry in world.services.board.entries(origin):
        if entry["type"] == "ResultDeclared":
            results[keys[entry["contest"]]] = json.loads(
                entries.document_text(entry["outcome"], world.services.board.blob, blob=True)
            )
    details = {key: outcome["detail"] for key, outcome in results.items()}
    ranked = [["candidate-3"], ["candidate-2"], ["candidate-1"]]
    assert details["ranking"]["ranking"] == ranked
    assert details["ties"]["ranking"] == [["candidate-1", "candidate-2"], ["candidate-3"]]
    assert [row["votes"] for row in results["score"]["totals"]] == [100, 0, 0]
    assert details["grade"]["majority_grade"][1] == {"key": "candidate-2", "value": "良い"}
    assert results["list"]["elected"] == ["candidate-2"]
    assert details["choice"]["blank"] == 1
