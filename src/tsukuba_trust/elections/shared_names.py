"""Votes with a name that several candidates share (按分): split by their own votes.

In each counting district, share_i = v_g · b_i / Σ b_j over the members of the group g, from
the own votes b alone. Ranks follow the exact fractions; printed figures keep some decimals,
the rest is cut off, and what is lost that way has its own line.

:source: POEA art. 68-2; elections-jp.md section 5
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tsukuba_trust.elections.figures import cut, exact, fixed
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.values import Contest, Count, Json, Sheet

OFFICER_DECISION = "officer_decision"


@dataclass(frozen=True, slots=True)
class SharedNames:
    """The rule of a contest.

    :param decimals: that are printed
    :param cut_on: "total": own votes and shares are added, then cut; "each": each share is cut
    :param base: "district_and_internet": internet votes count as own votes of the one
        district that has shared names; "district": they do not
    """

    decimals: int
    cut_on: str
    base: str


@dataclass(frozen=True, slots=True)
class Apportioned:
    """Votes of the contest's options with their shares.

    :param totals: exact, in the contest's order
    :param shown: the same as they are printed
    :param lost: what cutting off took away
    :param detail: for the outcome document; empty when nothing was shared
    """

    totals: tuple[Fraction, ...]
    shown: tuple[Fraction, ...]
    lost: Fraction
    detail: Mapping[str, Json]


def read_shared_names(table: Table) -> SharedNames:
    """Read the rule: ``{rule, decimals, cut, cut_on, rank_by, base}``.

    :raises Misconfigured: names the key
    """
    table.choice("rule", ("proportional_to_own",), "proportional_to_own")
    table.choice("cut", ("truncate",), "truncate")
    table.choice("rank_by", ("exact",), "exact")
    rule = SharedNames(
        table.integer("decimals", 0, 3),
        table.choice("cut_on", ("total", "each"), "total"),
        table.choice("base", ("district_and_internet", "district"), "district_and_internet"),
    )
    table.finish()
    return rule


def apportion(
    own: Mapping[str, int | Fraction], groups: Sequence[tuple[tuple[str, ...], int]]
) -> dict[str, list[Fraction]]:
    """Split the shared votes of one counting district; return every option's shares.

    :param own: votes that name one option alone
    :raises Refused: ``officer_decision``: no member of a group has own votes
    """
    shares: dict[str, list[Fraction]] = {key: [] for key in own}
    for members, votes in groups:
        base = sum((Fraction(own[key]) for key in members), Fraction(0))
        if votes and not base:
            raise Refused(OFFICER_DECISION, "nobody who shares the name has votes of their own")
        for key in members if votes else ():
            shares[key].append(votes * Fraction(own[key]) / base)
    return shares


def add_up(contest: Contest, count: Count, rule: SharedNames | None) -> Apportioned:
    """Add internet votes and sheets, each district with its own apportionment.

    :raises Rejected: ``count_malformed``
    :raises Refused: ``officer_decision``
    """
    keys = [option.key for option in contest.options]
    if any(sheet.shared for sheet in count.sheets) and rule is None:
        raise Rejected("count_malformed", "shared names without a rule for them")
    rule = rule or SharedNames(3, "total", "district")
    extra = _extra_base(keys, count, rule)
    totals = {key: Fraction(votes) for key, votes in zip(keys, count.votes, strict=True)}
    shown, districts = dict(totals), []
    for sheet in count.sheets:
        _check_groups(keys, sheet)
        own = dict(zip(keys, sheet.votes, strict=True))
        base = {key: own[key] + extra[key] for key in keys} if sheet.shared else own
        shares = apportion(base, sheet.shared)
        row = {}
        for key in keys:
            total = own[key] + sum(shares[key], Fraction(0))
            row[key] = _shown(own[key], shares[key], rule)
            totals[key] += total
            shown[key] += row[key]
        lost = sum((own[key] + sum(shares[key]) - row[key] for key in keys), Fraction(0))
        districts.append((sheet.place, row, lost, any(shares.values()) or bool(lost)))
    lost = sum((lost for _, _, lost, _ in districts), Fraction(0))
    return Apportioned(
        tuple(totals[key] for key in keys),
        tuple(shown[key] for key in keys),
        lost,
        _detail(keys, shown, lost, districts, rule.decimals),
    )


def _extra_base(keys: Sequence[str], count: Count, rule: SharedNames) -> dict[str, int]:
    places = {sheet.place for sheet in count.sheets if sheet.shared}
    if rule.base == "district" or not any(count.votes) or not places:
        return dict.fromkeys(keys, 0)
    if len(places) > 1:
        raise Rejected("count_malformed", "internet votes belong to no one counting district")
    return dict(zip(keys, count.votes, strict=True))


def _check_groups(keys: Sequence[str], sheet: Sheet) -> None:
    for members, votes in sheet.shared:
        if (
            len(set(members)) < 2
            or len(set(members)) != len(members)
            or not set(members) <= set(keys)
        ):
            raise Rejected("count_malformed", "a shared name belongs to two or more options")
        if type(votes) is not int or votes < 0:
            raise Rejected("count_malformed", "shared votes are whole papers")


def _shown(own: int | Fraction, shares: Sequence[Fraction], rule: SharedNames) -> Fraction:
    if rule.cut_on == "each":
        return cut(own, rule.decimals) + sum((cut(s, rule.decimals) for s in shares), Fraction(0))
    return cut(own + sum(shares, Fraction(0)), rule.decimals)


def _detail(
    keys: Sequence[str],
    shown: Mapping[str, Fraction],
    lost: Fraction,
    districts: Sequence[tuple[str, Mapping[str, Fraction], Fraction, bool]],
    decimals: int,
) -> dict[str, Json]:
    if not any(touched for *_, touched in districts):
        return {}
    rows = [
        {
            "place": place,
            "shown": {key: fixed(row[key], decimals) for key in keys},
            "lost": exact(part),
        }
        for place, row, part, touched in districts
        if touched
    ]
    figures = {key: fixed(shown[key], decimals) for key in keys}
    return {"shared_names": {"shown": figures, "lost": exact(lost), "districts": rows}}
