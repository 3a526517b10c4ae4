"""Bring a playlist to Spotify, once and in order, however often the work is interrupted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from accounts.quota import Priority
from accounts.services import TryLater, call_spotify
from jobs.kinds import Run
from playlists.models import Playlist, Version
from playlists.problems import FOR_THE_LISTENER, Problem, WriteFailed, WriteWaits, problem_of
from playlists.services.holding import hold_playlist
from playlists.services.keys import entries_by_key, sendable
from playlists.services.looking import look
from playlists.services.writing import (
    create_there,
    details_to_send,
    found_there,
    keep,
    send_content,
    send_cover,
    send_details,
)
from spotify.client import SpotifyClient
from spotify.errors import RateLimited, SpotifyError, SpotifyUnavailable, fallback_wait

WRITE_SCOPES = ("playlist-modify-private", "playlist-modify-public")
"""Spotify may make a private playlist public by itself, so both are needed to change it later."""

TRIES_AT_ONCE = 3
"""After a lost answer what arrived is looked up at once, so many times; then later."""

GIVE_UP_AFTER = 20
"""Failures in a row, about three quarters of a day."""

SpotifyWork = Callable[[SpotifyClient], None]


def may_write(playlist: Playlist) -> bool:
    """Whether the listener lets us change playlists on Spotify."""
    connection = playlist.user.connection_or_none()
    return connection is not None and connection.may(*WRITE_SCOPES)


def waits_for_consent(playlist: Playlist) -> bool:
    """Whether it is not on Spotify and cannot be before the listener lets us write there."""
    return playlist.spotify_id is None and not may_write(playlist)


def ask_to_publish(playlist: Playlist, *, now: datetime) -> None:
    """Note that the newest version is wanted on Spotify; a playlist that is gone there is made anew."""
    with transaction.atomic():
        held = Playlist.objects.select_for_update().get(pk=playlist.pk)
        if held.problem in {Problem.GONE, Problem.NOT_YOURS}:
            forget_there(held)
        newest = held.versions.order_by("-number")[0]
        problem = "" if may_write(held) else Problem.CONSENT
        keep(
            held,
            writing_version=newest.number,
            state=Playlist.State.PUBLISHING,
            problem=problem,
            waits_until=None,
            failures=0,
            updated_at=now,
        )
    playlist.refresh_from_db()


def forget_there(playlist: Playlist) -> None:
    """Know nothing of Spotify any more: the next time the playlist is saved there it is a new one."""
    keep(
        playlist,
        spotify_id=None,
        publish_token="",
        snapshot_id="",
        on_spotify=[],
        pending={},
        reading={},
        sent={},
        refused=[],
        cover_version=None,
    )


def publish_playlist(playlist: Playlist, *, run: Run, now: datetime) -> dict[str, Any]:
    """Bring `writing_version` there, from wherever an earlier attempt stopped; what was done, in numbers.

    Raises WriteWaits when it is to go on later, WriteFailed when it cannot.
    """
    hold_playlist(playlist, run=run, now=now)
    return _brought(playlist, _Bringing(playlist, run, now), now=now)


def publish_seen_playlist(playlist: Playlist, *, run: Run, now: datetime) -> dict[str, Any]:
    """The same where the caller holds the playlist and has just looked at it on Spotify."""
    return _brought(playlist, _Bringing(playlist, run, now, is_seen=True), now=now)


def on_spotify(playlist: Playlist, work: SpotifyWork, *, now: datetime) -> None:
    """Do `work` with the listener's client; what stops it is noted in the row and raised in our terms."""
    if not may_write(playlist):
        _fail(playlist, Problem.SCOPE if playlist.writing_version is None else Problem.CONSENT)
    try:
        call_spotify(playlist.user, partial(_persist, work), now=now, priority=Priority.INTERACTIVE)
    except SpotifyError as error:
        _stop(playlist, error, now=now)
    except WriteFailed as failure:
        _fail(playlist, failure.problem)


def _persist(work: SpotifyWork, client: SpotifyClient) -> None:
    for _ in range(TRIES_AT_ONCE - 1):
        try:
            return work(client)
        except SpotifyUnavailable:
            continue
    return work(client)


def _brought(playlist: Playlist, bringing: "_Bringing", *, now: datetime) -> dict[str, Any]:
    if playlist.writing_version is None:
        return {}
    on_spotify(playlist, bringing, now=now)
    return bringing.counts


@dataclass
class _Bringing:
    """The work of bringing a playlist there, to be called until it goes through.

    `is_seen` spares the first call a look at what is there.
    """

    playlist: Playlist
    run: Run
    now: datetime
    is_seen: bool = False
    counts: dict[str, Any] = field(default_factory=dict)

    def __call__(self, client: SpotifyClient) -> None:
        playlist, run, now = self.playlist, self.run, self.now
        playlist.refresh_from_db()
        self._prepare(client)
        version = _version(playlist)
        send_details(playlist, version, client)
        send_cover(playlist, client)
        self.counts["calls"] = send_content(playlist, version, client, run=run, now=now)
        self.counts["tracks"] = len(playlist.on_spotify)
        _finish(playlist, version, run=run, now=now)

    def _prepare(self, client: SpotifyClient) -> None:
        """Make it, or know what is there."""
        playlist = self.playlist
        if playlist.spotify_id is None and not found_there(playlist, client):
            _create(playlist, client, run=self.run)
        elif not self.is_seen:
            look(playlist, client, run=self.run, now=self.now)
        self.is_seen = False


def _create(playlist: Playlist, client: SpotifyClient, *, run: Run) -> None:
    version = _version(playlist)
    if not sendable([key for key, _ in entries_by_key(version)], refused=playlist.refused):
        raise WriteFailed(Problem.NO_TRACKS)
    create_there(playlist, version, client, run=run)


def _version(playlist: Playlist) -> Version:
    return playlist.versions.get(number=playlist.writing_version or 0)


def _finish(playlist: Playlist, version: Version, *, run: Run, now: datetime) -> None:
    """Note that all is there, unless something else is wanted by now: then go on at once."""
    with transaction.atomic():
        run.checkpoint(step="done", done=len(playlist.on_spotify))
        held = Playlist.objects.select_for_update().get(pk=playlist.pk)
        if held.writing_version != version.number or details_to_send(held, version):
            raise WriteWaits(now)
        Version.objects.filter(pk=version.pk).update(published_at=now)
        keep(
            playlist,
            writing_version=None,
            state=Playlist.State.PUBLISHED,
            problem="",
            waits_until=None,
            failures=0,
            updated_at=now,
        )


def _stop(playlist: Playlist, error: SpotifyError, *, now: datetime) -> None:
    """Note why it stopped, and say what comes next by what is raised."""
    problem = problem_of(error)
    if problem in FOR_THE_LISTENER:
        _fail(playlist, problem)
    if isinstance(error, TryLater):
        _wait(playlist, until=error.until, problem=problem)
    if isinstance(error, RateLimited):
        _wait(playlist, until=now + (error.retry_after or fallback_wait(0)), problem=problem)
    failures = playlist.failures + 1
    if failures > GIVE_UP_AFTER:
        _fail(playlist, problem)
    keep(playlist, failures=failures)
    _wait(playlist, until=now + _retry_wait(failures), problem=problem)


def _wait(playlist: Playlist, *, until: datetime, problem: Problem) -> None:
    keep(playlist, problem=problem, waits_until=until)
    raise WriteWaits(until, problem)


def _fail(playlist: Playlist, problem: Problem) -> None:
    state = Playlist.State.GONE if problem == Problem.GONE else Playlist.State.FAILED
    keep(playlist, state=state, problem=problem, waits_until=None)
    raise WriteFailed(problem)


def _retry_wait(failures: int) -> timedelta:
    """Half a minute at first, doubling up to an hour."""
    return min(timedelta(hours=1), timedelta(seconds=30) * (1 << min(failures - 1, 7)))
