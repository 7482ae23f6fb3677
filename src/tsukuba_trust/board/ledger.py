"""The lookup of ``order`` in memory, and who counts: for readers of a whole log.

Kept per registration and ballot: a few integers and each credential's text once.

:source: board.md 2.5; protocol.md 16 (B)
"""

from collections.abc import Iterable

from tsukuba_trust.board import entries, order_counting, order_voting
from tsukuba_trust.board.entries import Blobs
from tsukuba_trust.values import Json


class Ledger:
    """Credentials, chains, ballots and strikes of the entries recorded so far.

    :param blob: the log's blobs
    """

    def __init__(self, blob: Blobs) -> None:
        self._blob = blob
        self._registrations: dict[str, dict[str, int]] = {}
        self._holders: dict[int, int] = {}
        self._current: dict[int, int] = {}
        self._ballots: dict[str, dict[int, tuple[int, int]]] = {}
        self._struck: frozenset[int] = frozenset()

    @property
    def blob(self) -> Blobs:
        """The log's blobs."""
        return self._blob

    def registration(self, contest: str, credential: str) -> int | None:
        """Return the index of the entry that registered a credential."""
        return self._registrations.get(contest, {}).get(credential)

    def holder(self, registration: int) -> int:
        """Return the first registration of a chain.

        :raises KeyError: no registration stands at this index
        """
        return self._holders[registration]

    def current(self, holder: int) -> int:
        """Return the newest registration of a chain."""
        return self._current[holder]

    def has_ballot(self, holder: int, contest: str) -> bool:
        """Return whether the holder has a ballot in the contest."""
        return holder in self._ballots.get(contest, {})

    def record(self, entry: Json, index: int) -> None:
        """Take an entry that ``order.advance`` accepted at this index."""
        match entry["type"]:
            case "CredentialsRegistered":
                self._record_registration(entry, index)
            case "BallotAccepted":
                self._record_ballot(entry, index)
            case "HoldersStruck":
                text = entries.document_text(entry["holders"], self._blob)
                pairs = order_counting.read_strikes(text)
                self._struck = frozenset(holder for holder, _reason in pairs)

    def _record_registration(self, entry: Json, index: int) -> None:
        holder = self._holders[entry["replaces"]] if "replaces" in entry else index
        self._holders[index] = holder
        self._current[holder] = index
        for item in entry["credentials"]:
            self._registrations.setdefault(item["contest"], {})[item["credential"]] = index

    def _record_ballot(self, entry: Json, index: int) -> None:
        contest = entry["contest"]
        text = entries.document_text(entry["ballot"], self._blob)
        credential = order_voting.ballot_credential(text, contest)
        registration = self._registrations[contest][credential]
        ballots = self._ballots.setdefault(contest, {})
        ballots[self._holders[registration]] = (index, registration)

    def counting(self, contest: str) -> dict[str, int | None]:
        """Return, for each holder who is not struck, her one credential in the contest.

        :returns: credential -> index of her counting ballot, or nothing when she has none;
            the credential is that of the counting ballot, else the newest
        """
        ballots = self._ballots.get(contest, {})
        result: dict[str, int | None] = {}
        for credential, registration in self._registrations.get(contest, {}).items():
            holder = self._holders[registration]
            ballot, used = ballots.get(holder, (None, self._current[holder]))
            if registration == used and holder not in self._struck:
                result[credential] = ballot
        return result


def read_ledger(numbered: Iterable[tuple[int, Json]], blob: Blobs) -> Ledger:
    """Return the ledger of the entries of a log whose order was checked."""
    ledger = Ledger(blob)
    for index, entry in numbered:
        ledger.record(entry, index)
    return ledger
