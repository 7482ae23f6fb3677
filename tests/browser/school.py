"""A school's vote in the test's own process: identify first, with a code from paper."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from webtest import TestApp

from conftest import Visitor
from tsukuba_trust.data import data_dir
from tsukuba_trust.elections.definition import load
from tsukuba_trust.registry import DEFAULT_PLUGINS
from tsukuba_trust.registry import load as load_plugins
from tsukuba_trust.values import Contest, Text
from tsukuba_trust.web.health import Internal
from web_world import SCHOOL, WebWorld, web_world

CANARY = {"ja": "見本 かなりあ(架空)", "en": "MIHON Canary (invented)"}
NUMBER = "86421357"
QUICK_WAITS = """{
  const slow = globalThis.setTimeout;
  globalThis.setTimeout = (work, ms, ...more) => slow(work, ms > 900 ? ms / 20 : ms, ...more);
}"""


@dataclass
class Served:
    """A vote that is served in the test's own process."""

    port: int
    world: WebWorld

    @property
    def portal(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def slug(self) -> str:
        return self.world.slug

    @property
    def booth(self) -> str:
        return f"http://localhost:{self.port}/{self.slug}"


class School(Served):
    """A school's vote; the first candidate has a name and a number that stand nowhere else."""

    def metrics(self) -> str:
        """Return what the operator's port tells of the server that the browser talks to."""
        assert self.world.served is not None
        internal = Internal(self.world.served.application)
        return TestApp(internal).get("/metrics").text

    def identify(self, one: Visitor, pupil: int, language: str = "en") -> None:
        """Start and type a pupil's code."""
        one.begin(language)
        one.sees("V5")
        one.page.fill("#field-code", self.world.codes[str(pupil)].lower())
        one.page.click("#send-form")

    def seal(self, one: Visitor, option: int) -> None:
        one.sees("V3")
        one.page.check(f"#option-{option}")
        one.page.click("#next")
        one.sees("V4")
        one.page.click("#confirm")
        one.sees("send")


@contextmanager
def served_school(folder: Path) -> Iterator[School]:
    """Serve a school's vote with a canary among its candidates."""
    world = web_world(folder / "state", file=SCHOOL, electors=8, contests=(canary_contest(),))
    try:
        with world.serve_in_thread() as port:
            yield School(port, world)
    finally:
        world.close()


def canary_contest() -> Contest:
    """Return the school's first contest with the canary as its first candidate."""
    path = data_dir("config") / "elections" / f"{SCHOOL}.toml"
    contest = load(path, registry=load_plugins(DEFAULT_PLUGINS)).contests[0]
    labels = (("paper", NUMBER), ("screen", NUMBER))
    canary = replace(contest.options[0], name=Text(tuple(CANARY.items())), labels=labels)
    return replace(contest, options=(canary, *contest.options[1:]))
