"""``tsukuba-trust check``: is this election file complete and allowed?"""

from pathlib import Path

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.cli.words import counted
from tsukuba_trust.settings import Settings

NO_WITNESSES = (
    "no log has witnesses in this version, so `election define` refuses this binding vote; "
    "it can be rehearsed, and held as advisory or mock"
)


@click.command("check")
@click.argument("file", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_settings
def command(file: tuple[Path, ...], settings: Settings) -> None:
    """Check election files; the first fault is named by file, key and rule.

    A binding vote is refused where its identity providers leave something unchecked, and of
    each provider that asks about revocation is said what follows from each answer. That it
    cannot be held yet, because no log has witnesses, is a warning: it can be rehearsed.

    Of each contest is said what its ballots cost, and where one option is chosen what they
    would cost under another ballot scheme. A "power" is an exponentiation in the group.
    """
    from tsukuba_trust.cli.cost import cost_lines
    from tsukuba_trust.cli.decided import check_checked, decision_lines
    from tsukuba_trust.elections.definition import load as load_election
    from tsukuba_trust.registry import DEFAULT_PLUGINS, load

    registry = load(settings.plugins or DEFAULT_PLUGINS, dict(settings.plugin_settings))
    for path in file:
        election = load_election(path, registry=registry)
        check_checked(election, registry)
        options = sum(len(contest.options) for contest in election.contests)
        click.echo(
            f"{path}: ok, {election.kind} {election.slug} ({election.effect}), "
            f"{counted(len(election.contests), 'contest')}, {counted(options, 'option')}, "
            f"{election.period.shown.official}"
        )
        if election.effect == "binding":
            click.echo(f"  warning: witnesses_missing: {NO_WITNESSES}")
        for line in (*decision_lines(election, registry), *cost_lines(election, registry)):
            click.echo(f"  {line}")
