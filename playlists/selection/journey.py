"""Makes a journey: a list whose mood leads from a start to an aim."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playlists.selection.arrays import Bools, Floats, Ints
from playlists.selection.beam import Field, polish, replacement_gains, search
from playlists.selection.draft import Draft
from playlists.selection.listing import wanted_length
from playlists.selection.minutes import TOLERANCE
from playlists.selection.path import (
    HELD_AT_END,
    HELD_AT_START,
    STEPS,
    PathFit,
    path_fit,
    path_points,
    progress,
    step_times,
)
from playlists.selection.request import Request
from playlists.selection.scoring import Kind, Mooded
from playlists.selection.shortlist import artist_cap, quotas
from playlists.selection.task import Task
from playlists.selection.transitions import smoothness_costs

_PER_STEP = 60
_AIMED_AT = 0.01


_UNKNOWN = -12.0
"""Nats of a song of which no mood is known: it has no place on the way while others have."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """The songs in the running for a journey: `places` in the pool (k,), locked ones last; how they fit the
    way.
    """

    task: Task
    places: Ints
    fit: PathFit
    taste: Floats
    work: Ints
    artist: Ints
    costs: Floats


def make_journey(task: Task) -> Draft:
    """Choose and order the songs of a request with a start."""
    length = wanted_length(task)
    ground = _ground(task, length=length)
    best = _travel(ground, length=length)
    while (other := _better_length(ground, best[1])) != len(best[1]):
        tried = _travel(ground, length=other)
        if _minutes_off(ground, tried[1]) >= _minutes_off(ground, best[1]):
            break
        best = tried
    return _draft(ground, *best, length=length)


def _ground(task: Task, *, length: int) -> _Ground:
    places = np.append(_in_the_running(task, length=length), task.locked)
    rows = task.pool.rows[places]
    return _Ground(
        task=task,
        places=places,
        fit=path_fit(task.prepared, rows, request=task.request),
        taste=_taste(task)[places],
        work=np.unique(task.prepared.work[rows], return_inverse=True)[1].astype(np.int64),
        artist=np.unique(task.artists[places], return_inverse=True)[1].astype(np.int64),
        costs=smoothness_costs(task.prepared, rows, rows),
    )


def _taste(task: Task) -> Floats:
    return task.pool.taste + task.pool.finish + task.pool.shuffle


def _in_the_running(task: Task, *, length: int) -> Ints:
    """The union of the best songs of each step of the way, one a work; all songs where that is too few."""
    kept = max(_PER_STEP, 6 * length // STEPS)
    rows = task.pool.rows[: task.usable]
    fit, taste = path_fit(task.prepared, rows, request=task.request), _taste(task)[: task.usable]
    steps = _scores(fit, task.request, times=step_times(STEPS))
    places = np.unique(np.concatenate([_best(task, score + taste, kept=kept) for score in steps]))
    works = np.unique(task.prepared.work[rows[places]]).size
    return places if works >= 2 * length else np.arange(task.usable)[: 20 * length]


def _best(task: Task, score: Floats, *, kept: int) -> Ints:
    """The best songs by score, one a work."""
    rough = np.argpartition(-score, min(4 * kept, len(score) - 1))[: 4 * kept]
    places = rough[np.argsort(-score[rough], kind="stable")]
    places = places[np.sort(np.unique(task.prepared.work[task.pool.rows[places]], return_index=True)[1])]
    return places[:kept].astype(np.int64)


def _scores(fit: PathFit, request: Request, *, times: Floats) -> Iterator[Floats]:
    """How songs fit the way at each of the times, in nats."""
    points = path_points(request, times)
    for share, point in zip(progress(times), points, strict=True):
        nats = fit.at(float(share), point, label_weight=request.tuning.label_weight)
        yield np.where(np.isnan(nats), _UNKNOWN, nats)


def _travel(ground: _Ground, *, length: int) -> tuple[Field, Ints]:
    """The best way of a length, fitted to the minutes where they are asked for."""
    field = _field(ground, length=length)
    way = polish(field, search(field, width=ground.task.request.tuning.beam))
    if ground.task.request.minutes is not None:
        way = _fit_minutes(ground, field, way)
    return field, way


def _field(ground: _Ground, *, length: int) -> Field:
    task = ground.task
    length = min(length, int(ground.work.max()) + 1)
    unheard = task.pool.kind[ground.places] == Kind.NEW
    few = (~unheard).sum() < 2 * length
    first_lock = len(ground.places) - len(task.locks)
    fits = np.array(list(_scores(ground.fit, task.request, times=step_times(length))))
    return Field(
        fit=fits + ground.taste,
        costs=ground.costs,
        work=ground.work,
        artist=ground.artist,
        unheard=unheard,
        cap=artist_cap(ground.artist, length=length, cap=task.request.cap),
        gap=min(task.request.gap, int(ground.artist.max())),
        most_new=length if few else _most_new(ground, ~unheard, length=length),
        fixed={position: first_lock + lock for position, lock in task.fixed(length).items()},
    )


def _most_new(ground: _Ground, heard: Bools, *, length: int) -> int:
    """The unheard songs asked for, and as many as the ends of the way need beyond the heard ones that fit."""
    request, lacking = ground.task.request, 0
    ends = (request.start, ground.fit.start, HELD_AT_START), (request.aim, ground.fit.target, HELD_AT_END)
    for aim, probability, held in ends:
        if aim is not None and aim.mood is not None:
            fitting = heard & (probability >= request.tuning.mood_floors[aim.mood])
            lacking += max(0, math.ceil(held * length) - np.unique(ground.work[fitting]).size)
    return int(quotas(request, length=length)[Kind.NEW]) + lacking


def _target_ms(ground: _Ground) -> float:
    return (ground.task.request.minutes or 0.0) * 60_000


def _error_ms(ground: _Ground, way: Ints) -> float:
    """By how much a way is longer than the minutes asked for; 0 where none are."""
    target = _target_ms(ground)
    return float(ground.task.durations[ground.places][way].sum()) - target if target else 0.0


def _minutes_off(ground: _Ground, way: Ints) -> float:
    return abs(_error_ms(ground, way)) / 60_000


def _better_length(ground: _Ground, way: Ints) -> int:
    """The number of songs that would come nearer to minutes missed; as many as now where they are met."""
    error = _error_ms(ground, way)
    if abs(error) <= TOLERANCE * _target_ms(ground):
        return len(way)
    songs = round(-error / float(np.median(ground.task.durations[ground.places]))) or (1 if error < 0 else -1)
    least, most = max(1, len(ground.task.locks)), int(ground.work.max()) + 1
    return min(max(len(way) + songs, least), most)


def _fit_minutes(ground: _Ground, field: Field, way: Ints) -> Ints:
    """Exchange single songs, at the least loss, until the minutes are within one per cent or no exchange
    helps.
    """
    target = _target_ms(ground)
    durations = ground.task.durations[ground.places]
    while True:
        error = _error_ms(ground, way)
        if abs(error) <= _AIMED_AT * target:
            return way
        gains = replacement_gains(field, way)
        after = np.abs(error + durations - durations[way][:, None])
        usable = np.isfinite(gains) & (after < abs(error))
        if not usable.any():
            return way
        near = usable & (after <= _AIMED_AT * target)
        ranked = np.where(near, -gains, np.inf) if near.any() else np.where(usable, after, np.inf)
        place, song = np.unravel_index(int(np.argmin(ranked)), ranked.shape)
        way = way.copy()
        way[place] = song


def _draft(ground: _Ground, field: Field, way: Ints, *, length: int) -> Draft:
    times = step_times(len(way))
    fits = np.array(list(_scores(ground.fit, ground.task.request, times=times)))
    closeness = ground.fit.closeness(way, path_points(ground.task.request, times))
    known = np.isfinite(closeness)
    mood = Mooded(fits[np.arange(len(way)), way], np.where(known, closeness, 0.0), known)
    return Draft(
        places=ground.places[way],
        length=length,
        floor=ground.task.request.tuning.floor,
        cap=field.cap,
        mood=mood,
        usual_mood=np.median(fits, axis=1),
        steps=(times * STEPS).astype(np.int64) + 1,
    )
