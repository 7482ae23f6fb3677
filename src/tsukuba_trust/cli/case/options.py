"""The options of a tally case as parameters of our tally methods."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from tsukuba_trust.cli.case.located import Node
from tsukuba_trust.elections.papers import voters
from tsukuba_trust.values import Count, Json, Parameters

_BASES: Final = {"yes-no": "yes-no", "valid": "yes-no", "cast": "cast", "eligible": "electors"}


@dataclass(frozen=True, slots=True)
class Options:
    """What the options of a count say.

    :param tally: parameters of the method, without seats
    """

    tally: Parameters
    lots: tuple[tuple[str, ...], ...]
    electors: int | None
    voters: int | None

    def facts(self, node: Node, count: Count) -> Count:
        """Return a count with the electors and voters that the options name.

        :raises Misconfigured: ``sums_differ``: more papers than voters, or than electors
        """
        papers = voters(count)
        for key, known in (("cast", self.voters), ("eligible", self.electors)):
            if known is not None and papers > known:
                detail = f"{known}, but there are {papers} ballots and papers"
                node.at("options").at(key).fail("sums_differ", detail)
            papers = papers if known is None else known
        return replace(count, electors=self.electors, voters=self.voters)


def read_options(
    node: Node, method: str, keys: Sequence[str], known: Callable[..., str]
) -> Options:
    """Read the options of a count.

    :param known: (node, name or nothing: the node's own text) -> the id of a candidate
    :raises Misconfigured: an unknown option or value, with line and column
    """
    rows = node.at("options").table() if "options" in node else {}
    tally: dict[str, Json] = {"rule": "scottish"} if method == "stv" else {}
    lots: tuple[tuple[str, ...], ...] = ()
    facts: dict[str, int] = {}
    for key, row in rows.items():
        if key == "lot":
            lots = (tuple(known(one) for one in row.array()),)
        elif key in ("eligible", "cast"):
            facts[key] = row.count()
        elif key == "list_sizes":
            sizes = {known(size, name): size.count() for name, size in row.table().items()}
            tally[key] = [{"option": n, "names": size} for n, size in sizes.items() if n in keys]
        elif key in ("turnout_quorum", "quorum") and method in ("referendum", "confidence"):
            if "quorum" in tally:
                row.fail("quorum_twice", "one quorum, not two")
            tally["quorum"] = _quorum(row)
        else:
            tally[key] = _value(key, row)
    return Options(tally, lots, facts.get("eligible"), facts.get("cast"))


def _value(key: str, row: Node) -> Json:
    """Return one option as the parameter of the same name."""
    if key not in _READERS:
        row.fail("option_unknown", "no such option")
    return _READERS[key](row)


def _base(row: Node) -> str:
    if row.string() not in _BASES:
        row.fail("value_unknown", f"one of: {', '.join(_BASES)}")
    return _BASES[row.string()]


def _legal_minimum(row: Node) -> Json:
    per_seat = "per_seat" in row and row.at("per_seat").boolean()
    part = str(row.get("fraction").exact())
    return {"of": "valid", "fraction": part, "divide_by": ["seats"] if per_seat else []}


def _quorum(row: Node) -> Json:
    counted = row.at("of").string() if "of" in row else "cast"
    if counted not in ("cast", "valid"):
        row.at("of").fail("value_unknown", '"cast" or "valid"')
    return {
        "of": "electors",
        "at_least": str(row.get("fraction").exact()),
        "count": "voters" if counted == "cast" else "valid",
        "strict": "strict" in row and row.at("strict").boolean(),
    }


_WORDS: Final = (
    "tie_rule",
    "bulk_exclusion",
    "unranked",
    "strength",
    "rule",
    "arithmetic",
    "quota",
)
_READERS: Final[Mapping[str, Callable[[Node], Json]]] = MappingProxyType(
    {
        **dict.fromkeys(_WORDS, Node.string),
        **dict.fromkeys(("threshold", "first_divisor", "majority"), lambda row: str(row.exact())),
        "strict": Node.boolean,
        "max": Node.count,
        "grades": lambda row: [grade.string() for grade in row.array()],
        "base": _base,
        "legal_minimum": _legal_minimum,
    }
)
