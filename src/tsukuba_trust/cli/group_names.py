"""The option ``--group``: a group's name, or one clear line."""

from tsukuba_trust.errors import Misconfigured, Rejected


def known_group(name: str) -> str:
    """Return the name of a group that we allow; nothing for nothing.

    :raises Misconfigured: ``group_unknown``
    """
    from tsukuba_trust.crypto.groups import GROUPS, group

    try:
        return group(name).name if name else ""
    except Rejected:
        detail = f"{name} is not one of: {', '.join(GROUPS)}"
        raise Misconfigured("group_unknown", detail, where="--group") from None
