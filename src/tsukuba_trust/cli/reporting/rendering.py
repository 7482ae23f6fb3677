"""The report as one HTML file: both languages, no script, no reference to anything outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyramid.i18n import Localizer

from tsukuba_trust.cli.reporting.reading import ContestReport, ResultReport
from tsukuba_trust.cli.reporting.words import ACTS, TEXTS
from tsukuba_trust.elections.explained import BY_LOT, ELECTED, Head
from tsukuba_trust.i18n import LANGUAGES, localizer
from tsukuba_trust.services.result_words import MARKS, STATUS, WORDS
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

    def word(self, code: str) -> str:
        """Return the word for a code of an outcome; what has none stands as it is."""
        return self._from(WORDS, code)

    def status(self, code: str) -> str:
        """Return what the status of an outcome means."""
        return self._from(STATUS, code)

    def mark(self, code: str) -> str:
        """Return the word beside an option."""
        return self._from(MARKS, code) if code else ""

    def act(self, name: str) -> str:
        """Return what an act of the officers does."""
        return self._from(ACTS, name)

    def _from(self, table: Mapping[str, str], code: str) -> str:
        return str(self.words.translate(table[code])) if code in table else code

    def text(self, text: Text) -> str:
        """Return a text of the election in this language, else the official one."""
        return text.in_language(self.language)

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        return {
            (one.contest.key, option.key): self.text(option.name)
            for one in self.report.contests
            for option in one.contest.options
        }

    def name(self, contest: Contest, key: str) -> str:
        """Return an option's name."""
        return self._names.get((contest.key, key), key)

    def label(self, contest: Contest, key: str) -> str:
        """Return an option's label on the ballot; empty without one."""
        labels = {option.key: dict(option.labels) for option in contest.options}[key]
        return labels.get("paper") or labels.get("screen", "")

    def cell(self, contest: Contest, head: Head) -> str:
        """Return the text of a cell of a grid."""
        match head.kind:
            case "option":
                return self.name(contest, head.text)
            case "code":
                return self.word(head.text)
            case "events":
                return self._events(contest, head.text)
            case _:
                return head.text

    def _events(self, contest: Contest, text: str) -> str:
        told = []
        for event in filter(None, text.split("|")):
            code, _colon, keys = event.partition(":")
            names = ", ".join(self.name(contest, key) for key in filter(None, keys.split(",")))
            told.append(f"{self.word(code)} {names}".strip())
        return "; ".join(told)

    def chosen(self, one: ContestReport) -> list[str]:
        """Return the names of those who are elected, in the order of the ballot."""
        rows = one.explained.rows
        return [self.name(one.contest, row.key) for row in rows if row.mark in (ELECTED, BY_LOT)]

    def row_name(self, table: str, key: str) -> str:
        """Return the name of a row of the turnout tables."""
        if key == "unknown":
            return self.say("unknown_age")
        return key.replace("-", "–") if table == "age" else key
