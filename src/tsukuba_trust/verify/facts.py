"""What a reader compares by eye: origin, digests, heads, counts. Nothing here is a verdict."""

from collections.abc import Mapping

from tsukuba_trust.values import Json
from tsukuba_trust.verify.archive import ArchiveReport
from tsukuba_trust.verify.known import Known


def record_facts(
    known: Known, counted: Mapping[str, Mapping[str, Json]], pinned: bool
) -> dict[str, Json]:
    """Return what was read of a record.

    :param counted: by contest, what counting found
    """
    root = known.roots.get(known.size)
    contests = [
        {
            "contest": uuid,
            "fingerprint": known.records[uuid].fingerprint if uuid in known.records else "",
            "voters": known.state.ballots.get(uuid, 0),
            **counted.get(uuid, {}),
        }
        for uuid in known.defined["contests"]
    ]
    return {
        "origin": known.origin,
        "definition": known.digest,
        "log_key": known.keys[-1][1],
        "log_key_pinned": pinned,
        "size": known.size,
        "root": root.hex() if root is not None else "",
        "phase": known.state.phase,
        "holders": known.holders,
        "registrations": known.registrations,
        "contests": contests,
    }


def archive_facts(found: ArchiveReport) -> dict[str, Json]:
    """Return what was read of a bare archive."""
    return {
        "uuid": found.uuid,
        "name": found.name,
        "group": found.group,
        "fingerprint": found.fingerprint,
        "credential_list": found.credential_list,
        "credentials": found.credentials,
        "state": found.state,
        "ballots": found.ballots,
        "counted": found.counted,
        "total_weight": found.total_weight,
        "trackers": [{"tracker": tracker} for tracker in found.trackers()],
        "decrypted_by": ", ".join(map(str, found.decrypted_by)),
        "head": found.head,
        "result": found.result,
    }
