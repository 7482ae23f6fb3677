"""Worker processes: in order, a few items at a time, and the first failure first."""

import threading
from collections.abc import Iterator

import pytest

from tsukuba_trust.errors import Rejected
from tsukuba_trust.verify.workers import UNDER_WAY, Workers


def _square(number: int) -> int:
    if number < 0:
        raise Rejected("negative", str(number), step="9.5")
    return number * number


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_items(jobs: int) -> None:
    with Workers(jobs) as workers:
        assert list(workers.map(_square, range(50))) == [n * n for n in range(50)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_first_failure_is_raised_with_all_it_says(jobs: int) -> None:
    items = [*range(20), -1, *range(20), -2]
    with Workers(jobs) as workers, pytest.raises(Rejected) as refusal:
        list(workers.map(_square, items))
    found = refusal.value
    assert (found.code, found.detail, found.step) == ("negative", "-1", "9.5")


def test_items_are_taken_only_as_they_are_needed() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(100):
            taken = number + 1
            yield number

    with Workers(2) as workers:
        next(workers.map(_square, items()))
    assert taken == 2 * UNDER_WAY


def test_it_works_beside_other_threads() -> None:
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        with Workers(2) as workers:
            assert list(workers.map(_square, [3])) == [9]
    finally:
        stop.set()
        other.join()
