"""The frozen definition: an ``Election`` as canonical JSON, and back (board.md 2.2).

Texts are arrays ``[{"lang", "text"}]`` sorted by language, because language codes are
not legal keys; times are strings with offset, fractions strings; what is absent is left
out. ``freeze(thaw(j)) == j`` holds for every definition that ``thaw`` accepts.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from tsukuba_trust.elections.afterwards import freeze_lots, freeze_publish
from tsukuba_trust.elections.building import build
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.values import Contest, Election, Json, Option, Text, TrusteesRule

NAME: Final = "definition"


def freeze(election: Election) -> Json:
    """Return the definition document of ``ElectionDefined``, ready for canonical bytes."""
    frozen: dict[str, Any] = {
        "slug": election.slug,
        "kind": election.kind,
        "title": _text(election.title),
        "description": _text(election.description),
        "official_language": election.official_language,
        "languages": list(election.languages),
        "period": {
            "opens": election.period.opens.isoformat(),
            "closes": election.period.closes.isoformat(),
            "timezone": election.period.timezone,
            "shown": _text(election.period.shown),
        },
        "conditions": [_text(text) for text in election.conditions],
        "contact": _text(election.contact),
        "effect": election.effect,
        "electorate": election.electorate,
        "eligibility": _present(
            residence=election.eligibility.residence,
            minimum_age=election.eligibility.minimum_age,
            age_rule=election.eligibility.age_rule,
            age_on=election.eligibility.age_on,
            nationality=election.eligibility.nationality,
        ),
        "identity": [
            _present(provider=rule.provider, parameters=dict(rule.parameters))
            for rule in election.identity
        ],
        "accept_unbound": election.accept_unbound,
        "flow": election.flow,
        "cross_device": election.cross_device,
        "revote": election.revote,
        "group": election.group,
        "contests": [_contest(contest) for contest in election.contests],
        "auditors": list(election.auditors),
        "minimum_ballots": election.minimum_ballots,
        "retention_days": election.retention_days,
    }
    return frozen | _people(election) | _optional(election)


def _people(election: Election) -> dict[str, Json]:
    return {
        "trustees": _trustees(election.trustees),
        "officers": [
            _present(name=officer.name, organisation=officer.organisation, key=officer.key)
            for officer in election.officers
        ],
        "approval": _present(
            total=election.approval.total, from_each=list(election.approval.from_each)
        ),
    }


def _trustees(rule: TrusteesRule) -> dict[str, Json]:
    frozen: dict[str, Json] = {"names": list(rule.names), "threshold": rule.threshold}
    if rule.mixers:
        frozen["mixers"] = rule.mixers
    return frozen


def _optional(election: Election) -> dict[str, Json]:
    optional = _present(
        legal_basis=election.legal_basis,
        sources=list(election.sources),
        networks=[
            {"address": address, "failures_per_minute": most} for address, most in election.networks
        ],
        notices=list(election.notices),
        plugins=[
            {"name": name, "distribution": distribution, "version": version}
            for name, distribution, version in election.plugins
        ],
        booth=[{"name": name, "sha256": digest} for name, digest in election.booth],
    )
    if election.roll.groups:
        groups = [{"name": name, "channel": channel} for name, channel in election.roll.groups]
        optional["roll"] = {"groups": groups}
    if election.electors is not None:
        count, source = election.electors
        optional["electors"] = {"count": count, "source": source}
    if election.lots is not None:
        optional["lots"] = freeze_lots(election.lots)
    if election.publish is not None:
        optional["publish"] = freeze_publish(election.publish)
    return optional


def _contest(contest: Contest) -> Json:
    frozen = _present(
        key=contest.key,
        uuid=contest.uuid,
        title=_text(contest.title),
        question=_text(contest.question),
        options=[_option(option) for option in contest.options],
        ballot_scheme=contest.ballot_scheme,
        ballot=dict(contest.ballot),
        tally_method=contest.tally_method,
        tally=dict(contest.tally),
        groups=list(contest.groups),
    )
    if contest.description is not None:
        frozen["description"] = _text(contest.description)
    return frozen


def _option(option: Option) -> Json:
    frozen = _present(
        key=option.key,
        name=_text(option.name),
        aliases=[_text(alias) for alias in option.aliases],
        labels=dict(option.labels),
    )
    if option.description is not None:
        frozen["description"] = _text(option.description)
    return frozen


def _text(text: Text) -> Json:
    return [{"lang": tag, "text": words} for tag, words in sorted(text.variants)]


def _present(**fields: Json) -> dict[str, Json]:
    """Leave out what is absent: empty strings, lists and tables, never 0 or false."""
    return {name: value for name, value in fields.items() if value not in ("", [], {})}


def thaw(definition: Json) -> Election:
    """Read a frozen definition that somebody else may have written.

    :raises Rejected: ``definition_invalid``, naming the key
    """
    try:
        election = build(_plain(definition), NAME, proposed=True)
    except Misconfigured as error:
        raise Rejected("definition_invalid", f"{error.detail} ({error.code})") from error
    if freeze(election) != definition:
        raise Rejected("definition_invalid", "not in the form that freezing gives")
    return election


def _plain(value: Json) -> Json:
    """Turn text arrays into tables by language, all the way down."""
    if isinstance(value, list):
        if value and all(_is_variant(row) for row in value):
            tags = [row["lang"] for row in value]
            if not all(isinstance(tag, str) for tag in tags) or len(set(tags)) != len(tags):
                raise Misconfigured("language_twice", "one text per language", where=NAME)
            return {row["lang"]: row["text"] for row in value}
        return [_plain(row) for row in value]
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value


def _is_variant(value: Json) -> bool:
    return isinstance(value, Mapping) and set(value) == {"lang", "text"}


def definition_digest(entry: bytes) -> str:
    """Return D: lower-case hex SHA-256 of the canonical bytes of entry 0 (architecture D3)."""
    return hashlib.sha256(entry).hexdigest()
