"""Worker processes for the long parts of a verification.

Results come back in the order of the items and failures are raised in that order
too, so the verdict does not depend on the number of processes (attack V05). At most
a few items are under way at once, so memory does not grow with the record.
"""

import multiprocessing
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")
UNDER_WAY = 3  # items per process: one in work, two waiting


class Workers:
    """A pool of processes, or none at all for one job.

    :param jobs: number of processes; 1 works in this process
    """

    def __init__(self, jobs: int = 1) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self._jobs > 1:
            # Forking is fastest, but not safe beside other threads.
            quick = "fork" in multiprocessing.get_all_start_methods()
            method = "fork" if quick and threading.active_count() == 1 else "spawn"
            context = multiprocessing.get_context(method)
            self._pool = ProcessPoolExecutor(self._jobs, mp_context=context)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, function: Callable[[Item], Done], items: Iterable[Item]) -> Iterator[Done]:
        """Yield the results in order; items are taken only as they are needed.

        :param function: of a module, or a method of a value that can be pickled
        """
        if self._pool is None:
            yield from map(function, items)
            return
        waiting: deque[Future[Done]] = deque()
        for item in items:
            waiting.append(self._pool.submit(function, item))
            if len(waiting) >= UNDER_WAY * self._jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
