"""The definition of an election: from its file, into entry 0, into the records (D3).

Order of events: file -> ``load`` -> ``propose`` (uuids, plugins' versions) -> ``freeze``
-> entry 0 -> ``definition_digest`` D -> trustees' keys -> records -> φ.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from tsukuba_trust.elections.freezing import definition_digest, freeze, thaw
from tsukuba_trust.elections.loading import load
from tsukuba_trust.interfaces import IBallotScheme
from tsukuba_trust.registry import Registry
from tsukuba_trust.values import Contest, Election, Json

__all__ = [
    "definition_digest",
    "freeze",
    "load",
    "propose",
    "record_description",
    "record_name",
    "record_questions",
    "thaw",
]


def propose(
    election: Election,
    registry: Registry,
    new_uuid: Callable[[], str],
    booth: Mapping[str, str] | None = None,
) -> Election:
    """Fix what a file cannot know: uuids, who brought each plugin, what the booth is made of.

    :param new_uuid: makes a Belenios uuid (protocol.md section 4)
    :param booth: hex SHA-256 of every file of the booth by name
    """
    contests = tuple(replace(contest, uuid=new_uuid()) for contest in election.contests)
    return replace(
        election,
        contests=contests,
        plugins=plugins_of(election, registry),
        booth=tuple(sorted((booth or {}).items())),
    )


def plugins_of(election: Election, registry: Registry) -> tuple[tuple[str, str, str], ...]:
    """Return (name, distribution, version) of every plugin that the election uses, sorted."""
    used = {("identity_provider", rule.provider) for rule in election.identity}
    for contest in election.contests:
        used |= {
            ("ballot_scheme", contest.ballot_scheme),
            ("tally_method", contest.tally_method),
        }
    return tuple(sorted({(name, *registry.distribution(kind, name)) for kind, name in used}))


def record_name(election: Election, contest: Contest) -> str:
    """Return ``name`` of a contest's election record: both official titles."""
    return f"{election.title.official} / {contest.title.official}"


def record_description(contest: Contest, digest: str) -> str:
    """Return ``description`` of a contest's election record.

    The official description, LF, LF, ``tsukuba-trust definition `` and D, so that every
    proof of a ballot is bound to all languages, the order and the rules.

    :param digest: D, 64 lower-case hex digits
    :source: architecture D3
    """
    text = contest.description or contest.question
    return f"{text.official}\n\ntsukuba-trust definition {digest}"


def record_questions(contest: Contest, schemes: Mapping[str, IBallotScheme]) -> list[Json]:
    """Return ``questions`` of a contest's election record: exactly one (D1).

    :raises KeyError: the contest's scheme is not among ``schemes``
    """
    return [schemes[contest.ballot_scheme].question(contest)]
