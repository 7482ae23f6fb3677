"""What a contest's ballots cost, and whether they fit the election (attacks B10, P07).

Ballots that are opened one by one are published one by one, as other programs must be able
to check the count. Whoever can choose among more ballots than there are voters can sign hers
with an unusual one, and sell it (the Italian attack). Nothing can be kept back later: the
factors that open each ballot stand in the archive. So it is decided before: either no more
different ballots are possible than ``minimum_ballots``, or the file says ``accept_patterns``.
"""

from collections.abc import Iterator
from dataclasses import replace

from tsukuba_trust.crypto.groups import group
from tsukuba_trust.elections.quorum import ELECTORS_UNKNOWN
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme, ITallyMethod
from tsukuba_trust.registry import Registry
from tsukuba_trust.values import Contest, Cost, Count, Election, Levels

ACCEPT = "accept_patterns"


def check_fit(
    election: Election, contest: Contest, scheme: IBallotScheme, method: ITallyMethod
) -> None:
    """Check that a contest's ballots fit its election.

    1. into an element of the group; 2. the method decides by what they say; 3. among the
    ballots that must at least be counted, or the file accepts that they can be told apart.

    :raises Misconfigured: ``group_unfit``, ``method_unfit``, ``electors_unknown``,
        ``ballots_recognisable``
    """
    patterns = scheme.cost(contest, group(election.group)).patterns
    _check_method(election, contest, scheme, method)
    if patterns > election.minimum_ballots and not contest.ballot.get(ACCEPT, False):
        detail = (
            f"{patterns} different ballots are possible and {election.minimum_ballots} may be "
            f"published: allow less to be said, or write {ACCEPT} = true (attack B10)"
        )
        raise Misconfigured("ballots_recognisable", detail, where=ACCEPT)


def _check_method(
    election: Election, contest: Contest, scheme: IBallotScheme, method: ITallyMethod
) -> None:
    """Let the method decide on one vote for the first option, in the form the scheme gives.

    What an empty box holds is public, so the scheme itself says which form that is. A quorum of
    electors needs their number: of the roll, or written in the file.
    """
    chosen = group(election.group)
    context = BallotContext(chosen, chosen.generator, "", "", scheme.question(contest))
    nothing = [ciphertext.beta for ciphertext in scheme.combine(context, [], [])]
    empty = scheme.count(contest, scheme.decode(context, nothing, 0), 0)
    others = len(contest.options) - 1
    if empty.votes:
        sample = Count(votes=(1, *(0 for _ in range(others))), blank=0, ballots=1)
    else:
        levels: Levels = (1, *(None for _ in range(others)))
        sample = replace(empty, ballots=1, preferences=((levels, 1),))
    known = election.electorate == "roll" or election.electors is not None
    try:
        method.decide(contest, replace(sample, electors=1 if known else None))
    except Rejected as error:
        if error.code == ELECTORS_UNKNOWN:
            detail = f"{error.detail}: there is no roll, and no electors = {{ count, source }}"
            raise Misconfigured(error.code, detail, where="tally") from error
        detail = f"{method.name} cannot count what {scheme.name} gives: {error.detail}"
        raise Misconfigured("method_unfit", detail, where="tally_method") from error


def costs(election: Election, contest: Contest, registry: Registry) -> Iterator[tuple[str, Cost]]:
    """Yield (scheme, cost): the contest's own first, then those that could take its place.

    A contest in which one option is chosen can be held with every scheme that fits.
    """
    own = registry.ballot_schemes[contest.ballot_scheme]
    yield own.name, own.cost(contest, group(election.group))
    parameters = {"blank": False, **contest.ballot}
    for blank in (False, True):
        if parameters != own.single_choice(blank):
            continue
        for name, scheme in registry.ballot_schemes.items():
            other = replace(contest, ballot_scheme=name, ballot=scheme.single_choice(blank))
            if name != own.name:
                try:
                    yield name, scheme.cost(other, group(election.group))
                except Misconfigured:
                    continue
