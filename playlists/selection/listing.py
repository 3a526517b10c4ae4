"""Makes an ordinary mood playlist: choose, fit to the minutes, order."""

import numpy as np

from playlists.selection.arrays import Ints, median
from playlists.selection.coverage import Contest, choose, group_codes
from playlists.selection.draft import Draft, mood_at
from playlists.selection.exchanging import exchange
from playlists.selection.minutes import fit_minutes, usual_length
from playlists.selection.scoring import Kind
from playlists.selection.sequence import arrange
from playlists.selection.shortlist import Shortlist, quotas, shortlist
from playlists.selection.task import Task
from playlists.selection.transitions import transition_costs


def make_list(task: Task) -> Draft:
    """Choose and order the songs of a request without a start."""
    length = wanted_length(task)
    listed = shortlist(task.prepared, task.pool, request=task.request, length=length, usable=task.usable)
    contest = contest_of(task, listed, length=length)
    members = np.concatenate([listed.members, task.locked])
    chosen = _chosen(task, contest, members, length=length)
    places = _ordered(task, members[chosen])
    usual_mood = np.full(len(places), median(task.pool.mood.term[: task.usable]))
    floor = effective_floor(task, listed, places)
    return Draft(places, length, floor, listed.cap, mood_at(task.pool, places), usual_mood)


def wanted_length(task: Task) -> int:
    """Songs to choose: as many as asked for, or as usually fill the minutes; never fewer than are locked."""
    request, durations = task.request, task.durations
    if request.tracks is not None:
        return max(request.tracks, len(task.locks))
    fitting = task.pool.mood.match >= request.tuning.floor
    typical = durations[fitting] if fitting.any() else durations
    return max(usual_length(typical, minutes=request.minutes or 0.0), len(task.locks))


def contest_of(task: Task, listed: Shortlist, *, length: int) -> Contest:
    """The shortlist with the locked songs after it, ready to choose from."""
    members = np.concatenate([listed.members, task.locked])
    rows = task.pool.rows[members]
    artists = np.unique(task.prepared.candidates.artist_id[rows], return_inverse=True)[1]
    return Contest(
        worth=np.concatenate([listed.worth, np.ones(len(task.locks))]),
        kind=task.pool.kind[members],
        work=task.prepared.work[rows],
        artist=artists.astype(np.int64),
        groups=group_codes(task.prepared, rows),
        quotas=quotas(task.request, length=length),
        cap=listed.cap,
        breadth=task.request.tuning.coverage,
    )


def effective_floor(task: Task, listed: Shortlist, places: Ints) -> float:
    """The lowest floor under which a chosen song came in; the one asked for where none was lowered."""
    free = places[places < task.usable]
    if not len(free):
        return task.request.tuning.floor
    return float(listed.floors[task.pool.kind[free]].min())


def _chosen(task: Task, contest: Contest, members: Ints, *, length: int) -> Ints:
    taken = np.arange(len(contest) - len(task.locks), len(contest))
    chosen = exchange(contest, choose(contest, length=length, taken=taken), kept=len(taken))
    if task.request.minutes is None:
        return chosen
    return fit_minutes(
        contest,
        chosen,
        durations=task.durations[members],
        target_ms=task.request.minutes * 60_000,
        kept=len(taken),
    )


def _ordered(task: Task, places: Ints) -> Ints:
    """Order places of the pool, of which the locked ones come first."""
    if not len(places):
        return places
    costs = transition_costs(task.prepared, task.pool.rows[places])
    familiar = task.pool.kind[places] == Kind.FAMILIAR
    score = np.where(familiar | ~familiar.any(), task.pool.score[places], -np.inf)
    order = arrange(
        costs,
        artists=np.unique(task.artists[places], return_inverse=True)[1].astype(np.int64),
        gap=task.request.gap,
        fixed=task.fixed(len(places)),
        opener=int(np.argmax(score)),
    )
    return places[order]
