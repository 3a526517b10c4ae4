"""A request laid over a library: the songs that may be used, scored, with those that are locked."""

from dataclasses import dataclass

import numpy as np

from playlists.selection.arrays import Bools, Ints
from playlists.selection.filtering import rows_of, usable_rows
from playlists.selection.prepared import Prepared
from playlists.selection.request import Request
from playlists.selection.scoring import Pool, score_pool


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A request with its pool: the first `usable` songs are to choose from, the locked ones follow.

    `locks` pairs the position asked for with the place in the pool, by position; `missing` counts locked
    tracks that the library does not have.
    """

    prepared: Prepared
    request: Request
    now: float
    pool: Pool
    usable: int
    locks: tuple[tuple[int, int], ...]
    missing: int

    @property
    def artists(self) -> Ints:
        """Artist codes of the pool."""
        return self.prepared.candidates.artist_id[self.pool.rows]

    @property
    def durations(self) -> Ints:
        """Durations of the pool in ms."""
        return self.prepared.candidates.duration_ms[self.pool.rows]

    @property
    def locked(self) -> Ints:
        """Places of the locked songs in the pool, by position."""
        return np.array([place for _, place in self.locks], dtype=np.int64)

    def fixed(self, length: int) -> dict[int, int]:
        """Where each locked song goes in a list of this length: its position, or the last one left. Position
        -> lock.
        """
        fixed: dict[int, int] = {}
        least = 0
        for lock, (position, _) in enumerate(self.locks):
            least = max(least, min(position, length - len(self.locks) + lock))
            fixed[least] = lock
            least += 1
        return fixed


def open_task(prepared: Prepared, request: Request, *, now: float, eligible: Bools | None) -> Task:
    """Filter and score a library for a request at `now` (epoch seconds); `eligible` (n,) is in prepared
    order.
    """
    usable = usable_rows(prepared, request, now=now, eligible=eligible)
    asked = sorted(request.locked)
    rows = rows_of(prepared, [track for _, track in asked])
    found = [(position, int(row)) for (position, _), row in zip(asked, rows, strict=True) if row >= 0]
    pool = score_pool(
        prepared, np.append(usable, [row for _, row in found]).astype(np.int64), request=request, now=now
    )
    locks = tuple((position, len(usable) + place) for place, (position, _) in enumerate(found))
    return Task(prepared, request, now, pool, len(usable), locks, missing=len(asked) - len(found))
