"""Offers songs that could take the place of one in a list."""

from dataclasses import replace
from datetime import datetime

import numpy as np

from playlists.selection.arrays import Bools, Floats, Ints, median
from playlists.selection.building import as_prepared, explain
from playlists.selection.candidates import Candidates
from playlists.selection.coverage import Contest, group_counts, marginal_gains
from playlists.selection.draft import Draft, mood_at
from playlists.selection.listing import contest_of
from playlists.selection.path import path_points, step_times
from playlists.selection.prepared import Prepared
from playlists.selection.request import Aim, Request
from playlists.selection.result import Pick, Selection
from playlists.selection.shortlist import Shortlist, shortlist
from playlists.selection.task import Task, open_task
from playlists.selection.transitions import smoothness_costs


def alternatives(
    candidates: Candidates | Prepared,
    request: Request,
    selection: Selection,
    *,
    position: int,
    now: datetime,
    most: int = 5,
    eligible: Bools | None = None,
) -> tuple[Pick, ...]:
    """The next best songs for a position (0 is the first) of a list made from the request, best first.

    None of them breaks cap, gap or "one recording of a work". Raises IndexError when there is no such
    position.
    """
    prepared, eligible = as_prepared(candidates, eligible)
    asked = _asked(request, selection, position)
    task = open_task(prepared, asked, now=now.timestamp(), eligible=eligible)
    listed = shortlist(prepared, task.pool, request=asked, length=len(selection.picks), usable=task.usable)
    contest = contest_of(task, listed, length=len(selection.picks))
    worth = _worth(task, listed, contest, position=position)
    best = np.argsort(-worth, kind="stable")[:most]
    places = listed.members[best[np.isfinite(worth[best])]]
    usual = np.full(len(places), median(task.pool.mood.term[: task.usable]))
    draft = Draft(places, len(places), request.tuning.floor, listed.cap, mood_at(task.pool, places), usual)
    return explain(task, draft, follows=[None] * len(places))


def _asked(request: Request, selection: Selection, position: int) -> Request:
    """The request for the one song, everything else locked; a journey aims at its point for the position."""
    leaving = selection.picks[position]
    kept = tuple((at, pick.track_id) for at, pick in enumerate(selection.picks) if pick is not leaving)
    asked = replace(
        request,
        start=None,
        tracks=len(selection.picks),
        minutes=None,
        locked=kept,
        excluded=request.excluded | {leaving.track_id},
        cap=max(request.cap, selection.cap),
    )
    if request.start is None:
        return asked
    valence, arousal = path_points(request, step_times(len(selection.picks)))[position]
    return replace(asked, aim=Aim(point=(float(valence), float(arousal))))


def _worth(task: Task, listed: Shortlist, contest: Contest, *, position: int) -> Floats:
    """What each shortlisted song would add to the list and to its flow; -inf where a rule forbids it."""
    kept = np.arange(len(listed.members), len(contest))
    gains = marginal_gains(contest, group_counts(contest, kept)) - _roughness(task, listed, position=position)
    counts = np.bincount(contest.artist[kept], minlength=int(contest.artist.max(initial=0)) + 1)
    near = [place for at, place in task.locks if abs(at - position) <= task.request.gap]
    barred = np.isin(contest.work, contest.work[kept]) | (counts[contest.artist] >= contest.cap)
    barred |= np.isin(task.prepared.candidates.artist_id[_rows(task, listed)], task.artists[near])
    worth: Floats = np.where(barred, -np.inf, gains)[: len(listed.members)]
    return worth


def _rows(task: Task, listed: Shortlist) -> Ints:
    rows: Ints = task.pool.rows[np.concatenate([listed.members, task.locked])]
    return rows


def _roughness(task: Task, listed: Shortlist, *, position: int) -> Floats:
    """Mean cost of following the song before and being followed by the one after."""
    beside = [place for at, place in task.locks if abs(at - position) == 1]
    if not beside:
        return np.zeros(len(listed.members) + len(task.locks))
    costs = smoothness_costs(task.prepared, _rows(task, listed), task.pool.rows[beside])
    mean: Floats = costs.mean(axis=1)
    return mean
