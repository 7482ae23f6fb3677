"""What the accepted certificates of one authority had in common, remembered by its bytes.

Only what many cards share: places of the subject, and all extensions but the holder's names and
key id. Nothing is remembered of a certificate that was not accepted, and nothing counts for other
authorities or rules than those by which it was.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from tsukuba_trust.jpki import der
from tsukuba_trust.jpki.profile import Profile
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.usual import ALGORITHM, PERSONAL, Parts

if TYPE_CHECKING:
    from tsukuba_trust.jpki.anchors import Anchor

MOST: Final = 4096  # of each kind; Japan has 1,718 municipalities


class Common(NamedTuple):
    """What follows from the common parts of a certificate.

    :param subject_locality: as in ``ValidCertificate``; ``crl_locality`` likewise
    """

    profile: Profile
    subject_locality: str
    crl_locality: str


class _Kept(NamedTuple):
    """By which authorities and rules it was judged, and what each common part then says."""

    anchors: Sequence["Anchor"]
    profiles: Sequence[Profile]
    profile: Profile
    levels: dict[bytes, str]
    shared: dict[bytes, str]


class Memory:
    """Of one authority; what it holds is replaced as a whole, so that threads may share it."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: _Kept | None = None

    def recall(
        self, parts: Parts, anchors: Sequence["Anchor"], profiles: Sequence[Profile]
    ) -> Common | None:
        """Return what follows for a certificate; None = nothing like it was accepted."""
        kept = self._kept
        if kept is None or kept.anchors is not anchors or kept.profiles is not profiles:
            return None
        crl_locality = kept.shared.get(parts.shared)
        subject_locality = kept.levels.get(parts.levels)
        if crl_locality is None or subject_locality is None:
            return None
        if bool(parts.names) != bool(kept.profile.attributes):
            return None
        return Common(kept.profile, subject_locality, crl_locality)

    def learn(
        self,
        parts: Parts,
        common: Common,
        anchors: Sequence["Anchor"],
        profiles: Sequence[Profile],
    ) -> None:
        """Remember the common parts of a certificate that this authority issued.

        :param parts: of one that was accepted by every explicit check
        """
        profile = common.profile
        if profile.issued_with != ALGORITHM or profile.signs_with != ALGORITHM:
            return
        if any(oid in parts.shared for oid in PERSONAL) or not _is_whole(parts.shared):
            return
        kept = self._kept
        if kept is None or kept.anchors is not anchors or kept.profiles is not profiles:
            kept = _Kept(anchors, profiles, profile, {}, {})
        if len(kept.shared) < MOST and len(kept.levels) < MOST:
            kept.shared[parts.shared] = common.crl_locality
            kept.levels[parts.levels] = common.subject_locality
        self._kept = kept


def _is_whole(extensions: bytes) -> bool:
    """Tell whether these are whole elements, none of which goes on where they were cut."""
    try:
        der.split(extensions, 0, len(extensions))
    except CertificateRefused:
        return False
    return True
