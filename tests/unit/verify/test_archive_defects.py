"""The defects that other programs let pass, and all the others, one by one."""

import pytest

from archives import SCHEMES
from archives_broken import DEFECTS
from tsukuba_trust.errors import Rejected
from tsukuba_trust.verify.archive import verify_archive


@pytest.mark.parametrize("name", DEFECTS)
def test_b01_b02_p11_it_refuses_an_archive_with(name: str) -> None:
    builder, step, code = DEFECTS[name]
    broken = builder()
    with pytest.raises(Rejected) as refusal:
        verify_archive(broken.data, SCHEMES, previous=broken.previous)
    assert (refusal.value.step, refusal.value.code) == (step, code)
