"""Read the ini file once into one frozen value; everything has a safe default.

Secrets are never in the ini: keys and the like are *paths* of files with mode
0600 below ``keys``. An unknown ``tsukuba_trust.*`` key is an error, because a
misspelt safety setting would be silently off.
"""

import configparser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from tsukuba_trust.errors import Misconfigured

PREFIX = "tsukuba_trust."
SECTION = "app:main"
ROLES = ("all", "registrar", "box")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an installation keeps things and what it switched on.

    :param state: folder below which everything embedded lives
    :param board_url: database of the public board (SQLAlchemy URL); empty = SQLite in ``state``
    :param roll_url: database of the roll; empty = SQLite in ``state``
    :param attempts_url: store of identification attempts, never backed up; empty = SQLite
    :param plugins: names from the entry-point group; installed is not active
    :param builds_path: folder of the booths that elections have fixed, side by side; absent =
        ``builds`` in ``state``
    :param voting_host: host name and port of the voting host, as voters see it
    :param board_host: host and path below which the logs' origins stand
    :param portal_host: host name and port of the portal, as voters see it
    :param drain_s: seconds after the end in which requests admitted before it are still
        written (D12)
    :param role: what this process serves: "registrar", "box" or "all" (D5)
    :param demo: simulated people, phone and buttons; never with real voters
    :param make_databases: make embedded databases that are not there yet
    :param internal_port: of health and metrics, on 127.0.0.1 only; 0 = none
    :param trusted_proxies: addresses whose ``X-Forwarded-*`` headers are believed
    :param page_origins: further origins that public pages may load from, never voting pages
    :param introspection: whether the portal's GraphQL describes itself
    :param secure_cookies: off only in the demo, which has no TLS
    :param layout: asset of the layout that the portal's pages fill
    :param security_contact: for ``security.txt``, an https or mailto address
    :param max_failures: requests of one address that may fail in a minute (voting-flow 12)
    :param plugin_settings: every key that begins with a plugin's name, handed to plugins
    """

    state: Path = Path("var")
    board_url: str = ""
    roll_url: str = ""
    attempts_url: str = ""
    plugins: tuple[str, ...] = ()
    builds_path: Path | None = None
    voting_host: str = "localhost:6543"
    board_host: str = "localhost"
    portal_host: str = "127.0.0.1:6543"
    drain_s: int = 120
    role: str = "all"
    demo: bool = False
    make_databases: bool = False
    internal_port: int = 6544
    trusted_proxies: tuple[str, ...] = ()
    page_origins: tuple[str, ...] = ()
    introspection: bool = False
    secure_cookies: bool = True
    layout: str = "tsukuba_trust:pages/templates/layout.jinja2"
    security_contact: str = ""
    max_failures: int = 3000
    plugin_settings: tuple[tuple[str, str], ...] = ()

    def url(self, store: str) -> str:
        """Return the database URL of ``board``, ``roll`` or ``attempts``."""
        given: str = getattr(self, f"{store}_url")
        return given or f"sqlite:///{(self.state / f'{store}.sqlite').absolute()}"

    @property
    def portal_url(self) -> str:
        """Scheme and host of the portal, without a last slash."""
        return _url(self.portal_host)

    @property
    def voting_url(self) -> str:
        """Scheme and host of the voting host, without a last slash."""
        return _url(self.voting_host)

    @property
    def blobs(self) -> Path:
        return self.state / "blobs"

    @property
    def builds(self) -> Path:
        return self.builds_path or self.state / "builds"

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


def settings_from(items: Mapping[str, object], where: str) -> Settings:
    """Turn ``tsukuba_trust.*`` items into settings; other keys go to plugins as they are.

    :raises Misconfigured: ``setting_unknown``, ``setting_value``
    """
    known = {field.name for field in fields(Settings)} - {"plugin_settings"}
    values: dict[str, Any] = {}
    for key, value in items.items():
        if not key.startswith(PREFIX):
            continue
        name = key.removeprefix(PREFIX)
        if name not in known:
            raise Misconfigured("setting_unknown", f"{key} is not a setting", where=where)
        try:
            values[name] = _READ.get(name, str.strip)(str(value))
        except ValueError as error:
            raise Misconfigured("setting_value", f"{key}: {error}", where=where) from None
    rest = tuple(
        sorted(
            (key, value)
            for key, value in items.items()
            if not key.startswith(PREFIX) and isinstance(value, str)
        )
    )
    settings = Settings(**values, plugin_settings=rest)
    if not settings.secure_cookies and not settings.demo:
        raise Misconfigured("setting_value", "secure_cookies is off only in a demo", where=where)
    return settings


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("a number is wanted")
    return int(text)


def _flag(text: str) -> bool:
    words = {"true": True, "false": False}
    if text not in words:
        raise ValueError("true or false is wanted")
    return words[text]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _role(text: str) -> str:
    if text not in ROLES:
        raise ValueError(f"one of {', '.join(ROLES)} is wanted")
    return text


_READ: Mapping[str, Callable[[str], object]] = {
    "state": Path,
    "builds_path": Path,
    "plugins": _words,
    "drain_s": _number,
    "role": _role,
    "demo": _flag,
    "make_databases": _flag,
    "internal_port": _number,
    "trusted_proxies": _words,
    "page_origins": _words,
    "introspection": _flag,
    "secure_cookies": _flag,
    "max_failures": _number,
}


def _url(host: str) -> str:
    name = host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host
    return f"{'http' if name in LOOPBACK else 'https'}://{host}"
