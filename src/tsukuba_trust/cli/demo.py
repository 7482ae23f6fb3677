"""``tsukuba-trust demo``: both hosts on this machine, a fresh election of today, a phone."""

import secrets
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

from tsukuba_trust.cli.edge import program
from tsukuba_trust.errors import Misconfigured

HOME = Path("var/demo")
PORT = 6543
FILE = "needs-survey-2025"


@click.group("demo", invoke_without_command=True)
@click.option("--keep", is_flag=True, help="resume the last demo instead of a fresh election")
@click.option("--group", "group_name", default="", help="instead of the election file's group")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
    help="of a fresh demo; its hosts' names hold it for ever",
)
@click.option("--home", type=click.Path(path_type=Path), default=HOME, show_default=True)
@click.pass_context
def command(ctx: click.Context, keep: bool, group_name: str, port: int, home: Path) -> None:
    """Serve a demo: the portal at 127.0.0.1 and the voting host at localhost, one port.

    Everything is simulated but the software: officers, trustees, auditors and cards are made
    for this demo and lie in its folder.
    """
    ctx.obj = home
    if ctx.invoked_subcommand is not None:
        return
    from tsukuba_trust.cli.demo_serving import serve
    from tsukuba_trust.web.server import bind

    kept = last(home) if keep else None
    port = port if kept is None else port_of(kept)
    with ExitStack() as bound:  # before a folder is made, which "close" would take for its own
        sockets = [bound.enter_context(one) for one in bind([f"localhost:{port}"])]
        folder = kept or fresh(home, group_name, port)
        serve(folder, port, sockets)


@command.command()
@click.pass_obj
def close(home: Path) -> None:
    """End the last demo's vote by an act of its officers, count it, publish its record."""
    from tsukuba_trust.cli.office import opened
    from tsukuba_trust.settings import read_settings
    from tsukuba_trust.testing.demo import CREW, RECORD, hold_close, read_crew

    folder = last(home)
    with opened(read_settings(folder / "demo.ini")) as office:
        services = office.services
        fixed = services.catalogue.get(services.board.origins()[-1])
        crew = read_crew(folder / CREW, fixed.election.group)
        hold_close(services, fixed, crew, lambda: datetime.now(UTC), folder / RECORD)
        from rich.console import Console

        from tsukuba_trust.cli.rehearsal import tables

        console = Console()
        for table in tables.results(services, fixed):
            console.print(table)
        console.print(tables.head(services, fixed), soft_wrap=True)
        log_key = fixed.defined["log_key"]
    click.echo(f"check it: {program()} verify {folder / 'record'} --log-key '{log_key}'")


def last(home: Path) -> Path:
    """Return the folder of the newest demo.

    :raises Misconfigured: ``demo_missing``
    """
    made = sorted(home.glob("mock-*/demo.ini"), key=lambda path: path.stat().st_mtime)
    if not made:
        raise Misconfigured("demo_missing", f"start one: {program()} demo", where=str(home))
    return made[-1].parent


def port_of(folder: Path) -> int:
    """Return the port that a demo's hosts were named with."""
    from tsukuba_trust.settings import read_settings

    return int(read_settings(folder / "demo.ini").portal_host.rpartition(":")[2])


def fresh(home: Path, group_name: str, port: int) -> Path:
    """Make a new demo's folder with its settings, cards, and its election opened.

    :raises Misconfigured: ``group_unknown``
    """
    from tsukuba_trust.cli.group_names import known_group
    from tsukuba_trust.cli.office import opened
    from tsukuba_trust.data import data_dir
    from tsukuba_trust.plugins.identity.roll_code import KEY_BYTES
    from tsukuba_trust.registry import DEFAULT_PLUGINS, load
    from tsukuba_trust.services.keys import write_secret
    from tsukuba_trust.settings import read_settings
    from tsukuba_trust.store.migrations import VERSIONS, upgrade
    from tsukuba_trust.testing.demo import (
        CREW,
        hold_opening,
        make_authority,
        new_slug,
        read_file,
    )

    now = datetime.now(UTC)
    slug = new_slug(now, "Asia/Tokyo")
    file = data_dir("config") / "elections" / f"{FILE}.toml"
    election = read_file(file, load(DEFAULT_PLUGINS), known_group(group_name), slug, now)
    folder = home / slug
    folder.mkdir(parents=True)
    make_authority(folder, now)
    write_secret(folder / "roll-code.key", secrets.token_hex(KEY_BYTES))
    (folder / "demo.ini").write_text(settings_text(folder.absolute(), port), encoding="utf-8")
    settings = read_settings(folder / "demo.ini")
    for store in VERSIONS:
        upgrade(settings.url(store), store)
    with opened(settings) as office:
        hold_opening(office, election, settings.board_host, folder / CREW, now)
    return folder


def settings_text(folder: Path, port: int) -> str:
    """Return the settings of a demo."""
    from tsukuba_trust.testing.demo import CARDS

    phone = f"http://127.0.0.1:{port}/demo/phone#{{attempt}}"
    lines = {
        "tsukuba_trust.state": folder,
        "tsukuba_trust.demo": "true",
        "tsukuba_trust.drain_s": 0,
        "tsukuba_trust.portal_host": f"127.0.0.1:{port}",
        "tsukuba_trust.voting_host": f"localhost:{port}",
        "tsukuba_trust.board_host": f"localhost:{port}/board",
        "tsukuba_trust.internal_port": 0,
        "tsukuba_trust.secure_cookies": "false",
        "tsukuba_trust.introspection": "true",
        "my_number_card.anchors": folder / CARDS / "anchors",
        "my_number_card.allow_test_anchors": "true",
        "my_number_card.app_link": phone,
        "roll_code.key": folder / "roll-code.key",
    }
    return "[app:main]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())
