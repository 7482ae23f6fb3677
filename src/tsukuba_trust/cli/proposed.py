"""Entry 0 as a file between "election propose" and "election define"."""

import base64
import json

from tsukuba_trust.board import canonical, entries
from tsukuba_trust.elections.definition import thaw
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.services.ceremony import Proposed

FORM = "tsukuba-trust/proposed/1"


def proposed_text(proposed: Proposed) -> str:
    """Return the file: JSON, readable by whoever reviews the election before it is fixed."""
    value = {
        "form": FORM,
        "digest": proposed.digest,
        "entry": proposed.entry,
        "blobs": [base64.b64encode(blob).decode() for blob in proposed.blobs],
    }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def read_proposed(text: str) -> Proposed:
    """Read the file; a hand-edited entry has another D and is refused.

    :raises Misconfigured: ``proposed_invalid``
    :raises Refused: ``proposed_changed``
    """
    try:
        value = json.loads(text)
        if value["form"] != FORM:
            raise Misconfigured("proposed_invalid", "another form")
        blobs = tuple(base64.b64decode(blob, validate=True) for blob in value["blobs"])
        by_digest = {canonical.digest(blob): blob for blob in blobs}
        entry = entries.read_entry(entries.encode_entry(value["entry"]))
        definition = entries.document_text(entry["definition"], lambda sha, _size: by_digest[sha])
        election = thaw(canonical.decode(definition.encode()))
    except (ValueError, KeyError, TypeError, Rejected, RecursionError):
        raise Misconfigured("proposed_invalid", "not a proposed election") from None
    digest = canonical.digest(entries.encode_entry(entry))
    if digest != value["digest"]:
        raise Refused("proposed_changed", "D is not the digest of the entry")
    return Proposed(election, entry, blobs, digest)
