"""Every code of the table of error states is told in the booth: words, code, incident mark."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from traces import operation

from conftest import Demo, Visitor
from tsukuba_trust.api.refusal_codes import RefusalCode

pytestmark = pytest.mark.browser
MARK = "K7Q2ZD"
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
# A lost connection is found out by the booth itself; after the last the page loads again.
ALONE = {"network_lost_before_send", "network_lost_unknown"}
LAST = "stale_definition"
CODES = [code.value for code in RefusalCode if code.value not in {*ALONE, LAST}] + [LAST]
# Codes that a voter cannot bring about; the words of another code are right for them.
SAME = {
    *("component_seen", "unknown_operation", "too_large", "receipt_not_found"),
    *("wrong_host", "device_unsupported"),
}


def words(page: Page) -> list[str]:
    return page.locator("[data-testid=fault] > p:not(.marks, .contact)").all_inner_texts()


def test_every_refusal_is_told_in_both_languages_with_code_and_incident(
    visitor: Callable[..., Visitor], demo: Demo
) -> None:
    one, now = visitor(), {"code": CODES[0]}
    page = one.page
    told: dict[str, list[str]] = {}

    def refuse(route: Route) -> None:
        if operation(route.request) != "StartIdentification":
            return route.continue_()
        refusal = {"__typename": "PlainRefusal", "code": now["code"].upper(), "incident": MARK}
        return route.fulfill(
            content_type="application/json",
            body=json.dumps({"data": {"startIdentification": refusal}}),
        )

    page.route("**/graphql/identify", refuse)
    one.begin("en")
    one.choose("administration", 0)
    one.seal()
    for place, code in enumerate(CODES):
        now["code"] = code
        page.click("#retry" if place else "#send")
        expect(page.locator("[data-testid=fault]")).to_have_attribute("data-code", code)
        one.sees("problem")
        assert page.inner_text("[data-testid=code]") == code
        assert page.inner_text("[data-testid=incident]") == MARK
        expect(page.locator("[data-testid=not-sent]")).to_be_visible()
        told[code] = words(page)
        assert len(told[code]) >= 2, f"{code}: what happened, and what to do now"
        assert not [text for text in told[code] if JAPANESE.search(text)], code
        page.click("#lang-ja")
        assert all(JAPANESE.search(text) for text in words(page)), code
        page.click("#lang-en")
    own = [told[code][0] for code in CODES if code not in SAME]
    assert len(set(own)) == len(own), "a code without words would borrow another's"
