"""What a machine sees of a page: axe, and whether anything scrolls sideways."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async (tags) => {
  const found = await axe.run(document, {
    runOnly: { type: "tag", values: tags },
    rules: { "target-size": { enabled: true } },
  });
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((n) => n.html).join(" ; ")}`);
}"""
WIDEST = """() => [...document.body.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
  .map((one) => one.outerHTML.slice(0, 120)).at(-1) ?? ''"""
NARROW = (320, 256)


def faults(page: Page) -> list[str]:
    """Run axe, which the page's own policy does not let in as a script tag."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN, TAGS)
    return found


def width(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def sideways(page: Page) -> list[str]:
    """Return what is too wide on a phone, at 320 px, and on 1024 px at 400 % (256 px)."""
    before: Any = page.viewport_size
    found = []
    for size in (before["width"], *NARROW):
        page.set_viewport_size({"width": size, "height": before["height"]})
        if width(page) > size:
            found.append(f"{size} px: {width(page)} wide, {page.evaluate(WIDEST)}")
    page.set_viewport_size(before)
    return found


class Looks:
    """Collects what is wrong with each state, so that one run tells of all."""

    def __init__(self) -> None:
        self.seen: dict[str, list[str]] = {}

    def at(self, state: str, page: Page) -> None:
        self.seen[state] = faults(page) + sideways(page)

    @property
    def wrong(self) -> dict[str, list[str]]:
        return {state: found for state, found in self.seen.items() if found}
