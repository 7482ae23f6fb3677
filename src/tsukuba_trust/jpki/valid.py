"""What a card's certificate says, once every check of the validator has passed."""

from dataclasses import dataclass, field

from tsukuba_trust.jpki.anchors import Anchor
from tsukuba_trust.jpki.attributes import Attributes
from tsukuba_trust.jpki.profile import Profile
from tsukuba_trust.jpki.signature import CardKey, check_signature


@dataclass(frozen=True, slots=True)
class ValidCertificate:
    """A certificate that stands.

    :param attributes: of a signing certificate; None for user authentication
    :param subject_locality: the subject's L values, "/" between them, as in Ibaraki-ken/Tsukuba-shi
    :param crl_locality: the last two components of the CRL's directory name, likewise
    """

    purpose: str
    profile: Profile
    anchor: Anchor
    serial: int = field(repr=False)
    key: CardKey = field(repr=False)
    attributes: Attributes | None = field(repr=False)
    subject_locality: str = field(repr=False)
    crl_locality: str = field(repr=False)

    def check_signed(self, signature: bytes, message: bytes) -> None:
        """Check that the card signed a message.

        :raises CertificateRefused: ``signature_invalid``
        """
        check_signature(
            self.profile.signs_with, self.key, signature, message, reason="signature_invalid"
        )
