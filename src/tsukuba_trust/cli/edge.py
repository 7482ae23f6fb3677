"""What every command shares: one clear line per failure, and the right exit status."""

import errno
import shutil
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from tsukuba_trust.errors import Misconfigured, Refused, Rejected, TrustError, Unavailable, one_line
from tsukuba_trust.settings import Settings, read_settings

EXIT_REFUSED = 1
EXIT_UNUSABLE = 2
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Program(click.Group):
    """A command group that turns our errors into one line and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TrustError as error:
            fail(error)
        except BrokenPipeError:  # "| head" has read enough: click ends without a word
            raise
        except OSError as error:
            name = error.filename if error.filename is not None else ""
            code = "disk_full" if error.errno in NO_ROOM else "file_unusable"
            fail(Unavailable(code, f"{name}: {error.strerror or error}".lstrip(": ")))


def fail(error: TrustError) -> NoReturn:
    """Print ``error: code: detail`` on standard error and leave with the error's status."""
    step = ""
    if isinstance(error, Rejected) and error.step != error.code:
        step = f" (step {error.step})"
    click.echo(one_line(f"error: {error}{step}"), err=True)
    sys.exit(exit_status(error))


def exit_status(error: TrustError) -> int:
    """Return 1 for what was refused or refuted, 2 for unusable input or installation."""
    match error:
        case Refused() | Rejected():
            return EXIT_REFUSED
        case Misconfigured() | Unavailable():
            return EXIT_UNUSABLE
        case _:
            return EXIT_UNUSABLE


def program() -> str:
    """Return how this program is typed here, for the commands that it tells to type next."""
    called, name = sys.argv[0], "tsukuba-trust"
    return called if Path(called).name == name and shutil.which(name) is None else name


def with_settings(command: Any) -> Any:
    """Add ``--settings INI`` and hand the command a ``Settings`` value."""

    def read(ctx: click.Context, param: click.Parameter, value: Path | None) -> Settings:
        return read_settings(value)

    return click.option(
        "--settings",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="TSUKUBA_TRUST_SETTINGS",
        callback=read,
        help="ini file; without it everything is embedded below ./var",
    )(command)
