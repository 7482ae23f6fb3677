"""A sheet in one line, for the officer who is asked to approve that it is entered."""

import hashlib
from collections.abc import Sequence

from tsukuba_trust.board import canonical
from tsukuba_trust.elections.doubtful import settle
from tsukuba_trust.elections.sheets import read_sheet
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.values import Json


def sheet_in_words(entry: Json, blobs: Sequence[bytes]) -> str:
    """Return place and numbers of a ``SheetsEntered``, doubtful papers apart.

    :param blobs: that travel with it; only the one with the right digest is read
    """
    head = f"SheetsEntered in contest {entry['contest']}, place: {entry['place']}"
    document = entry["sheets"]
    found = {hashlib.sha256(blob).hexdigest(): blob for blob in blobs}
    try:
        data = found[document["sha256"]] if "sha256" in document else document["text"].encode()
        keys = [row["option"] for row in canonical.decode_value(data)["votes"]]
        paper, _ = read_sheet(data.decode(), entry["place"], entry["source"], keys)
        decided = settle(paper.doubtful, keys)
    except (Refused, Rejected, KeyError, TypeError, ValueError):
        return f"{head}: NOT A SHEET, do not sign"
    votes = zip(keys, paper.sheet.votes, strict=True)
    numbers = [
        f"{paper.protocol.voters} voters",
        f"{paper.protocol.received} papers received",
        f"{paper.sheet.valid} valid",
        f"{paper.sheet.blank} blank",
        f"{paper.sheet.invalid} invalid",
        f"{len(paper.doubtful)} doubtful",
        *(f"{key} {number}" for key, number in votes),
        *(f"{' and '.join(names)} share {number}" for names, number in paper.sheet.shared),
        *(f"doubtful for {key} {number}" for key, number in decided.votes.items()),
        *(f"doubtful for {' and '.join(key)} {number}" for key, number in decided.shared.items()),
        *(f"doubtful invalid as {name} {number}" for name, number in decided.invalid.items()),
    ]
    return f"{head}: {', '.join(numbers)}; file SHA-256 {entry['source']}"
