"""The choice is nowhere but in the booth, and the booth believes nobody (in a real browser)."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect
from school import CANARY, NUMBER, School, served_school
from traces import (
    answered,
    asked,
    history,
    hosts,
    named,
    operation,
    sent,
    size,
    stored,
    variables,
    visits,
)

from conftest import Demo, Visitor, digits_of

pytestmark = pytest.mark.browser
New = Callable[..., Visitor]
NAMES = (*CANARY.values(), NUMBER)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with served_school(tmp_path_factory.mktemp("secrecy")) as served:
        yield served


def voted(one: Visitor, demo: Demo, person: str, option: int = 0) -> None:
    address = one.to_identity(("administration", option))
    one.type_digits(digits_of(demo.answer(address, person)))
    one.sees("V7")


def again(one: Visitor, option: int) -> None:
    """Seal another ballot of the same visit, up to its sending."""
    one.page.click("#next-field")
    one.sees("hub")
    one.choose("administration", option)
    one.seal()


def test_a_canary_choice_is_in_nothing_that_leaves_or_stays(
    visitor: New, school: School, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one = visitor(demo=school)
    titles = []
    school.identify(one, 1)
    one.sees("V3")
    titles.append(one.page.title())
    assert {CANARY["en"], NUMBER} <= set(one.page.inner_text("label[for=option-0]").split("\n"))
    school.seal(one, 0)
    titles.append(one.page.title())
    one.page.route("**/graphql/cast", lambda route: route.abort())
    one.page.click("#send")
    one.sees("V6")
    kept = json.dumps(stored(one.page), ensure_ascii=False)
    assert visits(one.page)[0]["ballots"], "the sealed ballot waits in the storage"
    one.page.unroute("**/graphql/cast")
    one.sees("V7")
    titles.append(one.page.title())
    kept += json.dumps(stored(one.page), ensure_ascii=False)
    metrics = school.metrics()
    assert "log_entries" in metrics
    shown = [*titles, history(one), one.page.url, *one.said]
    left = "\n".join([sent(one), *shown, kept, caplog.text, metrics])
    assert [name for name in NAMES if name in left] == []
    assert '"choices"' not in left


def test_a_har_file_of_the_visit_has_the_canary_in_one_answer_only(
    visitor: New, school: School, tmp_path: Path
) -> None:
    """What a proxy or a browser extension records of whoever chose the canary, and another."""
    casts = []
    for pupil, option in ((5, 0), (6, 1)):
        file = tmp_path / f"{pupil}.har"
        one = visitor(demo=school, record_har_path=file, record_har_content="embed")
        school.identify(one, pupil)
        school.seal(one, option)
        one.page.click("#send")
        one.sees("V7")
        one.page.click("#finish")
        one.sees("V2")
        one.context.close()
        entries = json.loads(file.read_text(encoding="utf-8"))["log"]["entries"]
        assert [name for name in NAMES for entry in entries if name in asked(entry)] == []
        told = [entry for entry in entries if any(name in answered(entry) for name in NAMES)]
        assert {named(entry) for entry in told} == {"BoothContest"}
        casts.append([size(entry) for entry in entries if named(entry) == "CastBallot"])
    assert casts[0] == casts[1] and len(casts[0]) == 1


def test_v03_receipt_qr_address_and_page_hold_no_choice(visitor: New, school: School) -> None:
    one = visitor(demo=school)
    school.identify(one, 2)
    school.seal(one, 0)
    one.page.click("#send")
    one.sees("V7")
    with one.page.expect_download() as download:
        one.page.click("#save-president")
    address = one.page.get_attribute("[data-testid=check-president]", "href") or ""
    assert re.fullmatch(
        r"/check#[a-z0-9-]+\.\d+\.[A-Za-z0-9+/]{43}", address.split(str(school.port))[1]
    )
    shown = one.page.content() + download.value.path().read_text(encoding="utf-8") + address
    assert [name for name in NAMES if name in shown] == []


def test_o04_the_voting_host_sets_no_cookie_and_loads_nothing_from_elsewhere(
    visitor: New, school: School
) -> None:
    one = visitor(demo=school)
    headers: list[dict[str, str]] = []
    one.context.on("response", lambda response: headers.append(response.headers))
    school.identify(one, 3)
    school.seal(one, 1)
    one.page.click("#send")
    one.sees("V7")
    assert hosts(one) == {f"localhost:{school.port}"}
    assert one.context.cookies() == []
    assert headers
    assert [found for found in headers if "set-cookie" in found] == []
    for path in ("/", f"/elections/{school.slug}", "/check", "/how-it-works"):
        one.page.goto(school.portal + path)
    assert hosts(one) == {f"localhost:{school.port}", f"127.0.0.1:{school.port}"}


def test_v02_the_second_device_is_offered_first_and_this_one_is_called_weaker(
    visitor: New, school: School
) -> None:
    one = visitor(demo=school)
    school.identify(one, 4)
    school.seal(one, 1)
    one.page.click("#send")
    one.sees("V7")
    said = one.page.inner_text("[data-testid=receipt-president]")
    offered, weak = said.index("Check it on another device"), said.index("Check on this device")
    assert offered < weak < said.index("weaker: a dishonest device")


def test_b07_requests_of_every_choice_have_one_length_order_and_address(
    visitor: New, demo: Demo
) -> None:
    one = visitor()
    voted(one, demo, "resident-1")
    seen = []
    for option in range(3):
        began = len(one.requests)
        again(one, option)
        with one.page.expect_response(lambda it: operation(it.request) == "ReceiptByTracker"):
            one.page.click("#send")
        one.sees("V7")
        made = one.requests[began:]
        seen.append([(it.method, numberless(it.url), operation(it), length(it)) for it in made])
    assert "CastBallot" in {name for _, _, name, _ in seen[0]}
    assert seen[0] == seen[1] == seen[2]
    assert not [url for _, url, _, _ in seen[0] if "texts" in url]


def numberless(url: str) -> str:
    """An address without the numbers of the board's growing tiles."""
    return re.sub(r"\d+", "0", urlsplit(url).path)


def length(request: object) -> int:
    return len(getattr(request, "post_data", None) or "")


@pytest.mark.parametrize("part", ["proof", "tracker"])
def test_b06_an_answer_about_another_ballot_is_told_in_red_and_never_as_recorded(
    visitor: New, demo: Demo, part: str
) -> None:
    one = visitor()
    answers: list[str] = []

    def in_the_middle(route: Route) -> None:
        if operation(route.request) != "CastBallot":
            return route.continue_()
        response = route.fetch()
        answer = response.json()
        receipt = answer["data"]["castBallot"]["receipt"]
        answers.append(receipt[part])
        receipt[part] = answers[0]
        return route.fulfill(response=response, json=answer)

    one.page.route("**/graphql/cast", in_the_middle)
    voted(one, demo, "resident-2")
    again(one, 1)
    one.page.click("#send")
    fault = one.page.locator("[data-testid=sending-administration] [data-testid=fault]")
    expect(fault).to_be_visible()
    expect(fault.locator("[data-testid=code]")).to_have_text(re.compile("inclusion|receipt"))
    expect(fault).to_contain_text("does not prove")
    assert one.page.locator('main[data-screen="V7"]').count() == 0
    assert visits(one.page)[0]["ballots"], "the sealed ballot stays"


def test_v01_the_check_page_says_that_a_later_ballot_replaces_this_one(
    visitor: New, demo: Demo
) -> None:
    one, other = visitor(), visitor()
    voted(one, demo, "resident-3")
    address = one.page.get_attribute("[data-testid=check-administration]", "href") or ""
    other.page.goto(address.replace("/check#", "/check?lang=en#"))
    expect(other.page.locator("#answer")).to_contain_text("Received as entry")
    expect(other.page.locator("#answer")).not_to_contain_text("replaces this one")
    again(one, 2)
    one.page.click("#send")
    one.sees("V7")
    later = re.findall(r"\d+", one.page.locator(".receipt .recorded").inner_text())[0]
    other.page.reload()
    expect(other.page.locator("#answer")).to_contain_text(f"replaces this one: entry {later}")


def test_v07_who_leaves_after_the_review_is_told_that_nothing_was_sent(
    visitor: New, demo: Demo
) -> None:
    one = visitor()
    one.begin()
    one.choose("administration", 0)
    banner = one.page.locator("[data-testid=not-sent]")
    expect(banner).to_be_visible()
    one.page.click("#to-confirm")
    one.sees("V4")
    expect(banner).to_be_visible()
    one.page.click("#confirm")
    one.sees("send")
    expect(banner).to_be_visible()
    asked: list[str] = []
    one.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    one.page.close(run_before_unload=True)
    one.page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    one.page.click("#send")
    one.sees("V5")
    expect(banner).to_have_text("Your vote has not been sent yet.")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_o10_no_translator_touches_a_name_and_its_language_is_told(
    visitor: New, demo: Demo, language: str
) -> None:
    one = visitor()
    one.begin(language)
    one.page.click("#field-administration")
    one.sees("V3")
    one.page.check("#option-1")
    marks = "all => all.map((one) => `${one.translate} ${one.lang}`)"
    names = one.page.locator("main .name")
    assert names.evaluate_all(marks) == [f"false {language}"] * 3
    one.page.click("#next")
    one.page.click("#to-confirm")
    one.sees("V4")
    assert names.evaluate_all(marks) == [f"false {language}"]


def test_o20_secrets_of_the_attempt_are_gone_after_the_claim_and_all_after_finishing(
    visitor: New, demo: Demo
) -> None:
    one = visitor()
    answer = demo.answer(one.to_identity(("administration", 0)), "resident-4")
    tab = one.context.new_page()
    tab.goto(answer["returnAddress"])
    one.sees("V7", tab)
    claim = variables(one, "ClaimIdentification")
    text = visits(tab)[0]["text"]
    secrets = (claim["attempt"], claim["pageSecret"], claim["token"])
    left = tab.content() + tab.url + json.dumps(stored(tab)) + history(one, tab)
    assert [secret for secret in secrets if secret in left] == []
    assert text not in sent(one) + tab.content()
    tab.click("#finish")
    one.sees("V2", tab)
    assert visits(tab) == []
    left = tab.content() + tab.url + json.dumps(stored(tab)) + history(one, tab)
    assert [secret for secret in (*secrets, text) if secret in left] == []
