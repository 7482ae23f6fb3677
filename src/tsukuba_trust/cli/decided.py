"""What an election does with each answer about revocation, in lines for officers."""

from collections.abc import Iterator

from tsukuba_trust.elections import rules
from tsukuba_trust.registry import Registry
from tsukuba_trust.revocation import IDecides
from tsukuba_trust.values import Election


def decision_lines(election: Election, registry: Registry) -> Iterator[str]:
    """Give one line per identity provider and answer, and what is not checked here."""
    for rule in election.identity:
        provider = registry.identity_providers.get(rule.provider)
        if provider is None or not IDecides.providedBy(provider):
            continue
        missing = ", ".join(provider.not_checked)
        here = f"not checked in this installation: {missing}" if missing else "checked here"
        yield f"identity {rule.provider}: {here}"
        for answer, follows in provider.decisions(rule.parameters):
            yield f"  certificate {answer}: {follows}"


def check_checked(election: Election, registry: Registry) -> None:
    """Check that a binding vote has providers that check everything in this installation.

    :raises Refused: ``identity_not_checked``
    """
    found: set[str] = set()
    for rule in election.identity:
        provider = registry.identity_providers.get(rule.provider)
        found.update(provider.not_checked if provider else ())
    rules.check_all_checked(election, found)
