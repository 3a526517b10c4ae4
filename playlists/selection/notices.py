"""Says honestly what is weak about a list."""

from collections.abc import Iterator

import numpy as np

from playlists.selection.arrays import Ints
from playlists.selection.draft import Draft
from playlists.selection.minutes import TOLERANCE
from playlists.selection.path import progress, step_times
from playlists.selection.result import Notice, NoticeCode
from playlists.selection.scoring import Kind
from playlists.selection.shortlist import quotas
from playlists.selection.task import Task

LOW_PRECISION = 0.5 / 0.35
"""A list is called weak when fewer than half of its songs are expected to match the mood; of a rare mood,
when they match hardly more than its floor asks for."""

LOW_CLOSENESS = 0.5
"""A journey is called rough when its songs lie further than this from its way: about 0.2 of the plane."""


def empty_notices(task: Task) -> tuple[Notice, ...]:
    """Why there is no list at all."""
    total = len(task.prepared)
    if not total:
        return (Notice(NoticeCode.EMPTY_LIBRARY, {}),)
    return (Notice(NoticeCode.NOTHING_LEFT, {"total": total}), *_missing(task))


def notices(task: Task, draft: Draft, *, gap: int, precision: float | None) -> tuple[Notice, ...]:
    """Everything a listener should know of a list; `gap` is the one kept, `precision` the expected one."""
    return (
        *_length(task, draft),
        *_mood(task, draft, precision=precision),
        *_kinds(task, draft),
        *_rules(task, draft, gap=gap),
        *_missing(task),
        *_guessed(task, draft),
    )


def _length(task: Task, draft: Draft) -> Iterator[Notice]:
    minutes = task.request.minutes
    found = float(len(draft.places))
    if minutes is None:
        if found < draft.length:
            yield Notice(
                NoticeCode.ONLY_AVAILABLE,
                {"found": found, "asked": draft.length, "total": float(task.usable)},
            )
        return
    filled = float(task.durations[draft.places].sum()) / 60_000
    if abs(filled - minutes) > TOLERANCE * minutes:
        yield Notice(NoticeCode.MINUTES_MISSED, {"minutes": filled, "asked": minutes})


def _mood(task: Task, draft: Draft, *, precision: float | None) -> Iterator[Notice]:
    unknown = int((~draft.mood.known).sum())
    if unknown:
        everything = not task.pool.mood.known.any()
        yield Notice(NoticeCode.NOT_MOOD_MATCHED, {"unknown": unknown, "all": float(everything)})
        if everything:
            return
    if draft.steps is not None:
        yield from _rough(draft)
        yield from _ends(task, draft)
        return
    low = precision is not None and precision < LOW_PRECISION * task.request.tuning.floor
    if low or draft.floor < task.request.tuning.floor:
        numbers = {
            "floor": draft.floor,
            "precision": precision,
            "nearest": _best_mood(task),
            "fitting": int((task.pool.mood.match[: task.usable] >= task.request.tuning.floor).sum()),
            "asked": draft.length,
        }
        yield Notice(
            NoticeCode.MOOD_RARE, {name: float(value) for name, value in numbers.items() if value is not None}
        )


def _rough(draft: Draft) -> Iterator[Notice]:
    closeness = float(draft.mood.match.mean())
    if closeness < LOW_CLOSENESS:
        yield Notice(NoticeCode.JOURNEY_ROUGH, {"closeness": closeness})


def _ends(task: Task, draft: Draft) -> Iterator[Notice]:
    """Which end of the way has its mood in less than half of the songs there."""
    way, rows = progress(step_times(len(draft.places))), task.pool.rows[draft.places]
    ends = (task.request.start, way == 0), (task.request.aim, way == 1)
    for is_end, (aim, here) in enumerate(ends):
        if aim is None or aim.mood is None or not here.any():
            continue
        matches = (
            task.prepared.probabilities[aim.mood, rows[here]] >= task.request.tuning.mood_floors[aim.mood]
        )
        fitting, asked = int(matches.sum()), int(here.sum())
        if 2 * fitting < asked:
            numbers = {"mood": aim.mood, "is_end": is_end, "fitting": fitting, "asked": asked}
            yield Notice(NoticeCode.JOURNEY_END_MISSED, numbers)


def _best_mood(task: Task) -> int | None:
    """The mood that more usable songs have than the one asked for, each by its own floor; None where there is
    no such mood.
    """
    rows = task.pool.rows[: task.usable]
    floors = np.array(task.request.tuning.mood_floors)
    fitting: Ints = (task.prepared.probabilities[:, rows] >= floors[:, None]).sum(axis=1)
    if not fitting.any():
        return None
    best = int(np.argmax(fitting))
    return None if best == task.request.aim.mood else best


def _kinds(task: Task, draft: Draft) -> Iterator[Notice]:
    kinds = task.pool.kind
    if (kinds == Kind.NEW).all():
        yield Notice(NoticeCode.NO_HISTORY, {})
        return
    asked = int(quotas(task.request, length=len(draft.places))[Kind.NEW])
    found = int((kinds[draft.places] == Kind.NEW).sum())
    if found < asked and draft.steps is None:
        yield Notice(NoticeCode.NEW_MISSING, {"found": found, "asked": asked})


def _rules(task: Task, draft: Draft, *, gap: int) -> Iterator[Notice]:
    if draft.cap > task.request.cap:
        yield Notice(NoticeCode.CAP_RAISED, {"cap": draft.cap, "asked": task.request.cap})
    if gap < task.request.gap:
        yield Notice(NoticeCode.GAP_LOWERED, {"gap": gap, "asked": task.request.gap})


def _missing(task: Task) -> Iterator[Notice]:
    if task.missing:
        yield Notice(NoticeCode.LOCKED_MISSING, {"missing": task.missing})


def _guessed(task: Task, draft: Draft) -> Iterator[Notice]:
    guessed = int((~task.prepared.timed[task.pool.rows[draft.places]]).sum())
    if guessed and task.request.minutes is not None:
        yield Notice(NoticeCode.DURATIONS_GUESSED, {"guessed": guessed})
