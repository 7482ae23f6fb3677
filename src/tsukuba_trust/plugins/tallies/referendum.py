"""Referendum: one question, yes or no, with a majority rule and perhaps a quorum.

Parameters, each optional: ``yes`` and ``no`` (keys of the two options); ``majority``
("1/2"), to be exceeded unless ``strict = false``; ``base``: "yes-no", "cast" or "electors";
``quorum``: ``{of, at_least, count, strict, if_missed}``.

:source: elections-jp.md section 9
"""

from collections.abc import Sequence
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.question import NO, YES, take_question_rule, take_yes_and_no
from tsukuba_trust.elections.question_outcome import decide_question
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.values import Contest, Count, Outcome

_WORDS = {YES: "approved", NO: "rejected"}


@implementer(ITallyMethod)
class Referendum:
    """Approves or rejects what is asked."""

    name = "referendum"

    def check(self, contest: Contest) -> None:
        """Check the parameters, and that there are exactly the two options.

        :raises Misconfigured: names the key
        """
        table = Table(dict(contest.tally), "")
        take_yes_and_no(contest, table)
        take_question_rule(table)
        table.finish()

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the question; internet votes and paper sheets are added.

        :raises Rejected: ``count_malformed`` or ``electors_unknown``
        """
        table = Table(dict(contest.tally), "")
        yes, no = take_yes_and_no(contest, table)
        rule = take_question_rule(table)
        return decide_question(contest, rule, count, yes, no, _WORDS, lots)


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(Referendum.name, Referendum())
