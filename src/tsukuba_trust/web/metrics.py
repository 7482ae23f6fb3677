"""Counters of all processes of a service, in memory that forked processes share.

A fixed list, so that no name can ever hold data of anybody: hosts, status classes,
durations. Each process writes a row of its own; whoever is asked adds the rows up.
"""

import mmap
import struct
from bisect import bisect_left
from collections.abc import Mapping
from threading import Lock
from typing import Final

HOSTS: Final = ("portal", "vote")
CLASSES: Final = ("2xx", "3xx", "4xx", "5xx")
BUCKETS_MS: Final = (10, 25, 50, 100, 250, 500, 1000, 2500, 10_000)
CELL: Final = struct.Struct("<Q")

_NAMES: Final = (
    *(f'requests_total{{host="{host}",status="{one}"}}' for host in HOSTS for one in CLASSES),
    *(f"{host}/{ms}" for host in HOSTS for ms in (*BUCKETS_MS, "more", "sum")),
    "incidents_total",
)
_PLACE: Final = {name: number for number, name in enumerate(_NAMES)}


class Metrics:
    """What the internal port shows. Thread-safe; make it before processes are forked.

    :param processes: how many rows there are
    """

    def __init__(self, processes: int = 1) -> None:
        self._processes = processes
        self._cells = mmap.mmap(-1, processes * len(_NAMES) * CELL.size)
        self._row = 0
        self._lock = Lock()

    def become(self, process: int) -> None:
        """Write into the row of this process from now on."""
        self._row = process
        self._lock = Lock()

    def request(self, host: str, status: int, milliseconds: int) -> None:
        """Count one answered request."""
        kind = CLASSES[min(max(status // 100, 2), 5) - 2]
        place = bisect_left(BUCKETS_MS, milliseconds)
        bucket = BUCKETS_MS[place] if place < len(BUCKETS_MS) else "more"
        self._add(f'requests_total{{host="{host}",status="{kind}"}}', 1)
        self._add(f"{host}/{bucket}", 1)
        self._add(f"{host}/sum", milliseconds)

    def incident(self) -> None:
        """Count a failure of ours."""
        self._add("incidents_total", 1)

    def text(self, gauges: Mapping[str, int]) -> str:
        """Return all of it as Prometheus reads it.

        :param gauges: what is true now, by name
        """
        lines = [f"tsukuba_trust_{name} {self._total(name)}" for name in _NAMES if "/" not in name]
        for host in HOSTS:
            lines += self._histogram(host)
        lines += [f"tsukuba_trust_{name} {value}" for name, value in gauges.items()]
        return "\n".join(lines) + "\n"

    def _histogram(self, host: str) -> list[str]:
        name, count, lines = "tsukuba_trust_request_milliseconds", 0, []
        for bucket in (*BUCKETS_MS, "more"):
            count += self._total(f"{host}/{bucket}")
            limit = "+Inf" if bucket == "more" else bucket
            lines.append(f'{name}_bucket{{host="{host}",le="{limit}"}} {count}')
        total = self._total(f"{host}/sum")
        return [
            *lines,
            f'{name}_sum{{host="{host}"}} {total}',
            f'{name}_count{{host="{host}"}} {count}',
        ]

    def _add(self, name: str, amount: int) -> None:
        at = self._at(self._row, name)
        with self._lock:
            CELL.pack_into(self._cells, at, CELL.unpack_from(self._cells, at)[0] + amount)

    def _total(self, name: str) -> int:
        return sum(
            CELL.unpack_from(self._cells, self._at(row, name))[0] for row in range(self._processes)
        )

    def _at(self, row: int, name: str) -> int:
        return (row * len(_NAMES) + _PLACE[name]) * CELL.size
