"""Builds playlists: the whole way from a request to songs in order with their why."""

from datetime import datetime

import numpy as np

from playlists.selection.arrays import Bools, median
from playlists.selection.candidates import Candidates
from playlists.selection.draft import Draft
from playlists.selection.journey import make_journey
from playlists.selection.listing import make_list
from playlists.selection.notices import empty_notices, notices
from playlists.selection.prepared import Prepared, prepare
from playlists.selection.reasons import Case, follows_well, reasons
from playlists.selection.request import Point, Request
from playlists.selection.result import Pick, Reason, Selection
from playlists.selection.scoring import Kind
from playlists.selection.spacing import kept_gap
from playlists.selection.task import Task, open_task
from playlists.selection.transitions import smoothness_costs


def build(
    candidates: Candidates | Prepared, request: Request, *, now: datetime, eligible: Bools | None = None
) -> Selection:
    """Make the playlist asked for; the same arguments always give the same list.

    Pass a `Prepared` library where more than one list is made of it. `eligible` is a filter of the caller's
    own, in the order of the `Prepared` rows (of the candidates, where those are passed). `now` is aware.
    """
    prepared, eligible = as_prepared(candidates, eligible)
    task = open_task(prepared, request, now=now.timestamp(), eligible=eligible)
    if not len(task.pool):
        return Selection((), None, request.tuning.floor, request.cap, request.gap, empty_notices(task))
    return describe(task, make_list(task) if request.start is None else make_journey(task))


def as_prepared(candidates: Candidates | Prepared, eligible: Bools | None) -> tuple[Prepared, Bools | None]:
    """The prepared library and the filter in its order."""
    if isinstance(candidates, Prepared):
        return candidates, eligible
    prepared = prepare(candidates)
    return prepared, None if eligible is None else eligible[prepared.order]


def describe(task: Task, draft: Draft) -> Selection:
    """Turn places in the pool into picks with reasons, and the whole into figures and notices."""
    rows = task.pool.rows[draft.places]
    costs = np.diagonal(smoothness_costs(task.prepared, rows[:-1], rows[1:]))
    picks = explain(task, draft, follows=follows_well(costs)[: len(rows)])
    gap = kept_gap(task.artists[draft.places], gap=task.request.gap)
    precision = _precision(task, draft)
    told = notices(task, draft, gap=gap, precision=precision)
    return Selection(picks, precision, draft.floor, draft.cap, gap, told)


def _precision(task: Task, draft: Draft) -> float | None:
    known = draft.mood.known
    if task.request.aim.mood is None or task.request.start is not None or not known.any():
        return None
    return float(draft.mood.match[known].mean())


def explain(task: Task, draft: Draft, *, follows: list[Reason | None]) -> tuple[Pick, ...]:
    """The songs of a draft with their why; `follows` (n,) are reasons that lie in the order."""
    everyone = slice(None, task.usable or None)
    kinds, pool = task.pool.kind[everyone], task.pool
    tastes = [median(pool.taste[everyone][kinds == kind]) for kind in Kind]
    finish = median(pool.finish[everyone])
    usual = [
        {"mood": mood, "taste": tastes[kind], "finish": finish}
        for mood, kind in zip(draft.usual_mood.tolist(), pool.kind[draft.places], strict=True)
    ]
    return tuple(
        _pick(task, draft, place, usual=usual[place], follows=reason) for place, reason in enumerate(follows)
    )


def _pick(task: Task, draft: Draft, place: int, *, usual: dict[str, float], follows: Reason | None) -> Pick:
    index = int(draft.places[place])
    case = _case(task, draft, place, usual=usual)
    library = task.prepared.candidates
    return Pick(
        track_id=int(library.track_id[case.row]),
        kind=case.kind,
        terms=_terms(task, draft, place),
        contributions=case.contributions,
        reasons=reasons(task.prepared, case, now=task.now, follows=follows),
        match=case.match,
        point=_point(library, case.row),
        duration_ms=int(library.duration_ms[case.row]),
        merged=_merged(task.prepared, case.row),
        locked=index >= task.usable,
        step=None if draft.steps is None else int(draft.steps[place]),
    )


def _case(task: Task, draft: Draft, place: int, *, usual: dict[str, float]) -> Case:
    index = int(draft.places[place])
    terms = _terms(task, draft, place)
    return Case(
        row=int(task.pool.rows[index]),
        kind=Kind(int(task.pool.kind[index])),
        match=float(draft.mood.match[place]) if draft.mood.known[place] else None,
        mood=None if draft.steps is not None else task.request.aim.mood,
        contributions={name: terms[name] - usual[name] for name in ("mood", "taste", "finish")},
    )


def _terms(task: Task, draft: Draft, place: int) -> dict[str, float]:
    index, pool = int(draft.places[place]), task.pool
    return {
        "mood": float(draft.mood.term[place]),
        "taste": float(pool.taste[index]),
        "finish": float(pool.finish[index]),
        "shuffle": float(pool.shuffle[index]),
    }


def _point(library: Candidates, row: int) -> Point | None:
    valence, arousal = float(library.valence[row]), float(library.arousal[row])
    return None if np.isnan(valence + arousal) else (valence, arousal)


def _merged(prepared: Prepared, row: int) -> tuple[int, ...]:
    """Other tracks that are the same song."""
    low, high = np.searchsorted(prepared.song, [prepared.song[row], prepared.song[row] + 1])
    ids = set(prepared.candidates.track_id[low:high].tolist())
    return tuple(sorted(ids - {int(prepared.candidates.track_id[row])}))
