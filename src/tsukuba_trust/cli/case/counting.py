"""Cases counted by the same plugins that count elections."""

import re

from tsukuba_trust.cli.case.located import Node, parse
from tsukuba_trust.cli.case.reading import Run, read_case
from tsukuba_trust.cli.case.words import in_words, questions_in_words
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.registry import Registry, load
from tsukuba_trust.values import Json, Outcome


def count_case(text: str, file: str) -> list[tuple[str, dict[str, Json]]]:
    """Return (method, outcome in words) of every count in a case.

    :raises Misconfigured: what is wrong with the case, with line and column
    """
    return count_parsed(parse(text, file))


def count_parsed(case: Node) -> list[tuple[str, dict[str, Json]]]:
    """Return (method, outcome in words) of every count in a case.

    :raises Misconfigured: what is wrong with the case, with line and column
    """
    counts = read_case(case)
    registry = load(sorted({run.plugin for runs in counts for run in runs}))
    found = []
    for runs in counts:
        outcomes = [(run.question, _decide(registry, run)) for run in runs]
        method = runs[0].method
        words = (
            questions_in_words(outcomes)
            if method == "confidence"
            else in_words(method, outcomes[0][1])
        )
        found.append((method, words))
    return found


def _decide(registry: Registry, run: Run) -> Outcome:
    method = registry.tally_methods[run.plugin]
    try:
        if run.contest.tally.get("seats", 1) <= len(run.contest.options):
            method.check(run.contest)
        return method.decide(run.contest, run.count, run.lots or None)
    except Misconfigured as error:
        node = _named(run.node, error.where)
        node.fail(error.code, error.detail.removeprefix(f"{error.where}: "))
    except (Refused, Rejected) as error:
        _named(run.node, "lot" if error.code.startswith("lot") else "").fail(
            error.code, error.detail
        )


def _named(node: Node, key: str) -> Node:
    """Return the option that a complaint is about, else the whole count."""
    name = re.split(r"[.\[:]", key, maxsplit=1)[0]
    for part in (node, node.at("options")) if "options" in node else (node,):
        if name in part:
            return part.at(name)
    return node
