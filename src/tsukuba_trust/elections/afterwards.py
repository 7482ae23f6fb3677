"""What an election file says about the time after the vote: lots, and what may be published.

``[lots]``: ``by`` ("officers", "public-draw") and for a public draw ``beacon``. ``[publish]``:
``suppress_below = {electors, voters, nonvoters, papers}`` and ``sample``; ``papers`` may be
absent.

:source: elections-jp.md sections 4 and 12; web.md 5.5
"""

from typing import Final

from tsukuba_trust.elections import public_draw
from tsukuba_trust.elections.complaint import Complain
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.values import Election, Json, LotRule, PublishRule

OFFICERS: Final = "officers"
PUBLIC_DRAW: Final = "public-draw"
LEAST_ELECTORS: Final = 3  # a row of two tells each of them about the other


def read_lots(table: Table) -> LotRule:
    """Read how ties are settled.

    :raises Misconfigured: names the key
    """
    rule = LotRule(table.choice("by", (OFFICERS, PUBLIC_DRAW)), table.string("beacon", ""))
    table.finish()
    return rule


def read_publish(table: Table) -> PublishRule:
    """Read what published turnout and paper sheets may show.

    :raises Misconfigured: names the key
    """
    below = table.table("suppress_below")
    rule = PublishRule(
        below.integer("electors", LEAST_ELECTORS),
        below.integer("voters", 1),
        below.integer("nonvoters", 1),
        table.integer("sample", 1) if table.has("sample") else 0,
        below.integer("papers", 0) if below.has("papers") else None,
    )
    below.finish()
    table.finish()
    return rule


def freeze_lots(rule: LotRule) -> Json:
    """Return the rule for the definition."""
    return {"by": rule.by} | ({"beacon": rule.beacon} if rule.beacon else {})


def freeze_publish(rule: PublishRule) -> Json:
    """Return the rule for the definition."""
    below = {"electors": rule.electors, "voters": rule.voters, "nonvoters": rule.nonvoters}
    if rule.papers is not None:
        below["papers"] = rule.papers
    return {"suppress_below": below} | ({"sample": rule.sample} if rule.sample else {})


def check_lots(election: Election, fail: Complain) -> None:
    """Check that a public draw is allowed here, and that its seed was agreed before."""
    rule = election.lots
    if rule is None:
        return
    if rule.by == PUBLIC_DRAW and election.kind not in public_draw.ALLOWED:
        fail("draw_not_allowed", "lots.by", f"in a {election.kind} election officers draw by hand")
    if (rule.by == PUBLIC_DRAW) != bool(rule.beacon):
        fail("beacon_missing", "lots.beacon", "a public draw names its seed, and only it does")


def check_publish(election: Election, fail: Complain) -> None:
    """Check that a sample is taken from something, and is large enough to be shown."""
    rule = election.publish
    if rule is None or not rule.sample:
        return
    if election.electorate != "roll":
        fail("sample_without_roll", "publish.sample", "a sample is taken from a roll")
    if rule.sample < rule.electors:
        fail("sample_too_small", "publish.sample", "fewer than suppress_below.electors")
