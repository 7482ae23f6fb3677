"""The report as one HTML file: both languages, no script, no reference to anything outside."""

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyramid.i18n import Localizer

from tsukuba_trust.cli.reporting.reading import ContestReport, ResultReport
from tsukuba_trust.cli.reporting.words import ACTS, TEXTS
from tsukuba_trust.i18n import LANGUAGES, localizer
from tsukuba_trust.services.result_wording import Wording
from tsukuba_trust.values import Contest, Text

WIDE = 12  # more columns are shown in smaller letters


def report_html(report: ResultReport) -> str:
    """Return the whole file."""
    environment = Environment(
        loader=PackageLoader("tsukuba_trust.cli.reporting", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    editions = [Edition(report, language, localizer(language)) for language in LANGUAGES]
    style = environment.loader.get_source(environment, "report.css")[0]  # type: ignore[union-attr]
    template = environment.get_template("report.jinja2")
    return template.render(report=report, editions=editions, style=style, wide=WIDE)


@dataclass(frozen=True)
class Edition:
    """The report in one language, as its template asks for it."""

    report: ResultReport
    language: str
    words: Localizer

    @property
    def own_name(self) -> str:
        """The language in itself."""
        return LANGUAGES[self.language]

    def say(self, code: str, **values: Any) -> str:
        """Return a text of the report."""
        return str(self.words.translate(TEXTS[code])).format(**values)

    def result(self, one: ContestReport) -> Wording:
        """Return the names and words of a contest's result."""
        return Wording(one.explained, self.language, self.words.translate)

    def act(self, name: str) -> str:
        """Return what an act of the officers does."""
        return str(self.words.translate(ACTS[name])) if name in ACTS else name

    def text(self, text: Text) -> str:
        """Return a text of the election in this language, else the official one."""
        return text.in_language(self.language)

    def label(self, contest: Contest, key: str) -> str:
        """Return an option's label on the ballot; empty without one."""
        labels = {option.key: dict(option.labels) for option in contest.options}[key]
        return labels.get("paper") or labels.get("screen", "")

    def row_name(self, table: str, key: str) -> str:
        """Return the name of a row of the turnout tables."""
        if key == "unknown":
            return self.say("unknown_age")
        return key.replace("-", "–") if table == "age" else key
