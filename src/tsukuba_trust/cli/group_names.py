"""The option ``--group``: a group's name, or one clear line."""

from tsukuba_trust.errors import Misconfigured, Rejected


def known_group(name: str) -> str:
    """Return the name of a group that we allow; nothing for nothing.

    :raises Misconfigured: ``group_unknown``
    """
    from tsukuba_trust.crypto.groups import group

    try:
        return group(name).name if name else ""
    except Rejected as error:
        raise Misconfigured("group_unknown", error.detail or name, where="--group") from None
