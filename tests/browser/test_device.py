"""What the booth does on a device that lacks something, and what the printer gets."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from conftest import Demo, Visitor, digits_of

pytestmark = pytest.mark.browser
New = Callable[..., Visitor]
NO_GENERATOR = "Object.defineProperty(Crypto.prototype, 'getRandomValues', { value: undefined });"


def test_p09_a_worker_without_the_systems_generator_is_told_before_anything_is_chosen(
    visitor: New,
) -> None:
    """The page's own generator is tried before V2, see test_gaps.py."""
    one = visitor()
    one.context.route(
        "**/worker.*.js",
        lambda route: route.fulfill(
            response=(found := route.fetch()), body=NO_GENERATOR + found.text()
        ),
    )
    one.begin()
    one.sees("problem")
    expect(one.page.locator("[data-code=no_randomness]")).to_contain_text("cannot seal")
    bodies = [request.post_data or "" for request in one.requests]
    assert not [body for body in bodies if "StartIdentification" in body or "CastBallot" in body]


def test_the_printed_receipt_has_number_and_code_and_no_buttons(visitor: New, demo: Demo) -> None:
    one = visitor()
    address = one.to_identity(("administration", 0))
    one.type_digits(digits_of(demo.answer(address, "resident-5")))
    one.sees("V7")
    one.page.emulate_media(media="print")
    receipt = one.page.locator(".receipt")
    expect(receipt.locator(".number")).to_be_visible()
    expect(receipt.locator(".recorded")).to_be_visible()
    expect(receipt.locator("svg")).to_be_visible()
    expect(one.page.locator("#header")).to_be_hidden()
    expect(one.page.locator("main button >> visible=true")).to_have_count(0)
