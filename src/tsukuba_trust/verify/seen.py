"""Find what stands twice among millions of digests, in 20 bytes each.

A set of Python bytes costs five times as much; here 256 buckets hold digests and
entry indices end to end and are sorted one at a time when everything is in.
"""

from collections.abc import Iterator

DIGEST_BYTES = 16
INDEX_BYTES = 4
ROW_BYTES = DIGEST_BYTES + INDEX_BYTES


class Seen:
    """A multiset of digests with the entry each came from."""

    def __init__(self) -> None:
        self._buckets = [bytearray() for _ in range(256)]

    def add(self, digest: bytes, index: int) -> None:
        """Remember a digest (at least 16 bytes of a SHA-256) of an entry (below 2^32)."""
        row = digest[:DIGEST_BYTES] + index.to_bytes(INDEX_BYTES, "big")
        self._buckets[digest[0]] += row

    def repeated(self) -> Iterator[tuple[int, int]]:
        """Yield (entry, earlier entry) for every digest that came before; ordered by entry."""
        found: list[tuple[int, int]] = []
        for bucket in self._buckets:
            rows = sorted(
                bytes(bucket[at : at + ROW_BYTES]) for at in range(0, len(bucket), ROW_BYTES)
            )
            first = b""
            for row in rows:
                if row[:DIGEST_BYTES] == first[:DIGEST_BYTES]:
                    found.append((_index(row), _index(first)))
                else:
                    first = row
        yield from sorted(found)


def _index(row: bytes) -> int:
    return int.from_bytes(row[DIGEST_BYTES:], "big")
