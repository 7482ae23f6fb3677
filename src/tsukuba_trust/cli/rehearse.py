"""``tsukuba-trust rehearse``: a whole election with simulated people, in a minute."""

import sys
from pathlib import Path
from typing import Any

import click


@click.command("rehearse")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--voters", type=click.IntRange(1, 100_000), default=200, show_default=True)
@click.option("--seed", type=int, default=2025, show_default=True, help="of people and choices")
@click.option("--electors", type=click.IntRange(0, 100_000), default=0, help="on the internet")
@click.option("--blank", type=click.IntRange(0), help="of the voters; by chance without it")
@click.option("--paper", type=click.IntRange(0, 100_000), default=0, help="electors on paper")
@click.option("--tie", is_flag=True, help="with --paper: bring the last seat to a tie")
@click.option("--group", "group_name", default="", help="instead of the file's group")
@click.option(
    "--record", type=click.Path(path_type=Path), help="keep the record in this new folder"
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="write the result report into this folder"
)
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True)
def command(
    file: Path,
    group_name: str,
    record: Path | None,
    report: Path | None,
    jobs: int,
    **company: Any,
) -> None:
    """Hold the election of FILE with simulated people on a simulated clock.

    Officers, trustees, cards and voters are simulated; services, store, board, proofs and
    verifier are the real ones. What must be refused is sent too. Exit status 1 when
    something was accepted that must not be, or when the record does not verify.

    With --paper, sheets of simulated classes or counting places are entered too; where one
    list has both channels, internet voters who voted on paper are struck. Ties are settled
    by lots of the simulated officers.
    """
    from tsukuba_trust.cli.rehearsal.cast import Company
    from tsukuba_trust.cli.rehearsal.run import rehearse

    sys.exit(rehearse(file, Company(**company), group_name, (record, report), jobs))
