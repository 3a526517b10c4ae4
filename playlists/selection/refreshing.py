"""Refreshes a list with the smallest change: what still fits stays where it is, the rest is filled up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from playlists.selection.arrays import Bools, Floats
from playlists.selection.building import as_prepared, build
from playlists.selection.candidates import Candidates
from playlists.selection.filtering import allowed_rows, rows_of
from playlists.selection.listing import wanted_length
from playlists.selection.minutes import TOLERANCE
from playlists.selection.prepared import Prepared
from playlists.selection.request import Request
from playlists.selection.result import Selection
from playlists.selection.scoring import score_pool
from playlists.selection.shortlist import shortlist
from playlists.selection.task import Task, open_task

_LENIENCE = 0.8
"""A song that is in the list may fall this far below the floor before it goes."""


def refresh(
    candidates: Candidates | Prepared,
    request: Request,
    previous_ids: Sequence[int],
    *,
    keep_share: float,
    now: datetime,
    eligible: Bools | None = None,
) -> Selection:
    """Make the list again from the one before, keeping at most `keep_share` (0..1) of it where it still fits.

    Kept songs keep their positions. Songs that made room are not chosen again unless nothing else is left.
    Songs locked by the request always stay.
    """
    prepared, eligible = as_prepared(candidates, eligible)
    standing = replace(request, locked=(), tuning=replace(request.tuning, cool_hours=0.0))
    task = open_task(prepared, standing, now=now.timestamp(), eligible=eligible)
    fitting = _fitting(task, previous_ids, eligible=eligible)
    kept = _kept(task, fitting, request=request, keep_share=keep_share, count=len(previous_ids))
    rested = [track for track, _ in fitting if track not in kept]
    asked = _locking(request, previous_ids, kept)
    without = replace(asked, excluded=request.excluded | set(rested))
    fresh = build(prepared, without, now=now, eligible=eligible)
    if len(fresh.picks) >= min(wanted_length(task), len(previous_ids)) or not rested:
        return fresh
    return build(prepared, asked, now=now, eligible=eligible)


def _fitting(task: Task, previous_ids: Sequence[int], *, eligible: Bools | None) -> list[tuple[int, float]]:
    """Tracks of the list before that still fit, with their scores, best first."""
    prepared, request = task.prepared, task.request
    allowed = allowed_rows(prepared, request, now=task.now, eligible=eligible)
    rows = rows_of(prepared, list(previous_ids))
    rows = rows[(rows >= 0) & allowed[rows]]
    pool = score_pool(prepared, rows, request=request, now=task.now)
    matching = pool.mood.match >= _LENIENCE * _floors(task)[pool.kind]
    score = np.where(matching | (request.start is not None), pool.score, -np.inf)
    best = np.argsort(-score, kind="stable")
    ids = prepared.candidates.track_id[rows]
    return [(int(ids[place]), float(score[place])) for place in best if np.isfinite(score[place])]


def _floors(task: Task) -> Floats:
    if not task.usable:
        return np.zeros(3)
    listed = shortlist(
        task.prepared, task.pool, request=task.request, length=wanted_length(task), usable=task.usable
    )
    return listed.floors


def _kept(
    task: Task, fitting: list[tuple[int, float]], *, request: Request, keep_share: float, count: int
) -> set[int]:
    """The best of what fits: no more than the share, nor than the length asked for has room for."""
    locked = {track for _, track in request.locked}
    best = [track for track, _ in fitting if track not in locked]
    room = round(keep_share * count)
    if request.tracks is not None:
        return set(best[: min(room, request.tracks - len(locked))])
    rows = rows_of(task.prepared, [*locked, *best[:room]])
    durations = np.where(rows >= 0, task.prepared.candidates.duration_ms[rows], 0)
    within = np.cumsum(durations) <= (1 + TOLERANCE) * (request.minutes or 0.0) * 60_000
    return set(best[: max(0, int(within.sum()) - len(locked))])


def _locking(request: Request, previous_ids: Sequence[int], kept: set[int]) -> Request:
    """The request with the kept songs locked where they are; the listener's own locks come first."""
    taken = {position for position, _ in request.locked}
    locks = list(request.locked)
    for position, track in enumerate(previous_ids):
        if track in kept:
            free = next(at for at in range(position, position + len(taken) + 1) if at not in taken)
            taken.add(free)
            locks.append((free, track))
            kept = kept - {track}
    return replace(request, locked=tuple(locks))
