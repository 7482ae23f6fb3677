"""Small contests and counts for tests of tally methods."""

from collections import Counter

from tsukuba_trust.registry import DEFAULT_PLUGINS, load
from tsukuba_trust.values import Contest, Count, Option, Text

METHODS = load(
    [name for name in DEFAULT_PLUGINS if not name.endswith(("-card", "-code"))]
).tally_methods
TITLE = Text((("en", "t"),))


def poll(keys, tally=None, ballot=None):
    options = tuple(Option(key, Text((("en", key),))) for key in keys)
    return Contest("c", "", TITLE, TITLE, options, "any", ballot or {}, "any", tally or {})


def sums(votes, blank=0, **more):
    """Return a count of ballots that can be added up."""
    return Count(tuple(votes), blank, sum(votes) + blank, **more)


def whole(ballots, **more):
    """Return a count of whole ballots, given one by one or as {levels: ballots}."""
    kinds = Counter(ballots)
    order = sorted(kinds.items(), key=lambda kind: [-1 if n is None else n for n in kind[0]])
    return Count((), 0, sum(kinds.values()), preferences=tuple(order), **more)


def decide(method, contest, count, *lots):
    """Check the contest and decide it."""
    METHODS[method].check(contest)
    return METHODS[method].decide(contest, count, lots or None)
