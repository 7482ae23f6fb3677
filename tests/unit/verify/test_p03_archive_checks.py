"""P03: no check of an archive can be lost unseen."""

from collections.abc import Callable

import pytest

from archives import SCHEMES
from archives_broken import ONE_FAULT
from tsukuba_trust.errors import Rejected
from tsukuba_trust.verify.archive import verify_archive
from tsukuba_trust.verify.checks import CHECKS

ROOM = "tsukuba_trust.verify."
ARCHIVE_CHECKS = {
    name.removeprefix(ROOM): step for name, step in CHECKS.items() if f"{ROOM}archive_" in name
}


def _nothing(*arguments: object) -> None:
    """Stand in for a check that was lost."""


def test_p03_every_check_of_an_archive_has_a_broken_archive() -> None:
    assert set(ONE_FAULT) == set(ARCHIVE_CHECKS)


@pytest.mark.parametrize("name", sorted(ONE_FAULT))
def test_p03_a_broken_archive_is_refused_by_one_check_alone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ONE_FAULT[name]()
    with pytest.raises(Rejected) as refusal:
        verify_archive(broken.data, SCHEMES, previous=broken.previous)
    assert refusal.value.step == ARCHIVE_CHECKS[name]
    no_check: Callable[..., None] = _nothing
    monkeypatch.setattr(f"{ROOM}{name}", no_check)
    verify_archive(broken.data, SCHEMES, previous=broken.previous)
