"""A tally case read into contests and counts, as a ballot scheme and sheets would give them.

The form is described in tests/vectors/tallies/README.md. A withdrawn candidate is passed
over on every ballot; a single choice of one is invalid.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Final

from tsukuba_trust.cli.case.located import Node
from tsukuba_trust.cli.case.options import read_options
from tsukuba_trust.elections.reading import single_line
from tsukuba_trust.values import Contest, Count, Levels, Option, Parameters, Sheet, Text

RANKED: Final = ("borda", "schulze", "irv", "stv")
SCORED: Final = ("score", "star")
LISTS: Final = ("dhondt", "sainte-lague", "sainte-lague-modified")
SINGLE: Final = ("plurality", "sntv", "referendum", *LISTS)
METHODS: Final = (*SINGLE, "approval", "confidence", *RANKED, *SCORED, "majority-judgment")
_NOT_IN_CASES: Final = ("choose-k", "evaluation")  # a case's form has no ballots for them
_YES_NO: Final = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Run:
    """One count of a case.

    :param method: its name in the case
    :param question: the candidate that a confidence vote is about
    :param node: where the run stands, for complaints
    """

    method: str
    contest: Contest
    count: Count
    lots: tuple[tuple[str, ...], ...]
    node: Node
    question: str = ""

    @property
    def plugin(self) -> str:
        """The name of the tally method."""
        return "plurality" if self.method == "sntv" else self.method


@dataclass(frozen=True, slots=True)
class _Case:
    """A case and who is in it.

    :param keys: those who stand
    :param names: those who may be named on a ballot: the withdrawn too
    """

    node: Node
    keys: tuple[str, ...]
    names: frozenset[str]

    def known(self, node: Node, name: str | None = None) -> str:
        """Return a candidate's id: this name, or the text of the node.

        :raises Misconfigured: ``candidate_unknown``
        """
        key = node.string() if name is None else name
        if key not in self.names:
            node.fail("candidate_unknown", f"no candidate {key!r}")
        return key


def read_case(node: Node) -> list[list[Run]]:
    """Return the runs of each count of a case; a confidence vote has one per question.

    :raises Misconfigured: what is wrong, with line and column
    """
    node.table()
    rows = node.at("candidates").array() if "candidates" in node else []
    keys: list[str] = []
    for row in rows:
        key = row.get("id").string()
        if not key or not single_line(key):
            row.fail("candidate_malformed", "an id is one line of visible characters")
        if key in keys:
            row.fail("candidate_twice", f"{key!r} stands there twice")
        keys.append(key)
    gone = {row.value["id"] for row in rows if "withdrawn" in row and row.at("withdrawn").boolean()}
    case = _Case(node, tuple(key for key in keys if key not in gone), frozenset(keys))
    counts = [node, *(node.at("also").array() if "also" in node else [])]
    return [_runs(case, one) for one in counts]


def _runs(case: _Case, node: Node) -> list[Run]:
    named = node.get("method")
    method = named.string()
    if method not in METHODS:
        also = f"{' and '.join(_NOT_IN_CASES)} are counted in elections only"
        named.fail("method_unknown", f"one of: {', '.join(METHODS)}; {also}")
    if method == "referendum":
        case = _Case(case.node, _YES_NO, frozenset(_YES_NO))
    options = read_options(node, method, case.keys, case.known)
    seats = node.get("seats").count()
    tally = {**options.tally, **({"seats": seats} if method not in _QUESTIONS else {})}
    each = method == "confidence"
    if not case.keys:
        node.fail("candidate_missing", "nobody stands")
    contest = _contest(_YES_NO if each else case.keys, method, tally)
    counts = list(_questions(case)) if each else [("", _count(case, node, method))]
    lots = () if each else options.lots
    return [
        Run(method, contest, options.facts(node, count), lots, node, key) for key, count in counts
    ]


_QUESTIONS: Final = ("referendum", "confidence")


def _questions(case: _Case) -> Iterator[tuple[str, Count]]:
    """Yield the answers about each candidate who stands."""
    counts = case.node.get("counts")
    rows = counts.table()
    for key, row in rows.items():
        case.known(row, key)
    if not rows.keys() & set(case.keys):
        counts.fail("candidate_missing", "no question")
    blank, invalid = _outside(case.node)
    for key in case.keys:
        if key in rows:
            yield key, _answers(rows[key], blank, invalid)


def _outside(node: Node) -> tuple[int, int]:
    """Return the blank and invalid ballots that stand outside of the counts."""
    blank, invalid = (node.at(key).count() if key in node else 0 for key in ("blank", "invalid"))
    return blank, invalid


def _contest(keys: Sequence[str], method: str, tally: Parameters) -> Contest:
    options = tuple(Option(key, Text((("en", key),))) for key in keys)
    title = Text((("en", "case"),))
    return Contest("case", "", title, title, options, "", {}, method, tally)


def _count(case: _Case, node: Node, method: str) -> Count:
    blank, invalid = _outside(case.node)
    if "counts" in case.node:
        counts = case.node.at("counts")
        if method not in SINGLE:
            counts.fail("ballots_missing", f"{method} needs ballots, not counts")
        read = _answers if method == "referendum" else partial(_sums, case)
        found = read(counts, blank, invalid)
        if case.node.value.get("ballots"):
            counts.fail("counts_and_ballots", "a case has counts or ballots, not both")
        return found
    ballots = case.node.get("ballots").array()
    if method in SINGLE or method == "approval":
        return _marks(case, ballots, method, blank, invalid)
    return _whole(case, ballots, method, node, blank, invalid)


def _answers(node: Node, blank: int = 0, invalid: int = 0) -> Count:
    """Read the answers to one question; they count as one paper sheet."""
    rows = node.table()
    for key, row in rows.items():
        if key not in (*_YES_NO, "blank", "invalid"):
            row.fail("key_unknown", "yes, no, blank or invalid")
    yes, no, more_blank, more_invalid = (
        rows[key].count() if key in rows else 0 for key in (*_YES_NO, "blank", "invalid")
    )
    sheet = Sheet("counts", (yes, no), blank + more_blank, invalid + more_invalid)
    return Count((0, 0), 0, 0, sheets=(sheet,))


def _sums(case: _Case, node: Node, blank: int, invalid: int) -> Count:
    """Read votes per candidate or list; they count as one paper sheet."""
    votes = dict.fromkeys(case.keys, Fraction(0))
    for key, row in node.table().items():
        if key in votes:
            votes[key] = row.exact()
        else:
            case.known(row, key)
            invalid += row.count()
    sheet = Sheet("counts", tuple(votes.values()), blank, invalid)
    return Count((0,) * len(case.keys), 0, 0, sheets=(sheet,))


def _marks(
    case: _Case,
    ballots: Sequence[Node],
    method: str,
    blank: int,
    invalid: int,
) -> Count:
    """Read ballots with one choice, or with approvals, and add them up."""
    votes: Counter[str] = Counter()
    total = blank + invalid
    for ballot in ballots:
        times = ballot.get("count").count()
        total += times
        if method == "approval":
            named = {case.known(one) for one in ballot.get("approved").array()}
        else:
            choice = ballot.get("choice")
            named = set() if choice.value is None else {case.known(choice)}
        standing = named & set(case.keys)
        votes.update(dict.fromkeys(standing, times))
        if not standing:
            refused = bool(named) and method != "approval"
            blank, invalid = blank + times * (not refused), invalid + times * refused
    rules = (("withdrawn", invalid),) if invalid else ()
    return Count(tuple(votes[key] for key in case.keys), blank, total, rules)


def _whole(
    case: _Case, ballots: Sequence[Node], method: str, node: Node, blank: int, invalid: int
) -> Count:
    """Read rankings, scores or grades, each kind of ballot once."""
    read = _READERS["ranking" if method in RANKED else "scores" if method in SCORED else "grades"]
    kinds: Counter[Levels] = Counter()
    for ballot in ballots:
        levels = read(case, ballot, node)
        times = ballot.get("count").count()
        if times:
            kinds[tuple(levels.get(key) for key in case.keys)] += times
    total = sum(kinds.values()) + blank + invalid
    rules = (("spoilt", invalid),) if invalid else ()
    order = sorted(kinds.items(), key=lambda kind: [-1 if n is None else n for n in kind[0]])
    return Count((), blank, total, rules, preferences=tuple(order))


def _ranking(case: _Case, ballot: Node, node: Node) -> dict[str, int]:
    ranking = ballot.get("ranking")
    levels: dict[str, int] = {}
    for rank, group in enumerate(ranking.items()):
        listed = group if isinstance(group, list) else ranking.at(rank).items()
        for place, key in enumerate(listed):
            if type(key) is not str or key not in case.names or key in levels:
                one = ranking.at(rank).at(place)
                one.fail("candidate_twice", f"{case.known(one)!r} is ranked twice")
            levels[key] = rank + 1
    return levels


def _scores(case: _Case, ballot: Node, node: Node) -> dict[str, int]:
    highest = node.at("options").value.get("max", 5) if "options" in node else 5
    levels = {}
    for key, row in ballot.get("scores").table().items():
        case.known(row, key)
        levels[key] = row.count()
        if levels[key] > highest:
            row.fail("value_out_of_range", f"the highest score is {highest}")
    return levels


def _grades(case: _Case, ballot: Node, node: Node) -> dict[str, int]:
    grades = [grade.string() for grade in node.get("options").get("grades").array()]
    levels = {}
    for key, row in ballot.get("grades").table().items():
        case.known(row, key)
        if row.string() not in grades:
            row.fail("grade_unknown", f"one of: {', '.join(grades)}")
        levels[key] = grades.index(row.string())
    return levels


_READERS: Final[Mapping[str, Callable[[_Case, Node, Node], dict[str, int]]]] = MappingProxyType(
    {"ranking": _ranking, "scores": _scores, "grades": _grades}
)
