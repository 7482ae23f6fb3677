"""What ``check`` says of a contest's cost, and under another ballot scheme."""

from collections.abc import Iterator
from time import perf_counter

from tsukuba_trust.crypto.groups import Group, group
from tsukuba_trust.elections.costs import costs
from tsukuba_trust.registry import Registry
from tsukuba_trust.values import Cost, Election

MEASURED = 20  # exponentiations: 50 ms in the slowest group


def cost_lines(election: Election, registry: Registry) -> Iterator[str]:
    """Yield what each contest costs, and under which other scheme it could be held for what."""
    second = powers_per_second(group(election.group))
    for contest in election.contests:
        for place, (name, cost) in enumerate(costs(election, contest, registry)):
            title = f"{contest.key}: " if place == 0 else "  or "
            yield title + cost_line(name, cost, election, second)


def cost_line(name: str, cost: Cost, election: Election, powers: int) -> str:
    """Say what a scheme costs.

    :param powers: exponentiations that this machine makes in a second
    """
    parts = [
        f"{name}: {cost.seal} powers to seal and {cost.check} to check a ballot of "
        f"{cost.ballot_bytes / 1000:.1f} kB, {1000 * cost.check / powers:.1f} ms here"
    ]
    if cost.mix:
        parts.append(
            f"{election.trustees.shuffles} mixers with {cost.mix} powers a ballot, "
            f"{cost.mix_check} to check, {cost.mix_bytes / 1000:.1f} kB each"
        )
    opened = "every ballot is opened" if cost.opened_each else f"{cost.opened} sums are opened"
    if cost.patterns:
        opened += f", {cost.patterns} different ones are possible"
    return "; ".join([*parts, opened])


def powers_per_second(chosen: Group) -> int:
    """Measure exponentiations in a group, roughly."""
    base, exponent = chosen.ggen(0), chosen.q - 2
    start = perf_counter()
    for _ in range(MEASURED):
        chosen.power(base, exponent)
    return max(int(MEASURED / (perf_counter() - start)), 1)
