"""Host names as they are compared: lower case, no final dot, no usual port (voting-flow 1.1)."""

import re

from tsukuba_trust.errors import Refused

_HOST = re.compile(r"(?P<name>[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?")
USUAL_PORTS = ("", "80", "443")


def canonical_host(text: str) -> tuple[str, str]:
    """Return (name, port) of a ``Host`` header; a usual port is empty.

    :raises Refused: ``host_invalid``: no host name, or several
    """
    match = _HOST.fullmatch(text.lower())
    if match is None:
        raise Refused("host_invalid")
    port = (match["port"] or "").lstrip("0")
    return match["name"].rstrip("."), "" if port in USUAL_PORTS else port


def is_voting_host(host: tuple[str, str], voting: tuple[str, str], portal: tuple[str, str]) -> bool:
    """Return whether a request for ``host`` belongs to the voting host.

    Where only the port tells the two apart, it must fit; else every port of the voting
    host's name is its own, so that no spelling of it reaches the portal.
    """
    if voting[0] == portal[0]:
        return host == voting and voting != portal
    return host[0] == voting[0]
