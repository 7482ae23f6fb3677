"""Read the ini file once into one frozen value; everything has a safe default.

Secrets are never in the ini: keys and the like are *paths* of files with mode
0600 below ``keys``. An unknown ``tsukuba_trust.*`` key is an error, because a
misspelt safety setting would be silently off.
"""

import configparser
from dataclasses import dataclass, fields
from pathlib import Path

from tsukuba_trust.errors import Misconfigured

PREFIX = "tsukuba_trust."
SECTION = "app:main"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an installation keeps things and what it switched on.

    :param state: folder below which everything embedded lives
    :param board_url: database of the public board (SQLAlchemy URL); empty = SQLite in ``state``
    :param roll_url: database of the roll; empty = SQLite in ``state``
    :param attempts_url: store of identification attempts, never backed up; empty = SQLite
    :param plugins: names from the entry-point group; installed is not active
    :param voting_host: host name and port of the voting host, as voters see it
    :param board_host: host and path below which the logs' origins stand
    :param drain_s: seconds after the end in which requests admitted before it are still
        written (D12)
    :param plugin_settings: every key that begins with a plugin's name, handed to plugins
    """

    state: Path = Path("var")
    board_url: str = ""
    roll_url: str = ""
    attempts_url: str = ""
    plugins: tuple[str, ...] = ()
    voting_host: str = "localhost:6543"
    board_host: str = "localhost"
    drain_s: int = 120
    plugin_settings: tuple[tuple[str, str], ...] = ()

    def url(self, store: str) -> str:
        """Return the database URL of ``board``, ``roll`` or ``attempts``."""
        given: str = getattr(self, f"{store}_url")
        return given or f"sqlite:///{(self.state / f'{store}.sqlite').absolute()}"

    @property
    def blobs(self) -> Path:
        return self.state / "blobs"

    @property
    def keys(self) -> Path:
        return self.state / "keys"


def read_settings(path: Path | None) -> Settings:
    """Read the section ``[app:main]`` of an ini file; no file means the embedded defaults.

    :raises Misconfigured: ``settings_missing``, ``settings_unreadable``, ``setting_unknown``
    """
    if path is None:
        return Settings()
    parser = configparser.ConfigParser(interpolation=None)
    try:
        found = parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise Misconfigured(
            "settings_unreadable", str(error).split("\n")[0], where=str(path)
        ) from None
    if not found or not parser.has_section(SECTION):
        raise Misconfigured("settings_missing", f"no section [{SECTION}]", where=str(path))
    return settings_from(dict(parser.items(SECTION)), where=str(path))


def settings_from(items: dict[str, str], where: str) -> Settings:
    """Turn ``tsukuba_trust.*`` items into settings; other keys go to plugins as they are.

    :raises Misconfigured: ``setting_unknown``
    """
    known = {field.name for field in fields(Settings)} - {"plugin_settings"}
    values: dict[str, object] = {}
    for key, value in items.items():
        if not key.startswith(PREFIX):
            continue
        name = key.removeprefix(PREFIX)
        if name not in known:
            raise Misconfigured("setting_unknown", f"{key} is not a setting", where=where)
        values[name] = value
    if "state" in values:
        values["state"] = Path(str(values["state"]))
    if "drain_s" in values:
        values["drain_s"] = _seconds(str(values["drain_s"]), where)
    if "plugins" in values:
        values["plugins"] = tuple(str(values["plugins"]).split())
    rest = tuple(sorted((k, v) for k, v in items.items() if not k.startswith(PREFIX)))
    return Settings(**values, plugin_settings=rest)  # type: ignore[arg-type]  # narrowed above


def _seconds(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Misconfigured("setting_value", f"{PREFIX}drain_s is a number of seconds", where=where)
    return int(text)
