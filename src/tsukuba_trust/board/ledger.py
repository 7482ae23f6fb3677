"""The lookup of ``order`` in memory: for verifiers, who read a log from its beginning."""

from tsukuba_trust.board import entries, order_voting
from tsukuba_trust.board.entries import Blobs
from tsukuba_trust.values import Json


class Ledger:
    """Credentials, chains and ballots of the entries recorded so far.

    :param blob: the log's blobs
    """

    def __init__(self, blob: Blobs) -> None:
        self._blob = blob
        self._registrations: dict[tuple[str, str], int] = {}
        self._holders: dict[int, int] = {}
        self._current: dict[int, int] = {}
        self._ballots: set[tuple[int, str]] = set()

    @property
    def blob(self) -> Blobs:
        """The log's blobs."""
        return self._blob

    def registration(self, contest: str, credential: str) -> int | None:
        """Return the index of the entry that registered a credential."""
        return self._registrations.get((contest, credential))

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
        return (holder, contest) in self._ballots

    def record(self, entry: Json, index: int) -> None:
        """Take an entry that ``order.advance`` accepted at this index."""
        if entry["type"] == "CredentialsRegistered":
            holder = self._holders[entry["replaces"]] if "replaces" in entry else index
            self._holders[index] = holder
            self._current[holder] = index
            for item in entry["credentials"]:
                self._registrations[item["contest"], item["credential"]] = index
        elif entry["type"] == "BallotAccepted":
            contest = entry["contest"]
            text = entries.document_text(entry["ballot"], self._blob)
            credential = order_voting.ballot_credential(text, contest)
            holder = self._holders[self._registrations[contest, credential]]
            self._ballots.add((holder, contest))
