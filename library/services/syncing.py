"""Fetch a listener's library from Spotify, page by page, from wherever the last attempt stopped."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import TryLater, call_spotify
from jobs.kinds import Run
from library.models import PollSchedule, SyncRun
from library.problems import FOR_THE_LISTENER, Problem, problem_of
from library.services.holding import hold_connected_library
from library.services.likes import ALL_LIKES, LIKES, LIKES_HEAD, NEW_LIKES
from library.services.own_playlists import PLAYLIST_TRACKS, PLAYLISTS, skip_playlist
from library.services.plays import PLAYS
from library.services.steps import Cursor, Step, Turn
from library.services.tops import TOPS
from library.services.waiting import allowed_again_at
from spotify.client import SpotifyClient
from spotify.errors import (
    Forbidden,
    NotFound,
    RateLimited,
    RejectedRequest,
    ScopeMissing,
    SpotifyError,
    SpotifyUnavailable,
    fallback_wait,
)

STEPS: Mapping[str, Step[Any]] = {
    "plays": PLAYS,
    **TOPS,
    ALL_LIKES: LIKES,
    NEW_LIKES: LIKES_HEAD,
    "playlists": PLAYLISTS,
    "playlist_tracks": PLAYLIST_TRACKS,
}
"""Every step by name."""

PLANS: Mapping[str, tuple[str, ...]] = {
    # Recent plays first: they perish, and give the first picture soonest.
    SyncRun.Kind.FULL: ("plays", *TOPS, ALL_LIKES, "playlists", "playlist_tracks"),
    SyncRun.Kind.CHANGES: (*TOPS, NEW_LIKES, "playlists", "playlist_tracks"),
}
"""The steps of each kind of sync, in the order of what is worth most."""

LONGEST_PAUSE = timedelta(seconds=60)
"""When Spotify wants to be left alone for longer, the other endpoints are read meanwhile."""

GIVE_UP_AFTER = 40
"""Failures in a row, about a day and a half at an hour each."""

_QUICK_RETRIES = 3


class SyncWaits(Exception):
    """The sync goes on at `until`."""

    def __init__(self, until: datetime, problem: str = "") -> None:
        super().__init__(problem)
        self.until = until
        self.problem = problem


class SyncFailed(Exception):
    """The sync cannot go on before a person does something; `problem` says what it is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def sync_library(user: User, *, kind: SyncRun.Kind, run: Run, now: datetime) -> dict[str, Any]:
    """Fetch until all is there; what was counted, by step.

    Raises SyncWaits when it is to go on later, SyncFailed when it cannot. Whatever happens, each page
    that was fetched is stored, and the next call goes on after it.
    """
    sync = begin_sync(user, kind=kind, now=now)
    try:
        call_spotify(user, partial(_go_on, sync, run=run, now=now), now=now)
    except SpotifyError as error:
        _stop(sync, error, now=now)
    return dict(sync.counts)


def begin_sync(user: User, *, kind: SyncRun.Kind, now: datetime) -> SyncRun:
    """The unfinished run of this kind, or a new one."""
    plan = {"todo": list(PLANS[kind])}
    unfinished = SyncRun.objects.for_user(user).of_kind(kind).unfinished()
    sync, _ = unfinished.get_or_create(
        user=user, kind=kind, finished_at=None, defaults={"checkpoint": plan, "started_at": now}
    )
    return sync


def _go_on(sync: SyncRun, client: SpotifyClient, *, run: Run, now: datetime) -> None:
    _forget_past_blocks(sync, now)
    while (name := _next_step(sync)) is not None:
        if run.out_of_time():
            raise SyncWaits(now)
        _take_turn(sync, name, client=client, run=run, now=now)
    if sync.checkpoint["todo"]:
        _wait_for_blocks(sync)
    refused = [counts.get("problem") for counts in sync.counts.values() if counts]
    if refused and all(refused):
        _fail(sync, Problem(refused[0]), now=now)
    _finish(sync, run=run, now=now)


def _next_step(sync: SyncRun) -> str | None:
    blocked = sync.checkpoint.get("blocked", {})
    return next((name for name in sync.checkpoint["todo"] if name not in blocked), None)


def _take_turn(sync: SyncRun, name: str, *, client: SpotifyClient, run: Run, now: datetime) -> None:
    step = STEPS[name]
    cursor = sync.checkpoint.get("cursors", {}).get(name) or step.open(sync.user, now)
    if cursor is None:
        _write(sync, name, Turn(None), run=run)
        return
    try:
        page = step.fetch(client, cursor)
    except RateLimited as limit:
        _block(sync, name, limit, now=now)
        return
    except (Forbidden, NotFound, ScopeMissing, RejectedRequest) as refusal:
        _pass_over(sync, name, cursor, refusal, run=run, now=now)
        return
    with transaction.atomic():
        hold_connected_library(sync.user)
        _write(sync, name, step.store(sync.user, page, cursor, now), run=run)


def _write(sync: SyncRun, name: str, turn: Turn, *, run: Run) -> None:
    """Note where the step stands, together with what was stored, if the job is still ours."""
    with transaction.atomic():
        _note(sync, name, turn)
        _change(sync, state=SyncRun.State.RUNNING, step=name, problem="", waits_until=None)
        run.advance(step=name, counts=sync.counts)


def _change(sync: SyncRun, **fields: Any) -> None:
    """Write the row as it stands, if it still exists: a listener may have disconnected."""
    for field, value in fields.items():
        setattr(sync, field, value)
    written = {**fields, "checkpoint": sync.checkpoint, "counts": sync.counts}
    SyncRun.objects.filter(pk=sync.pk).update(**written)


def _note(sync: SyncRun, name: str, turn: Turn) -> None:
    checkpoint: dict[str, Any] = {**sync.checkpoint, "failures": 0}
    cursors = {**checkpoint.get("cursors", {}), name: turn.cursor}
    todo = list(checkpoint["todo"])
    if turn.cursor is None:
        del cursors[name]
        todo.remove(name)
    checkpoint["todo"] = [*(step for step in turn.then if step not in todo), *todo]
    checkpoint["cursors"] = cursors
    sync.checkpoint = checkpoint
    sync.counts = {**sync.counts, name: _added(sync.counts.get(name, {}), turn)}


def _added(counts: Mapping[str, Any], turn: Turn) -> dict[str, Any]:
    sums = {what: counts.get(what, 0) + number for what, number in turn.counts.items()}
    total = turn.total if turn.total is not None else counts.get("total")
    return {**counts, **sums, **({} if total is None else {"total": total})}


def _pass_over(
    sync: SyncRun, name: str, cursor: Cursor, refusal: SpotifyError, *, run: Run, now: datetime
) -> None:
    """Go on without what Spotify refuses to give: one playlist, or a whole step."""
    further = None
    if name == "playlist_tracks" and not isinstance(refusal, ScopeMissing):
        further = skip_playlist(sync.user, cursor, now=now)
        counts = {"refused": 1}
    else:
        counts = {}
        sync.counts = {
            **sync.counts,
            name: {**sync.counts.get(name, {}), "problem": problem_of(refusal).value},
        }
    _write(sync, name, Turn(further, counts), run=run)


def _block(sync: SyncRun, name: str, limit: RateLimited, *, now: datetime) -> None:
    """Leave the step until its endpoint may be asked again; a short wait concerns everything."""
    until = allowed_again_at(limit, now=now)
    if until - now <= LONGEST_PAUSE:
        raise limit
    blocked = {
        **sync.checkpoint.get("blocked", {}),
        name: {"until": until.isoformat(), "problem": problem_of(limit).value},
    }
    sync.checkpoint = {**sync.checkpoint, "blocked": blocked}
    _change(sync)


def _forget_past_blocks(sync: SyncRun, now: datetime) -> None:
    blocked = {
        name: block
        for name, block in sync.checkpoint.get("blocked", {}).items()
        if datetime.fromisoformat(block["until"]) > now
    }
    sync.checkpoint = {**sync.checkpoint, "blocked": blocked}


def _wait_for_blocks(sync: SyncRun) -> None:
    blocks = sync.checkpoint["blocked"].values()
    first = min(blocks, key=lambda block: str(block["until"]))
    _wait(sync, until=datetime.fromisoformat(first["until"]), problem=first["problem"])


def _wait(sync: SyncRun, *, until: datetime, problem: str) -> None:
    _change(sync, state=SyncRun.State.WAITING, waits_until=until, problem=problem)
    raise SyncWaits(until, problem)


def _finish(sync: SyncRun, *, run: Run, now: datetime) -> None:
    with transaction.atomic():
        _change(sync, state=SyncRun.State.DONE, step="", finished_at=now)
        PollSchedule.objects.filter(user=sync.user).update(library_synced_at=now)
        run.checkpoint(step="", counts=sync.counts)


def _stop(sync: SyncRun, error: SpotifyError, *, now: datetime) -> None:
    """Note why it stopped, and say what comes next by what is raised."""
    problem = problem_of(error)
    if problem in FOR_THE_LISTENER:
        _fail(sync, problem, now=now)
    if isinstance(error, TryLater):
        _wait(sync, until=error.until, problem=problem)
    if isinstance(error, RateLimited):
        _wait(sync, until=allowed_again_at(error, now=now), problem=problem)
    failures = sync.checkpoint.get("failures", 0) + 1
    if not isinstance(error, SpotifyUnavailable) or failures > GIVE_UP_AFTER:
        _fail(sync, problem, now=now)
    sync.checkpoint = {**sync.checkpoint, "failures": failures}
    _wait(sync, until=now + _retry_wait(failures), problem=problem)


def _fail(sync: SyncRun, problem: Problem, *, now: datetime) -> None:
    _change(sync, state=SyncRun.State.FAILED, problem=problem, finished_at=now)
    raise SyncFailed(problem)


def _retry_wait(failures: int) -> timedelta:
    """Half a minute to a minute and a half thrice, then doubling up to an hour."""
    if failures <= _QUICK_RETRIES:
        return timedelta(seconds=random.uniform(30, 90))  # noqa: S311  # spreads retries, guards nothing
    return fallback_wait(failures - _QUICK_RETRIES)
