"""``tsukuba-trust card``: answer a voting page with a card reader, or own a kiosk's browser."""

import importlib

import click

DEFAULT = "answer"
ELSEWHERE = {"emulate": "emulate"}  # subcommand -> module below tsukuba_trust.cli


class CardCommands(click.Group):
    """A group whose usual command needs no name: ``card ADDRESS``, ``card --kiosk URL``."""

    usual = DEFAULT

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {*self.commands, *ELSEWHERE, "--help", "-h"}
        if args and args[0] not in known:
            args = [self.usual, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.commands, *ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"tsukuba_trust.cli.{ELSEWHERE[cmd_name]}")
        found: click.Command = module.command
        return found


@click.group("card", cls=CardCommands)
def command() -> None:
    """Answer a voting page with a My Number Card in a card reader.

    ``tsukuba-trust card ADDRESS`` is the line that the voting page shows;
    ``tsukuba-trust card --kiosk URL`` owns a counter's browser. The options of both stand in
    ``tsukuba-trust card answer --help``.
    """


@command.command(DEFAULT)
@click.argument("address", required=False)
@click.option("--kiosk", metavar="URL", help="own this machine's browser; the vote's own address")
@click.option("--reader", default="", help="part of the reader's name, where there are several")
@click.option("--lang", default="", help="ja or en; else the voting page's")
@click.option("--browser/--no-browser", default=True, help="open the voting page when done")
@click.option("--chromium", default="/usr/bin/chromium", show_default=True, help="for --kiosk")
@click.option("--switch", "switches", multiple=True, help="for Chromium, with --kiosk; repeatable")
def answer(
    address: str | None,
    kiosk: str | None,
    reader: str,
    lang: str,
    browser: bool,
    chromium: str,
    switches: tuple[str, ...],
) -> None:
    """Read a card for the voting page whose ADDRESS was copied from it.

    The password is asked for here and nowhere else; it is never an option.
    """
    from tsukuba_trust.card.secrecy import keep_memory_private

    keep_memory_private()
    if (address is None) == (kiosk is None):
        raise click.UsageError("give the line's address, or --kiosk with the vote's address")
    if kiosk is not None:
        from tsukuba_trust.cli.card_kiosk import run_kiosk

        run_kiosk(kiosk, reader, chromium, switches, lang)
    else:
        from tsukuba_trust.cli.card_terminal import run_terminal

        run_terminal(str(address), reader, lang, browser)
