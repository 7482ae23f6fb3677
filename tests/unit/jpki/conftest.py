"""One test authority and one card for the whole session: RSA keys are slow to make."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.people import Person

VECTORS = Path(__file__).parents[2] / "vectors" / "jpki"


@pytest.fixture(scope="session")
def at() -> datetime:
    return datetime(2025, 3, 10, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def authority(at: datetime) -> TestAuthority:
    return TestAuthority(at)


@pytest.fixture(scope="session")
def resident() -> Person:
    return Person("筑波　花子", "1980-02-17", "2", "茨城県つくば市研究学園一丁目１番地１")


@pytest.fixture(scope="session")
def card(authority: TestAuthority, resident: Person) -> TestCard:
    return authority.card(resident)


@pytest.fixture(scope="session")
def dummy() -> bytes:
    """Return the DER of the public dummy certificate."""
    pem = (VECTORS / "dummy_sign_cert_mynawallet.pem").read_bytes()
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
