"""O06, O10: names and texts are shown as they stand; they run nothing and turn nothing around."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from looking import sideways
from playwright.sync_api import Page, expect
from school import School, canary_contest

from conftest import Visitor
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Contest, Text
from web_world import SCHOOL, web_world

pytestmark = pytest.mark.browser
New = Callable[..., Visitor]
IMAGE = '<img src="/x" onerror="window.broken=1">'
SCRIPT = '"></script><script>window.broken=1</script>'
TURNED = "שם מימין לשמאל (123)"
OVERRIDE = "Aoi \u202e txet denrut"
TEMPLATE = "{{7*7}}${7*7}{漢字|かんじ}'`"
LONG = "Jugemu" * 1_667
BIDI = """all => all.map((one) => [one.lang, one.translate, getComputedStyle(one).unicodeBidi])"""


def _text(ja: str, en: str = "") -> Text:
    return Text((("ja", ja), ("en", en or ja)))


def _hostile(key: str) -> Contest:
    contest = canary_contest()
    first, second, third = contest.options[:3]
    options = (
        replace(first, name=_text(IMAGE, SCRIPT), description=_text(SCRIPT, IMAGE)),
        replace(second, name=_text(TURNED), labels=(("paper", IMAGE), ("screen", SCRIPT))),
        replace(third, name=_text(LONG), description=_text(TEMPLATE)),
    )
    title, question = _text(f"{SCRIPT}{key}"), _text(IMAGE + TURNED)
    return replace(contest, key=key, title=title, question=question, options=options)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    world = web_world(
        tmp_path_factory.mktemp("hostile") / "state",
        file=SCHOOL,
        electors=4,
        contests=(_hostile("one"), _hostile("two")),
        title=_text(SCRIPT, IMAGE),
        description=_text(IMAGE + TEMPLATE),
        contact=_text(SCRIPT + TURNED),
        conditions=(_text(IMAGE), _text(LONG)),
    )
    try:
        with world.serve_in_thread() as port:
            yield School(port, world)
    finally:
        world.close()


def test_o06_marks_that_turn_text_around_never_get_into_a_vote(tmp_path: Path) -> None:
    contest = canary_contest()
    turned = replace(contest.options[0], name=_text(OVERRIDE))
    contests = (replace(contest, options=(turned, *contest.options[1:])),)
    with pytest.raises(Rejected, match="control or invisible characters"):
        web_world(tmp_path / "state", file=SCHOOL, electors=1, contests=contests)


def nothing_ran(page: Page) -> None:
    assert page.evaluate("window.broken === undefined")
    assert page.locator('img[src="/x"]').count() == 0
    assert page.locator("script:not([src])").count() == 0
    assert sideways(page) == [], page.url


def names_keep_to_themselves(page: Page, selector: str, language: str) -> None:
    """Each name has its own language, is never translated, and turns nothing outside itself."""
    found = page.locator(selector).evaluate_all(BIDI)
    assert found, selector
    for lang, translate, bidi in found:
        assert (lang, translate, bidi) == (language, False, "isolate")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_o06_o10_hostile_names_and_texts_are_only_shown_in_the_booth(
    visitor: New, school: School, language: str
) -> None:
    one = visitor(demo=school)
    page = one.page
    page.goto(f"{school.booth}?lang={language}")
    one.sees("V2")
    nothing_ran(page)
    school.identify(one, 1 if language == "ja" else 2, language)
    one.sees("hub")
    nothing_ran(page)
    page.click("#field-one")
    one.sees("V3")
    nothing_ran(page)
    names_keep_to_themselves(page, ".option-card:not(.blank) .name", language)
    names = page.locator("main .name").all_inner_texts()
    assert (IMAGE if language == "ja" else SCRIPT) in names and LONG in names
    page.check("#option-2")
    page.click("#next")
    one.sees("hub")
    page.click("#to-confirm")
    one.sees("V4")
    nothing_ran(page)
    names_keep_to_themselves(page, "dl.chosen .name", language)
    page.click("#confirm")
    one.sees("send")
    nothing_ran(page)
    page.click("#send")
    one.sees("V7")
    nothing_ran(page)
    assert one.said == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_o06_o10_hostile_names_and_texts_are_only_shown_on_the_portal(
    visitor: New, school: School, language: str
) -> None:
    """Last in this file: it counts the vote."""
    one, world = visitor(demo=school), school.world
    if "ResultDeclared" not in world.types():
        voter = world.voter()
        world.identify(voter, 3)
        world.cast(voter, 0)
        world.count()
    of_the_vote = f"/elections/{school.slug}"
    for path in ("/", of_the_vote, *(f"{of_the_vote}/{end}" for end in ("results", "observe"))):
        one.page.goto(f"{school.portal}{path}?lang={language}")
        nothing_ran(one.page)
    for path in (of_the_vote, f"{of_the_vote}/results"):
        one.page.goto(f"{school.portal}{path}?lang={language}")
        names_keep_to_themselves(one.page, "main bdi[translate=no]", language)
    expect(one.page.locator("main")).to_contain_text(LONG[:100])
    one.page.goto(f"{school.portal}{of_the_vote}/entries/0?lang={language}")
    nothing_ran(one.page)
    assert one.said == []
