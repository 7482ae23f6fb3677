"""Fixtures of this room: each group in turn, reproducible randomness."""

import pytest
from crypto_samples import NAMES, stream

from tsukuba_trust.crypto.groups import group


@pytest.fixture(params=NAMES)
def any_group(request):
    return group(request.param)


@pytest.fixture
def randomness(request):
    return stream(request.node.name)
