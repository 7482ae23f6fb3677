"""Election files: TOML in, a completely checked ``Election`` out (architecture D9)."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NoReturn

from tsukuba_trust.elections.building import build
from tsukuba_trust.elections.checking import check_rules
from tsukuba_trust.elections.complaint import Complain, complain
from tsukuba_trust.elections.costs import check_fit
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.registry import Registry
from tsukuba_trust.values import Contest, Election, Json

LARGEST_FILE: Final = 4 * 1024 * 1024  # bytes; a council with 100 candidates needs 0.2 MB
PASTED: Final = "election file"


def load(source: Path | str, *, registry: Registry) -> Election:
    """Load an election file and check all of it.

    1. TOML; 2. keys, types and languages; 3. rules between the parts; 4. the parameters
    of every plugin, by the plugin. The first fault is raised.

    :param source: path of a file, or the TOML text itself
    :raises Misconfigured: ``where`` is file and key, ``code`` the rule
    """
    text, name = (source, PASTED) if isinstance(source, str) else (_read(source), source.name)
    election = build(_parse(text, name), name, proposed=False)
    check_rules(election, name)
    check_plugins(election, registry, name)
    return election


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Misconfigured("file_unreadable", error.strerror or "", where=path.name) from None
    if len(data) > LARGEST_FILE:
        raise Misconfigured("file_too_large", f"more than {LARGEST_FILE} bytes", where=path.name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Misconfigured("toml_broken", f"{error.reason}, no UTF-8", where=path.name) from None


def _parse(text: str, name: str) -> Json:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, or a number too long
        raise Misconfigured("toml_broken", str(error).split("\n")[0], where=name) from None


def check_plugins(election: Election, registry: Registry, name: str) -> None:
    """Let every plugin that the election names check its own parameters.

    :raises Misconfigured: ``plugin_unknown``, ``provider_unbound``, or what the plugin says
    """
    fail = complain(name)
    for number, contest in enumerate(election.contests):
        _check_contest(election, contest, registry, f"contests[{number}]", fail)
    for number, rule in enumerate(election.identity):
        key = f"identity[{number}]"
        provider = registry.identity_providers.get(rule.provider)
        if provider is None:
            _unknown(rule.provider, registry.identity_providers, f"{key}.provider", fail)
        if not provider.bound and not election.accept_unbound:
            detail = (
                f"{rule.provider} does not sign the binding: accept_unbound = true, or leave it"
            )
            fail("provider_unbound", f"{key}.provider", detail)
        try:
            provider.check(rule.parameters)
        except Misconfigured as error:
            fail(error.code, f"{key}.parameters", error.detail)


def _check_contest(
    election: Election, contest: Contest, registry: Registry, where: str, fail: Complain
) -> None:
    scheme = registry.ballot_schemes.get(contest.ballot_scheme)
    if scheme is None:
        _unknown(contest.ballot_scheme, registry.ballot_schemes, f"{where}.ballot_scheme", fail)
    method = registry.tally_methods.get(contest.tally_method)
    if method is None:
        _unknown(contest.tally_method, registry.tally_methods, f"{where}.tally_method", fail)
    for key, plugin in (("ballot", scheme), ("tally", method)):
        try:
            plugin.check(contest)
        except Misconfigured as error:
            fail(error.code, f"{where}.{key}", error.detail)
    try:
        check_fit(election, contest, scheme, method)
    except Misconfigured as error:
        fail(error.code, f"{where}.ballot", error.detail)


def _unknown(name: str, known: Mapping[str, object], key: str, fail: Complain) -> NoReturn:
    fail("plugin_unknown", key, f"{name} is not switched on; there are: {', '.join(sorted(known))}")
