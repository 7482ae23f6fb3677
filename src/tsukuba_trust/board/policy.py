"""Witness policies: the text inside ``ElectionDefined``.

The whole text form is read, so that a policy with witnesses is a well-formed one; only
``quorum none`` is evaluated in this release, and a binding election refuses it.

:source: board.md 4.2; C2SP tlog-policy
"""

from dataclasses import dataclass, field

from tsukuba_trust.board import note
from tsukuba_trust.board.encodings import read_decimal
from tsukuba_trust.errors import Rejected

NONE = "none"
MOST_MEMBERS = 1000


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as written.

    :param logs: vkeys
    :param witnesses: name -> (vkey, URL or empty)
    :param groups: name -> (how many of them, names of witnesses and groups)
    :param quorum: name of a witness or group, or "none"
    """

    logs: tuple[str, ...]
    witnesses: dict[str, tuple[str, str]] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = NONE

    @property
    def is_none(self) -> bool:
        """Whether no witness is asked for."""
        return self.quorum == NONE


def none_policy(log_key: str) -> str:
    """Return the text of a policy without witnesses."""
    return f"log {log_key}\nquorum none\n"


def read_policy(text: str) -> Policy:
    """Read a policy.

    :raises Rejected: code ``policy_invalid``, naming the line
    """
    if not text.endswith("\n"):
        raise Rejected("policy_invalid", "last line without LF")
    reader = _Reader()
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        words = line.split(" ")
        if line.startswith("#") or not line:
            continue
        try:
            reader.read(words[0], words[1:])
        except (Rejected, ValueError) as error:
            raise Rejected("policy_invalid", f"line {number}") from error
    return reader.finish()


class _Reader:
    def __init__(self) -> None:
        self._logs: list[str] = []
        self._witnesses: dict[str, tuple[str, str]] = {}
        self._groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._quorum = ""

    def read(self, keyword: str, words: list[str]) -> None:
        match keyword, words:
            case "log", [vkey]:
                self._logs.append(note.read_key(vkey).text)
            case "witness", [name, vkey, *url] if len(url) <= 1:
                note.read_key(vkey, expected=note.COSIGNATURE)
                self._witnesses[self._new(name)] = (vkey, "".join(url))
            case "group", [name, rule, *members] if 0 < len(members) <= MOST_MEMBERS:
                self._groups[self._new(name)] = (_needed(rule, members), self._known(members))
            case "quorum", [name] if not self._quorum:
                self._quorum = name if name == NONE else self._known([name])[0]
            case _:
                raise ValueError(keyword)

    def finish(self) -> Policy:
        if not self._quorum or not self._logs or len(set(self._logs)) != len(self._logs):
            raise Rejected("policy_invalid", "no quorum, no log or a log twice")
        return Policy(tuple(self._logs), self._witnesses, self._groups, self._quorum)

    def _new(self, name: str) -> str:
        if name == NONE or not name or name in self._witnesses or name in self._groups:
            raise ValueError(name)
        return name

    def _known(self, names: list[str]) -> tuple[str, ...]:
        known = self._witnesses.keys() | self._groups.keys()
        if not known.issuperset(names) or len(set(names)) != len(names):
            raise ValueError("unknown or repeated name")
        return tuple(names)


def _needed(rule: str, members: list[str]) -> int:
    if rule in ("any", "all"):
        return 1 if rule == "any" else len(members)
    needed = read_decimal(rule, len(members))
    if needed == 0:
        raise ValueError(rule)
    return needed
