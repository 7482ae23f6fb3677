"""An absolute majority as a tally method, made by somebody else."""

from fractions import Fraction

from zope.interface import implementer

from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.values import Outcome, Tie

NAME = "acme-majority-2027"  # names are for ever: a changed rule is a new name


@implementer(ITallyMethod)
class Majority:
    """Elects the option with the most votes if that is more than a share of them."""

    name = NAME

    def __init__(self, share):
        self._share = share

    def check(self, contest):
        """Check that there are no parameters."""
        if contest.tally:
            raise Misconfigured("parameter_unknown", sorted(contest.tally)[0], where=NAME)

    def decide(self, contest, count, lots=None):
        """Decide the contest."""
        keys = [option.key for option in contest.options]
        columns = [count.votes, *(sheet.votes for sheet in count.sheets)]
        if any(len(column) != len(keys) or min(column) < 0 for column in columns):
            raise Rejected("count_malformed")
        totals = dict(zip(keys, map(sum, zip(*columns, strict=True)), strict=True))
        valid = sum(totals.values())
        rows = tuple(totals.items())
        best = [key for key in keys if totals[key] == max(totals.values())]
        if not valid or (totals[best[0]] <= self._share * valid and len(best) == 1):
            return Outcome("no_decision", totals=rows)
        if len(best) == 1:
            return Outcome("decided", (best[0],), totals=rows)
        if not lots:
            return Outcome("tie", tied=Tie(tuple(best), 1), totals=rows)
        return Outcome("decided", (next(key for key in lots[0] if key in best),), totals=rows)


def includeme(config):
    """Register the method with the share of the office's ini."""
    share = Fraction(config.get_settings().get("acme.share", "1/2"))
    config.add_tally_method(NAME, Majority(share))
