"""Strikes and results in one line, for the officer who is asked to approve them.

An act names its entries by digest; who signs digests alone signs whatever the office's
machine put there.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from tsukuba_trust.board.order_counting import read_strikes
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json


def strikes_in_words(entry: Json, blobs: Sequence[bytes]) -> str:
    """Return who is struck by a ``HoldersStruck``, by number and reason."""
    try:
        struck = read_strikes(_text(entry["holders"], blobs))
    except (Rejected, KeyError, ValueError):
        return "HoldersStruck: NOT A LIST OF STRIKES, do not sign"
    reasons = Counter(reason for _, reason in struck)
    told = ", ".join(f"{number} for: {reason}" for reason, number in sorted(reasons.items()))
    holders = ", ".join(str(holder) for holder, _ in struck)
    return f"HoldersStruck: {len(struck)} holders ({told}): {holders}"


def result_in_words(entry: Json, blobs: Sequence[bytes]) -> str:
    """Return what a ``ResultDeclared`` declares."""
    head = f"ResultDeclared of contest {entry['contest']}"
    try:
        outcome = json.loads(_text(entry["outcome"], blobs))
        totals = [f"{row['option']} {row['votes']}" for row in outcome.get("totals", [])]
        elected = ", ".join(outcome.get("elected", [])) or "nobody"
        numbers = f"{outcome['status']}, {outcome['ballots']} ballots"
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return f"{head}: NOT AN OUTCOME, do not sign"
    return f"{head}: {numbers}, elected: {elected}; {', '.join(totals)}"


def _text(document: Json, blobs: Sequence[bytes]) -> str:
    """Return a document's text; of blobs only the one with the right digest is read.

    :raises KeyError: it did not travel with the act
    """
    if "text" in document:
        return str(document["text"])
    found = {hashlib.sha256(blob).hexdigest(): blob for blob in blobs}
    return found[document["sha256"]].decode()
