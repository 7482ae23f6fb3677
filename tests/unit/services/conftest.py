"""Every test of the services leaves its stores closed."""

from collections.abc import Iterator

import pytest

from election_world import close_all


@pytest.fixture(autouse=True)
def stores_are_closed() -> Iterator[None]:
    yield
    close_all()
